"""
The rule table is rich enough that a district needs no code: kind of place, time, workload, priorities, powers, settings.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.plugins.packs import NOW, TABLES, a_case, facts_of
from tests.plugins.test_tables import written
from whistle.contracts.plugin import Decision, Facts
from whistle.errors import Misconfigured
from whistle.plugins import DistrictPlugin
from whistle.plugins.conditions import Hours
from whistle.plugins.desk import Request
from whistle.plugins.host.parent import PluginHost
from whistle.plugins.loader import Pack
from whistle.plugins.tables import Tables, examine_tables, read_tables

MORE = """
[[powers]]
id = "community"
of = "kind:property"
to = "street"
keywords = ["危房"]
categories = ["城乡建设/拆迁"]
levels = ["urgent"]
keep = true
whistle = "major"

[[powers]]
id = "street"
of = "street"
to = "desk"
keywords = ["市级"]

[[rules]]
id = "night"
lead = "street"
category = "城乡建设/噪音"
keywords = ["噪音"]
time = ["22:00-06:00"]
priority = 1

[[rules]]
id = "noise"
lead = "estate-a"
category = "城乡建设/噪音"
keywords = ["噪音", "吵", "施工"]

[[rules]]
id = "weekend"
lead = "street"
category = "其他/周末"
keywords = ["周末"]
weekdays = ["sat", "sun"]

[[rules]]
id = "compound"
lead = "street"
category = "城乡建设/小区"
kinds = ["grid"]
priority = -1

[[rules]]
id = "first"
lead = "estate-b"
category = "城乡建设/电梯"
keywords = ["电梯"]
max_open = 3

[[rules]]
id = "second"
lead = "street"
category = "城乡建设/电梯"
keywords = ["电梯"]
weight = 0.1
priority = -1

