"""
The default decision, from tables.
"""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from tests.plugins.packs import TABLES, a_case
from tests.plugins.test_tables import written
from whistle.contracts.plugin import Decision, Facts, History, Trigger
from whistle.plugins import DistrictPlugin
from whistle.plugins.tables import Tables, read_tables


@pytest.fixture
def tables(tmp_path: Path) -> Tables:
    """The tables of district qi, with rules by place and by category."""
    more = """
[[rules]]
id = "square"
lead = "street"
category = "城乡建设/广场"
places = ["人民广场", "g2"]
weight = 1

[[rules]]
id = "by-category"
lead = "street"
category = "环境保护/噪音"
categories = ["环境保护"]

[[rules]]
id = "not-a-game"
lead = "street"
category = "城乡建设/消防"
keywords = ["着火"]
also = ["楼", "房"]
unless = ["游戏"]
level = "urgent"
hours = 100
"""
    return read_tables(written(tmp_path, TABLES.replace("{district}", "qi") + more))


def facts_of(tables: Tables, **past: object) -> Facts:
    """Facts of the tables themselves."""
    from tests.plugins.packs import NOW

    history = History(**past)  # type: ignore[arg-type]
    return Facts(now=NOW, district="qi", parties=tables.parties, grid=tables.grid, history=history)


def routed(
    tables: Tables, title: str, text: str = "", *, grid: str | None = None, **past: object
) -> Decision:
    """What the default plugin decides."""
    return DistrictPlugin(tables).route(a_case("qi", title, text, grid=grid), facts_of(tables, **past))


@pytest.mark.parametrize(
    ("title", "text", "lead", "rule"),
    [
        ("停水了", "", "water", "water"),
        ("来看看", "昨天停水", "water", "water"),
        ("物业不管", "停水", "estate-a", "estate"),
        ("停水", "物业、保洁", "water", "water"),
        ("楼房着火", "", "street", "not-a-game"),
        ("着火", "", "desk", "duty-desk"),
        ("楼房着火游戏", "", "desk", "duty-desk"),
        ("", "", "desk", "duty-desk"),
        ("人民广场", "", "street", "square"),
    ],
)
def test_the_best_row_wins(tables: Tables, title: str, text: str, lead: str, rule: str) -> None:
    """A word in the title outweighs words in the text; `also` and `unless` restrict; nothing fits: the duty desk."""
    decision = routed(tables, title, text)
    assert (lead, rule) == (decision.lead, decision.reasons[0].rule)


@pytest.mark.parametrize(
    ("grid", "lead"), [("g1", "estate-a"), ("g2", "estate-b"), (None, "estate-a"), ("top", "desk")]
)
def test_kind_means_the_nearest(tables: Tables, grid: str | None, lead: str) -> None:
    """`kind:property` is the company of the case's grid, and never one that is responsible for another place."""
    assert lead == routed(tables, "物业保洁物业", grid=grid).lead


def test_joint_case_is_a_whistle(tables: Tables) -> None:
    """A row with co-handlers blows a whistle of its class, for the property company of the place."""
    decision = routed(tables, "爆管", grid="g2")
    assert ("water", ("estate-b",), "daily") == (decision.lead, decision.co_handlers, decision.whistle_class)


def test_strong_runner_up_joins(tables: Tables) -> None:
    """Two rows that fit almost equally well work together."""
    decision = routed(tables, "停水水压物业保洁", grid="g1")
    assert ("water", ("estate-a",)) == (decision.lead, decision.co_handlers)
    assert ["water", "estate"] == [reason.rule for reason in decision.reasons]


def test_reasons_show_the_words(tables: Tables) -> None:
    """The evidence is what was found, the confidence lies between nothing and certainty."""
    (reason,) = routed(tables, "停水", "水压不足").reasons
    assert "停水、水压" == reason.evidence
    assert 0 < reason.confidence < 1


@pytest.mark.parametrize(
    ("title", "handling", "level", "hours"),
    [
        ("停水", "commitment", "daily", 168),
        ("建议停水", "suggestion", "daily", 360),
        ("停水爆炸", "commitment", "urgent", 2),
        ("楼房着火", "commitment", "urgent", 2),
    ],
)
def test_class_level_and_hours(tables: Tables, title: str, handling: str, level: str, hours: float) -> None:
    """Words decide class and level; the class gives the time, the level shortens it."""
    decision = routed(tables, title)
    assert (handling, level, hours) == (
        decision.classification.handling_class,
        decision.classification.level,
        decision.handle_hours,
    )


def test_category_rule(tables: Tables) -> None:
    """A case whose category is known is routed by it."""
    case = dataclasses.replace(a_case("qi", "来看看", ""), category="环境保护/噪音污染")
    decision = DistrictPlugin(tables).route(case, facts_of(tables))
    assert ("street", "环境保护/噪音污染") == (decision.lead, decision.classification.category)


def test_returned_case_goes_to_the_next(tables: Tables) -> None:
    """Who gave the case back neither leads nor joins again; after the second return the duty desk rules."""
    plugin, case = DistrictPlugin(tables), a_case("qi", "停水物业", "")
    first = plugin.escalate(
        case,
        facts_of(tables, lead="water", returned_by=("water",)),
        Trigger(kind="returned", detail="非我职责"),
    )
    assert "estate-a" == first.lead
    assert "water" not in first.parties
    assert "非我职责" == first.reasons[0].evidence
    facts = facts_of(tables, lead="estate-a", returned_by=("water", "estate-a"))
    assert "desk" == plugin.escalate(case, facts, Trigger(kind="returned")).lead


def test_overdue_case_stays_and_is_joined(tables: Tables) -> None:
    """The table's street joins who has the case, as a major whistle with less time."""
    facts = facts_of(tables, lead="estate-b")
    decision = DistrictPlugin(tables).escalate(a_case("qi"), facts, Trigger(kind="overdue"))
    assert ("estate-b", ("street",), "major", 12.0) == (
        decision.lead,
        decision.co_handlers,
        decision.whistle_class,
        decision.handle_hours,
    )


def test_missing_lead_falls_to_the_next_rule(tables: Tables) -> None:
    """A rule whose party is gone from the facts does not fit."""
    facts = facts_of(tables)
    facts = dataclasses.replace(facts, parties=tuple(party for party in facts.parties if party.id != "water"))
    assert "desk" == DistrictPlugin(tables).route(a_case("qi"), facts).lead
