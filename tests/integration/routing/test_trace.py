"""
Each decision is kept with what it was decided upon, so that it can be explained and asked again.
"""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest

from tests.integration.routing.town import DISTRICT, NOON, TABLES, Town, decision
from whistle.contracts import CaseFiled, Return, Sign
from whistle.contracts.plugin import Facts
from whistle.plugins.desk import Outcome
from whistle_routing import handlers
from whistle_routing.deciding.recordings import read_recordings
from whistle_routing.deciding.tracing import say_trace, show_decisions
from whistle_routing.store import rosters


@pytest.fixture
def traced(town):
    """A router that answers as the real one does: with what it was asked."""
    plain = town.router.decide

    def decide(requests):
        return [
            dataclasses.replace(outcome, request=request)
            for request, outcome in zip(requests, plain(requests), strict=True)
        ]

    town.router.decide = decide
    return town


def returned(town):
    """A case that the first party gave back."""
    town.file()
    town.decide(decision("light"))
    town.act(Sign(dispatch=town.of("light").id, by="甲"), party="light")
    town.act(Return(dispatch=town.of("light").id, by="甲", basis="三定方案第三条"), party="light")
    town.decide(decision("water"))


def test_every_question_can_be_asked_again(traced) -> None:
    """What is read back equals what the plugin was asked: case, parties, grid, history, trigger."""
    returned(traced)
    found = read_recordings(traced.database.read, DISTRICT)
    cases = list(found.cases)
    assert (2, traced.router.asked) == (found.total, [case.request for case in cases])
    assert ["light", "water"] == [case.decision.lead for case in cases]


def test_a_span_of_time_is_read(traced) -> None:
    """From one time on and before another."""
    returned(traced)
    later = NOON.replace(year=2027)
    assert 2 == read_recordings(traced.database.read, DISTRICT, NOON, later).total
    assert [] == list(read_recordings(traced.database.read, DISTRICT, later).cases)
    assert [] == list(read_recordings(traced.database.read, DISTRICT, None, NOON).cases)
    assert [] == list(read_recordings(traced.database.read, "elsewhere").cases)


def test_pages_lose_nothing(traced, monkeypatch) -> None:
    """Five cases in pages of two are five."""
    monkeypatch.setattr("whistle_routing.deciding.recordings.PAGE", 2)
    numbers = [f"26-0000{number}-{number}" for number in range(1, 6)]
    for no in numbers:
        traced.file(no)
    traced.decide()
    cases = [case.request.case.no for case in read_recordings(traced.database.read, DISTRICT).cases]
    assert numbers == cases


def test_a_state_of_the_parties_is_kept_once(traced) -> None:
    """However many decisions share it."""
    returned(traced)
    assert 1 == len(traced.all(rosters))


def test_the_trace_says_who_what_and_why(traced) -> None:
    """Version, rule, evidence, confidence, what fell back and why, in both languages."""
    traced.file()
    outcome = Outcome(
        decision=decision("water"),
        source="fallback",
        plugin="whistle-district-t",
        version="1.2.3",
        failure="插件 1 秒内未答复 / the plugin did not answer within 1 s",
    )
    traced.router.decide = lambda requests: [dataclasses.replace(outcome, request=requests[0])]
    traced.decide()
    with traced.database.read() as unit:
        (shown,) = show_decisions(unit.decisions_of("26-00001-1"), unit.shadows_of("26-00001-1"))
    assert ("fallback", "后备", "fallback") == (shown["by"], shown["by_zh"], shown["by_en"])
    assert "1.2.3" == shown["plugin_version"]
    text = "\n".join(say_trace([shown]))
    for word in ("whistle-district-t 1.2.3", "water", "test:", "100%", "改按表中规则", "did not answer"):
        assert word in text


def test_the_workload_of_parties_is_told_where_rules_ask(traced) -> None:
    """Dispatches that are not reported count, by party; who has none is not in it."""
    returned(traced)
    with traced.database.read() as unit:
        assert {"water": 1} == unit.workload(DISTRICT)
        assert {} == unit.workload("elsewhere")


def filed_in(place: Town, no: str, grid: str) -> Facts:
    """File a case and let it be decided; returns what the plugin was told."""
    filed = CaseFiled(title="路灯", text="不亮", door="hotline", grid=grid, filed_at=place.clock.now())
    place.hear(handlers.take_case, place.about(no, filed))
    place.decide()
    return place.router.asked[-1].facts


def test_what_came_from_the_same_grid_before_is_told_where_the_pack_asks(town) -> None:
    """S4-15: by category, within the days that the pack says, without the case itself; kept with the decision."""
    place = Town(town.database, dataclasses.replace(TABLES, repeat_days=30))
    place.router.keeps = True
    told = []
    for number, grid, days in ((1, "g", 0), (2, "g", 20), (3, "h", 0), (4, "g", 5), (5, "g", 6)):
        place.clock.advance(dt.timedelta(days=days))
        told.append(filed_in(place, f"26-0000{number}-1", grid).repeats)
    assert [{}, {"其他": 1}, {}, {"其他": 2}, {"其他": 2}] == told
    place.reopen("26-00005-1", 2)
    place.decide()
    assert {"其他": 2} == place.router.asked[-1].facts.repeats
    kept = [case.request.facts.repeats for case in read_recordings(place.database.read, DISTRICT).cases]
    assert [*told, {"其他": 2}] == kept


def test_nothing_is_counted_for_a_pack_that_does_not_ask(town) -> None:
    """No statement is spent on it."""
    assert [{}, {}] == [filed_in(town, f"26-0000{number}-1", "g").repeats for number in (1, 2)]