[[rules]]
id = "often"
lead = "street"
category = "城乡建设/井盖"
keywords = ["井盖"]
repeats = 2
"""


@pytest.fixture
def tables(tmp_path: Path) -> Tables:
    """The tables of district qi and the rows above."""
    return read_tables(written(tmp_path, TABLES.replace("{district}", "qi") + MORE))


def routed(
    tables: Tables, title: str, *, at: str = "2026-11-24T09:30", grid: str | None = None, **load: int
) -> Decision:
    """What the tables decide about a case that was filed then (in China), with so many open dispatches of parties."""
    filed = dt.datetime.fromisoformat(f"{at}:00+08:00").astimezone(dt.UTC)
    workload = {name.replace("_", "-"): count for name, count in load.items()}
    facts = Facts(now=NOW, district="qi", parties=tables.parties, grid=tables.grid, workload=workload)
    case = dataclasses.replace(a_case("qi", title, "请处理", grid=grid), filed_at=filed)
    return DistrictPlugin(tables).route(case, facts)


@pytest.mark.parametrize(
    ("at", "lead"),
    [
        ("2026-11-24T21:59", "estate-a"),
        ("2026-11-24T22:00", "street"),
        ("2026-11-25T05:59", "street"),
        ("2026-11-25T06:00", "estate-a"),
    ],
)
def test_time_of_day(tables: Tables, at: str, lead: str) -> None:
    """A row for the night fits from 22:00 until just before 06:00, in China."""
    assert lead == routed(tables, "施工噪音太吵", at=at).lead


def test_weekdays(tables: Tables) -> None:
    """A row for the weekend does not fit on Friday."""
    assert "street" == routed(tables, "周末活动", at="2026-11-28T00:00").lead
    assert "desk" == routed(tables, "周末活动", at="2026-11-27T23:59").lead


def test_kind_of_place(tables: Tables) -> None:
    """A row for places of a kind fits wherever the case lies in such a node, and only there."""
    decision = routed(tables, "没有任何关键词", grid="g1")
    assert ("street", "compound", "grid") == (
        decision.lead,
        decision.reasons[0].rule,
        decision.reasons[0].evidence,
    )
    assert "desk" == routed(tables, "没有任何关键词").lead


def test_priority_goes_before_score(tables: Tables) -> None:
    """A rule that scores more does not win against one of higher priority."""
    assert "first" == routed(tables, "电梯坏了").reasons[0].rule


def test_workload(tables: Tables) -> None:
    """Who has as much as it may have is passed over, until it has reported some."""
    assert tables.asks_workload
    assert "estate-b" == routed(tables, "电梯坏了", estate_b=2).lead
    assert "street" == routed(tables, "电梯坏了", estate_b=3).lead


def test_repeats(tables: Tables) -> None:
    """S4-15: a row for what comes again fits once so many others of its category came from the grid; it says how many."""
    (often,) = [rule for rule in tables.rules if rule.id == "often"]
    facts = Facts(now=NOW, district="qi", parties=tables.parties, grid=tables.grid)
    said = []
    for repeats in ({}, {"城乡建设/井盖": 1}, {"城乡建设/井盖": 2}, {"城乡建设/电梯": 9}):
        asked = dataclasses.replace(facts, repeats=repeats)
        said.append(DistrictPlugin(tables).route(a_case("qi", "井盖丢了", "请处理"), asked))
    assert ["desk", "desk", "street", "desk"] == [one.lead for one in said]
    assert ("often", "井盖、30 天内第 3 件") == (said[2].reasons[0].rule, said[2].reasons[0].evidence)
    assert (2, 30) == (often.repeats, tables.repeat_days)


@pytest.mark.parametrize(("said", "days"), [("", None), ("[repeats]\n", 30), ("[repeats]\ndays = 90\n", 90)])
def test_how_far_back_is_counted(tmp_path: Path, said: str, days: int | None) -> None:
    """Nothing is counted unless somebody asks."""
    text = TABLES.replace("{district}", "qi")
    assert days == read_tables(written(tmp_path, text + said)).repeat_days


@pytest.mark.parametrize("row", ["days = 0", 'days = "soon"', "weeks = 3"])
def test_a_span_that_is_none_is_told(tmp_path: Path, row: str) -> None:
    """By table and column."""
    text = TABLES.replace("{district}", "qi")
    with pytest.raises(Misconfigured, match=r"\[repeats\]"):
        read_tables(written(tmp_path, f"{text}\n[repeats]\n{row}\n"))


def test_beyond_the_powers_goes_upward(tables: Tables) -> None:
    """S0-3: the community's case is led by the street, the one below stays in, and the reason says what was beyond."""
    decision = routed(tables, "物业说这是危房", grid="g2")
    assert ("street", ("estate-b",), "major") == (
        decision.lead,
        decision.co_handlers,
        decision.whistle_class,
    )
    assert ("powers.community", "超出 estate-b 职权: 危房") == (
        decision.reasons[0].rule,
        decision.reasons[0].evidence,
    )
    assert "estate" == decision.reasons[1].rule
    assert "estate-b" == routed(tables, "物业保洁不到位", grid="g2").lead


def test_powers_follow_on_each_other(tables: Tables) -> None:
    """From the community to the street, and from there to the district; by level as well."""
    assert "desk" == routed(tables, "物业说这是危房,须市级鉴定", grid="g2").lead
    assert "street" == routed(tables, "物业保洁时发现要爆炸", grid="g2").lead


@pytest.mark.parametrize("text", ["22:00", "22:00-22:00", "25:00-26:00", "22-6", "00:00-24:01", ""])
def test_no_hours(text: str) -> None:
    """What is no span of the day is not taken for one."""
    assert Hours.parse(text) is None


