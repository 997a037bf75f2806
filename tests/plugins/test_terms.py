"""
Deadlines of the handling classes: dated versions, who goes before whom, every mistake named.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from tests.plugins.packs import TABLES
from tests.plugins.test_tables import written
from whistle.contracts.plugin import Classification
from whistle.contracts.timing import Span
from whistle.plugins.rules import hours_for
from whistle.plugins.tables import Rule, Tables, examine_tables, read_tables
from whistle.plugins.terms import Terms, terms_for

ROWS = """
[[classes]]
class = "commitment"
since = 2025-01-01
handle = "15 working days"
extension = "7 working days"
basis = "市政办〔2024〕1 号"

[[classes]]
class = "commitment"
since = 2026-07-01
handle = "5 个工作日"
sign = "4 working hours"
first_contact = "24 小时"
extension = "10 working days"

[[classes]]
class = "any"
since = "2026-01-01"
answer = "2 working days"

[[classes]]
class = "supplement"
since = 2026-01-01
handle = "10 working days"

[[classes]]
class = "any"
since = 2026-01-01
level = "urgent"
arrive = "30 minutes"
"""
GOOD = TABLES.replace("{district}", "qi") + ROWS
NOW = dt.datetime(2026, 9, 30, 9, 0, tzinfo=dt.UTC)


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Tables:
    """The pack's tables with classes."""
    return read_tables(written(tmp_path_factory.mktemp("pack"), GOOD))


def test_the_rows_are_read_as_they_stand(tables: Tables) -> None:
    """Spans in both languages, dates in both forms, 补办 may be paused."""
    assert 5 == len(tables.classes)
    assert (
        Terms(
            handling="commitment",
            since=dt.date(2026, 7, 1),
            spans={
                "sign": Span(14400, "working_seconds"),
                "first_contact": Span(86400, "seconds"),
                "handle": Span(5, "working_days"),
            },
            extension=Span(10, "working_days"),
        )
        == tables.classes[1]
    )
    assert [False, False, False, True, False] == [row.pause for row in tables.classes]
    assert "市政办〔2024〕1 号" == tables.classes[0].basis


@pytest.mark.parametrize(
    ("on", "days"),
    [("2024-12-31", 15), ("2025-01-01", 15), ("2026-06-30", 15), ("2026-07-01", 5), ("2030-01-01", 5)],
)
def test_the_version_in_force_on_the_day_counts(tables: Tables, on: str, days: int) -> None:
    """A later row replaces an earlier one from its day on; before the first, the first."""
    found = terms_for(tables.classes, "commitment", "daily", kind="handle", on=dt.date.fromisoformat(on))

    assert found is not None
    assert Span(days, "working_days") == found.spans["handle"]


def test_a_row_for_the_level_goes_before_one_for_the_class_and_that_before_one_for_any() -> None:
    """Four rows speak about the same clock."""
    day = dt.date(2026, 1, 1)
    kinds: list[tuple[Any, Any]] = [
        ("any", None),
        ("commitment", None),
        ("any", "urgent"),
        ("commitment", "urgent"),
    ]
    rows = [
        Terms(handling=handling, level=level, since=day, spans={"sign": Span(number, "working_days")})
        for number, (handling, level) in enumerate(kinds, start=1)
    ]
    wanted: list[tuple[Any, Any]] = [
        ("commitment", "urgent"),
        ("immediate", "urgent"),
        ("commitment", "daily"),
        ("immediate", "daily"),
    ]
    found = []
    for handling, level in wanted:
        row = terms_for(rows, handling, level, kind="sign", on=day)
        assert row is not None
        found.append(row.spans["sign"].amount)

    assert [4, 3, 2, 1] == found
    assert None is terms_for(rows, "commitment", "daily", kind="answer", on=day)


