"""Reports that overtake each other: the last one waits for the rest."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.integration.intake.installed import ledger_rows, write_ledger
from whistle.contracts import (
    ClockRecomputed,
    ClockResumed,
    DispatchExtended,
    DispatchPromoted,
    DispatchReported,
    Message,
    new_event,
)
from whistle.errors import OutOfOrder
from whistle_intake.handlers import follow_dispatch


def _report(no: str, *, party: str, member: str, reports: int, done: bool):
    data = DispatchReported(
        dispatch=f"d-{party}",
        party=party,
        by="张工",
        text=f"{party} 办完",
        members=(member,),
        case_done=done,
        reports=reports,
        version=2,
    )
    now = dt.datetime(2026, 11, 2, 9, tzinfo=dt.UTC)
    return new_event(data, source="routing", district="mawei", time=now, case_no=no, party=party)


def test_the_last_report_waits_for_those_it_overtook(installed):
    """Come first, it changes nothing; after the other it resolves the case, with what both did and who helped."""
    file = write_ledger(installed.folder / "l.csv", ledger_rows(1))
    installed.json("ledger", "import", file, "--district", "mawei")
    (case,) = installed.cases()
    last = _report(case.no, party="water", member="m-0002", reports=2, done=True)
    first = _report(case.no, party="power", member="m-0001", reports=1, done=False)

    with installed.database.write() as unit, pytest.raises(OutOfOrder), unit.step(last):
        follow_dispatch(unit, last)
    assert ("filed", ()) == (installed.cases()[0].state, installed.cases()[0].members)

    for event in (first, last):
        with installed.database.write() as unit:
            follow_dispatch(unit, event)
    (case,) = installed.cases()
    assert ("resolved", ("m-0001", "m-0002"), "power 办完\nwater 办完") == (
        case.state,
        case.members,
        case.result,
    )


def test_a_co_handler_that_is_made_the_lead_is_shown_as_such(installed):
    """Who asks for the case reads who has it now; in an earlier round it says nothing any more."""
    file = write_ledger(installed.folder / "l.csv", ledger_rows(1))
    installed.json("ledger", "import", file, "--district", "mawei")
    (case,) = installed.cases()
    now = dt.datetime(2026, 11, 2, 9, tzinfo=dt.UTC)
    for name, round_ in (("区供电所", 1), ("早先的单位", 0)):
        data = DispatchPromoted(dispatch="d", party="power", party_name=name, round=round_, version=3)
        event = new_event(data, source="routing", district="mawei", time=now, case_no=case.no, party="power")
        with installed.database.write() as unit:
            follow_dispatch(unit, event)
    assert "区供电所" == installed.cases()[0].party_name


def test_the_case_has_the_deadline_of_who_leads_it_however_often_it_moves(installed):
    """Extended, resumed, reckoned anew; the deadlines of co-handlers, and of signing, are not the case's."""
    file = write_ledger(installed.folder / "l.csv", ledger_rows(1))
    installed.json("ledger", "import", file, "--district", "mawei")
    (case,) = installed.cases()
    start = dt.datetime(2026, 11, 2, 9, tzinfo=dt.UTC)
    told: list[tuple[type[Message], bool]] = [
        (DispatchExtended, True),
        (DispatchExtended, False),
        (ClockResumed, True),
        (ClockRecomputed, True),
        (ClockRecomputed, False),
    ]
    for number, (message, lead) in enumerate(told):
        due_at = (start + dt.timedelta(days=number)).isoformat()
        data = message.from_wire({**message.example, "due_at": due_at, "lead": lead})
        event = new_event(
            data, source="routing", district="mawei", time=start, case_no=case.no, party="power"
        )
        with installed.database.write() as unit:
            follow_dispatch(unit, event)
        days = {0: 0, 1: 0, 2: 2, 3: 3, 4: 3}[number]
        assert start + dt.timedelta(days=days) == installed.cases()[0].due_at
