"""New cases whose plugin answers at once are taken and dispatched in one commit; all others wait in their lane."""

from __future__ import annotations

import threading

from tests.integration.routing.town import DISTRICT, decision
from whistle.contracts import CaseFiled, new_event
from whistle.testing import wait_for
from whistle_routing import handlers
from whistle_routing.handlers import asking

FIRST, SECOND = "26-00001-1", "26-00002-2"


def filed(town, no, district=DISTRICT):
    data = CaseFiled(title="路灯", text="不亮", door="hotline", filed_at=town.clock.now())
    return new_event(data, source="intake", district=district, time=town.clock.now(), case_no=no)


def take(town, *events):
    """As the batch consumer does it: ask, then everything in one unit of work; returns what it wakes."""
    foreseen = handlers.foresee(town.tools, events)
    with town.database.write() as unit:
        unit.preload({event.case_no for event in events})
        for event in events:
            with unit.step(event):
                handlers.take_case(unit, event, tools=town.tools, foreseen=foreseen)
        return set(unit.wakes)


def test_a_case_is_dispatched_in_the_commit_that_takes_it_in(town):
    """Two cases, two parties, a whistle: nobody has to look again, and the second piece of work has the next number."""
    commits = []
    town.database.on_commit(commits.append)
    town.router.says = [decision("light"), decision("water", "light")]
    assert set() == take(town, filed(town, FIRST), filed(town, SECOND))
    assert 1 == len(commits)
    assert [("routed", "light"), ("routed", "water")] == [
        (town.job(no).state, town.job(no).lead) for no in (FIRST, SECOND)
    ]
    assert ["dispatch.sent", "whistle.blown", "dispatch.sent", "dispatch.sent"] == town.names()
    assert [1, 2] == [event.sequence for event in town.said(to="light")]


def test_it_is_as_a_decision_in_the_lane_would_be(town):
    """The stored case, its dispatch and its clocks differ in nothing but their ids."""
    take(town, filed(town, FIRST))
    town.file(SECOND)
    town.decide(decision("light"))
    ahead, behind = (vars(town.job(no)) | {"no": ""} for no in (FIRST, SECOND))
    assert behind == ahead
    _, sent, _, clocks = town.everything()
    assert 1 == len({(one.party, one.state, one.due_at, one.round, one.version) for one in sent})
    assert 1 == len({(one.kind, one.due_at, one.state, one.version) for one in clocks})


def test_a_plugin_that_hangs_leaves_its_cases_pending_and_delays_no_other_batch(town, monkeypatch):
    """The batch waits as long as its patience; while the plugin hangs, the next batch does not ask at all."""
    monkeypatch.setattr(asking, "PATIENCE", 0.01)
    hangs = threading.Event()
    town.router.meanwhile = lambda: hangs.wait(30)
    assert {"route_pending"} == take(town, filed(town, FIRST))
    assert {"route_pending"} == take(town, filed(town, SECOND))
    assert [FIRST] == [request.case.no for request in town.router.asked]
    assert ["pending", "pending"] == [town.job(no).state for no in (FIRST, SECOND)]

    handlers.route_pending(town.tools)  # the lane is at work: it does this next
    hangs.set()
    wait_for(lambda: "routed" == town.job(SECOND).state == town.job(FIRST).state, what="the lane")
    assert 2 == len(town.said(to="light"))


def test_one_district_that_hangs_does_not_keep_another_from_being_foreseen(town, monkeypatch):
    """Both are in one batch: one is dispatched at once, the other waits."""
    monkeypatch.setattr(asking, "PATIENCE", 5.0)
    monkeypatch.setattr(asking, "PATIENCE_EACH", 0.0)
    hangs = threading.Event()
    assert town.tools.lanes.run("gaochang", lambda _: hangs.wait(30))
    town.tools.packs["gaochang"] = town.tools.packs[DISTRICT]
    assert {"route_pending"} == take(town, filed(town, FIRST, "gaochang"), filed(town, SECOND))
    assert ["pending", "routed"] == [town.job(no).state for no in (FIRST, SECOND)]
    hangs.set()
    town.tools.lanes.join(10)


def test_a_case_filed_again_is_not_dispatched_again(town):
    """A message from before routing's memory of it changes nothing."""
    take(town, filed(town, FIRST))
    take(town, filed(town, FIRST))
    assert ["dispatch.sent"] == town.names()


def test_a_failing_router_leaves_the_case_pending(town):
    """Whatever breaks while asking, the case is stored and decided later."""

    def broken() -> None:
        raise RuntimeError("broken")

    town.router.meanwhile = broken
    assert {"route_pending"} == take(town, filed(town, FIRST))
    assert "pending" == town.job(FIRST).state
