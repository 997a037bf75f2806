"""A vetoed report makes the case wait again, in whatever order the messages come."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from itertools import permutations

from tests.integration.intake.installed import ledger_rows, write_ledger
from whistle.contracts import DispatchReported, WhistleClosed, WhistleVetoed, new_event
from whistle.errors import OutOfOrder
from whistle_intake import handlers

NOW = dt.datetime(2026, 11, 2, 9, tzinfo=dt.UTC)


def _report(party: str, *, reports: int, vetoes: int = 0, done: bool):
    return DispatchReported(
        dispatch=f"d-{party}",
        party=party,
        by="张工",
        text=f"{party} 办完",
        case_done=done,
        reports=reports,
        vetoes=vetoes,
        version=2 + vetoes,
    )


def _veto(number: int):
    said = {**WhistleVetoed.example, "party": "power", "vetoes": number, "version": 3 + number}
    return WhistleVetoed.from_wire(said)


STORY = (
    _report("water", reports=1, done=False),
    _report("power", reports=2, done=True),
    _veto(1),
    _report("power", reports=2, vetoes=1, done=True),
)


def _cases(installed, count: int):
    installed.json(
        "ledger",
        "import",
        write_ledger(installed.folder / "l.csv", ledger_rows(count)),
        "--district",
        "mawei",
    )
    return installed.cases()


def _hear(installed, no: str, data) -> bool:
    """Let intake follow a message; False if it asks to be told again later."""
    event = new_event(data, source="routing", district="mawei", time=NOW, case_no=no, party="power")
    try:
        with installed.database.write() as unit, unit.step(event):
            handlers.follow_dispatch(unit, event)
    except OutOfOrder:
        return False
    return True


def test_a_veto_takes_the_case_back_to_work_until_the_new_report(installed):
    """Resolved by the last report, in hand again by the veto, resolved by the report that replaces it."""
    (case,) = _cases(installed, 1)
    states = []
    for data in STORY:
        assert _hear(installed, case.no, data)
        states.append(installed.cases()[0].state)
    assert ["handling", "resolved", "handling", "resolved"] == states


def test_a_vetoed_report_is_not_among_the_results(installed):
    """Only what holds is told as done, in whatever order report, veto and new report came."""
    story = (
        *STORY[:2],
        replace(_veto(1), dispatch="d-power"),
        replace(STORY[3], text="power 重新办完", version=5),
    )
    orders = [(0, 1, 2, 3), (2, 0, 1, 3), (0, 2, 3, 1), (3, 1, 2, 0)]
    for case, order in zip(_cases(installed, len(orders)), orders, strict=True):
        waiting = [story[at] for at in order]
        for _ in story:
            waiting = [data for data in waiting if not _hear(installed, case.no, data)]
    told = [set(str(one.result).split("\n")) for one in installed.cases()]
    assert [{"water 办完", "power 重新办完"}] * len(orders) == told


def test_in_whatever_order_reports_and_vetoes_come_the_case_ends_resolved(installed):
    """All orders of the same four messages, each tried again when it is too early, lead to the same end."""
    orders = list(permutations(STORY))
    for case, order in zip(_cases(installed, len(orders)), orders, strict=True):
        waiting = list(order)
        for _ in range(len(STORY)):
            waiting = [data for data in waiting if not _hear(installed, case.no, data)]
        assert [] == waiting
    assert {("resolved", 3, 1)} == {(one.state, one.reports, one.vetoes) for one in installed.cases()}


def test_a_release_of_the_last_one_missing_resolves_the_case(installed):
    """No report comes any more: the closing of the whistle tells how many there were."""
    (case,) = _cases(installed, 1)
    closed = WhistleClosed(whistle="w", round=1, reports=1, vetoes=0)
    assert not _hear(installed, case.no, closed)
    assert _hear(installed, case.no, _report("water", reports=1, done=False))
    assert _hear(installed, case.no, closed)
    assert "resolved" == installed.cases()[0].state


def test_the_closing_of_a_whistle_by_an_older_version_resolves_nothing(installed):
    """It does not tell how many have reported; the last report itself said that all is done."""
    (case,) = _cases(installed, 1)
    assert _hear(installed, case.no, WhistleClosed(whistle="w"))
    assert "filed" == installed.cases()[0].state


def test_an_answer_that_crossed_a_veto_does_not_count(installed):
    """The case is handled again and cannot be rated before it is answered anew."""
    (case,) = _cases(installed, 1)
    for data in STORY[:2]:
        _hear(installed, case.no, data)
    with installed.database.write() as unit, unit.step():
        found = unit.cases.get(case.no)
        unit.cases.put(replace(found, state="answered", version=found.version + 1))
    assert _hear(installed, case.no, _veto(1))
    assert "handling" == installed.cases()[0].state


def test_a_veto_of_an_earlier_round_changes_nothing(installed):
    """The case was reopened meanwhile: what was vetoed then does not count now."""
    (case,) = _cases(installed, 1)
    _hear(installed, case.no, STORY[0])
    said = {**WhistleVetoed.example, "round": 0}
    assert _hear(installed, case.no, WhistleVetoed.from_wire(said))
    assert ("handling", 0) == (installed.cases()[0].state, installed.cases()[0].vetoes)