@pytest.mark.parametrize(
    ("old", "new", "rule", "culprit"),
    [
        ("22:00-06:00", "22-6", "time", "22-6"),
        ('"sat"', '"samstag"', "weekdays", "samstag"),
        ("max_open = 3", "max_open = 0", "max_open", "0"),
        ("priority = 1", "priority = 1.5", "priority", "1.5"),
        ('kinds = ["grid"]', 'kinds = ["castle"]', "kinds", "castle"),
        ('to = "desk"', 'to = "nobody"', "power street to", "nobody"),
        ('of = "street"', 'of = "kind:none"', "power street of", "kind:none"),
        ("keep = true", 'keep = "yes"', "keep", "yes"),
        ('levels = ["urgent"]', 'levels = ["loud"]', "levels", "loud"),
        ('keywords = ["市级"]', "keywords = []", "powers[2] street", "keywords"),
        ("[[powers]]", "[settings]\nRadius = 3\n[[powers]]", "[settings] Radius", "Radius"),
        ("[[powers]]", "[settings]\nradius = {default = 3, most = 2}\n[[powers]]", "[settings] radius", "3"),
        ("[[powers]]", "[settings]\nradius = {}\n[[powers]]", "[settings] radius default", "None"),
    ],
)
def test_mistakes_are_named(tmp_path: Path, old: str, new: str, rule: str, culprit: str) -> None:
    """Row, column and culprit of each new column."""
    text = TABLES.replace("{district}", "qi") + MORE
    assert old in text
    _, problems = examine_tables(written(tmp_path, text.replace(old, new, 1)))
    assert [True] == [rule in problem.rule and culprit in problem.culprit for problem in problems]


SETTINGS = """
[settings]
night_desk = true
words = ["急"]

[settings.radius]
default = 300
least = 50
most = 1000
"""
BODY = """
    def route(self, case, facts):
        import dataclasses
        decision = super().route(case, facts)
        said = f"{self.settings['night_desk']} {self.settings['words']} {self.settings['radius']}"
        return dataclasses.replace(decision, reasons=(dataclasses.replace(decision.reasons[0], evidence=said),))
"""


@pytest.fixture
def seen(hosted: Callable[..., PluginHost]) -> Callable[[], str]:
    """What the plugin in its process sees of its settings."""

    def see() -> str:
        host = hosted("qi", body=BODY, tables=TABLES + SETTINGS)
        (outcome,) = host.decide([Request(case=a_case("qi"), facts=facts_of(host.pack))])
        assert outcome.decision is not None, outcome.failure
        return outcome.decision.reasons[0].evidence

    return see


def test_settings_have_defaults(seen: Callable[[], str]) -> None:
    """A plugin sees what its pack declares."""
    assert "True ('急',) 300" == seen()


def test_settings_are_overridden(
    seen: Callable[[], str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The environment goes before the file, the file before the pack."""
    config = tmp_path / "whistle.toml"
    config.write_text("[plugin.qi]\nradius = 500\nnight_desk = false\n", encoding="utf-8")
    monkeypatch.setenv("WHISTLE_CONFIG", str(config))
    monkeypatch.setenv("WHISTLE_PLUGIN_QI_RADIUS", "700")
    monkeypatch.setenv("WHISTLE_PLUGIN_QI_WORDS", "快, 急")
    assert "False ('快', '急') 700" == seen()


def test_wrong_settings_stop_the_start(
    install: Callable[..., Pack], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """File or variable, table and field, value, and what is allowed: all at once."""
    config = tmp_path / "whistle.toml"
    config.write_text('[plugin.qi]\nradius = 5000\nradios = 1\nnight_desk = "no"\n', encoding="utf-8")
    monkeypatch.setenv("WHISTLE_CONFIG", str(config))
    monkeypatch.setenv("WHISTLE_PLUGIN_QI_WORDS", "急")
    with pytest.raises(Misconfigured) as caught:
        install("qi", tables=TABLES + SETTINGS)
    told = [
        (problem["file"], problem["rule"], problem["culprit"]) for problem in caught.value.detail["problems"]
    ]
    file = str(config)
    assert [
        (file, "[plugin.qi]", "radios"),
        (file, "[plugin.qi] night_desk", "'no'"),
        (file, "[plugin.qi] radius", "5000"),
    ] == sorted(told)
    assert "1000" in str(caught.value)
