"""A responder reports while the blower releases another: on PostgreSQL, where two transactions run side by side."""

from __future__ import annotations

import threading

from tests.integration.routing.town import DISTRICT
from tests.integration.routing.whistling.square import GRID, NO, blow, report, sign, square
from whistle.contracts import Report, new_event
from whistle.errors import StaleVersion
from whistle_routing.handlers.whistling.releasing import release


def test_a_report_and_a_release_at_the_same_moment_finish_the_case_once(towns):
    """Both have read before either commits: one runs again, sees the other, and the case is done once."""
    here, there = square(towns[0]), towns[1]
    there.tools = here.tools
    ident = blow(here, "light", "water", "park")
    report(here, "light")
    sign(here, "water")
    about = here.of("water")
    both_have_read = threading.Barrier(2, timeout=20)
    again = []

    def report_water() -> None:
        action = Report(dispatch=about.id, by="张工", text="好了")
        event = new_event(action, source="party/x", district=DISTRICT, time=there.clock.now())
        for attempt in range(2):
            try:
                with there.database.write() as unit, unit.step(event):
                    there.take(unit, event, party="water")
                    if not attempt:
                        both_have_read.wait()
                return
            except StaleVersion:
                again.append("report")

    thread = threading.Thread(target=report_water)
    thread.start()
    for attempt in range(2):
        try:
            with here.database.write() as unit, unit.step():
                whistle = unit.whistles.get(ident)
                release(unit, whistle, "park", reason="不涉及", who=GRID, tools=here.tools)
                if not attempt:
                    both_have_read.wait()
            break
        except StaleVersion:
            again.append("release")
    thread.join(20)

    assert 1 == len(again)
    assert ("done", 1) == (here.job(NO).state, here.names().count("whistle.closed"))