def test_the_class_is_the_default_where_the_pack_has_it(tables: Tables) -> None:
    """No hours are decided, unless the rule names some or the level allows less than the class could take."""
    rule = Rule(id="r", lead="desk", category="c", keywords=("路灯",), hours=12)
    commitment = Classification(handling_class="commitment", category="c")
    urgent = dataclasses.replace(commitment, level="urgent")
    immediate = Classification(handling_class="immediate", category="c")

    assert None is hours_for(tables, None, commitment, NOW)
    assert 12 == hours_for(tables, rule, commitment, NOW)
    assert tables.level_hours["urgent"] == hours_for(tables, None, urgent, NOW)
    assert tables.hours["immediate"] == hours_for(
        tables, None, immediate, NOW
    )  # no row of its own with a time to handle


@pytest.mark.parametrize(
    ("old", "new", "rule", "culprit"),
    [
        ('handle = "15 working days"', 'handle = "15 weeks"', "classes[1] commitment handle", "15 weeks"),
        ('handle = "15 working days"', "handle = 15", "classes[1] commitment handle", "15"),
        ('handle = "15 working days"', 'handel = "15 working days"', "classes[1] commitment", "handel"),
        (
            'class = "commitment"\nsince = 2025',
            'class = "promise"\nsince = 2025',
            "classes[1] promise class",
            "promise",
        ),
        ('class = "commitment"\nsince = 2025', "since = 2025", "classes[1] class", "missing"),
        ("since = 2025-01-01", 'since = "spring"', "classes[1] commitment since", "spring"),
        ("since = 2025-01-01\n", "", "classes[1] commitment since", "None"),
        (
            "since = 2025-01-01",
            "since = 2026-07-01",
            "[[classes]] class, level, since",
            "commitment 2026-07-01",
        ),
        ('extension = "7 working days"', 'extension = "7 days"', "classes[1] commitment extension", "7 days"),
        ('level = "urgent"\narrive', 'level = "grave"\narrive', "classes[5] any level", "grave"),
        ('answer = "2 working days"', "", "classes[3] any", "none"),
        ('class = "supplement"', 'class = "supplement"\npause = "yes"', "classes[4] supplement pause", "yes"),
        ("immediate = 24", "", "[hours] immediate", "missing"),
        ("[hours]", "[calendar]\nday_end = 'noon'\n[hours]", "[calendar] day_end", "noon"),
        ("[hours]", "[[calendar.days]]\ndate = 2026-13\n[hours]", "file", "expected newline"),
    ],
)
def test_a_mistake_is_named_with_its_row_and_field(
    tmp_path: Path, old: str, new: str, rule: str, culprit: str
) -> None:
    """One thing wrong: that row, that column, what stands there."""
    assert old in GOOD
    tables, problems = examine_tables(written(tmp_path, GOOD.replace(old, new, 1)))

    assert tables is None
    assert (
        any(one.rule == rule and culprit.lower() in one.culprit.lower() for one in problems) or rule == "file"
    )
    assert all(one.file.endswith("district.toml") for one in problems)


def test_a_class_in_the_table_needs_no_hours(tmp_path: Path) -> None:
    """Commitment has a deadline in working days; `[hours]` may leave it out."""
    tables = read_tables(written(tmp_path, GOOD.replace("commitment = 168\n", "")))

    assert "commitment" not in tables.hours


def test_a_districts_calendar_stands_in_its_tables(tmp_path: Path) -> None:
    """Local days off, and when a day ends."""
    own = '[calendar]\nday_end = "midnight"\n[[calendar.days]]\ndate = 2026-05-27\nworking = false\nname = "古尔邦节"\n'
    plan = read_tables(written(tmp_path, GOOD + own)).calendar

    assert ("midnight", [("古尔邦节", "district")]) == (
        plan.day_end,
        [(one.zh, one.source) for one in plan.days],
    )


def test_the_example_of_the_guide_is_read_without_a_mistake(tmp_path: Path) -> None:
    """What routing's README shows may be copied."""
    guide = (Path(__file__).parents[2] / "services/routing/README.md").read_text(encoding="utf-8")
    example = next(part for part in guide.split("```") if part.startswith("toml\n[[classes]]"))
    tables = read_tables(
        written(tmp_path, TABLES.replace("{district}", "qi") + example.removeprefix("toml\n"))
    )

    assert (1, 1, "close") == (len(tables.classes), len(tables.calendar.days), tables.calendar.day_end)
