"""
Whistles in a district's tables: who may blow which class, who is asked first, how long what may take; every mistake named.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from tests.plugins.packs import TABLES
from tests.plugins.test_tables import written
from whistle.contracts.timing import Span
from whistle.plugins.tables import Tables, examine_tables, read_tables
from whistle.plugins.whistle_terms import WhistleTerms, whistle_terms

ROWS = """
[[whistle]]
class = "daily"
since = 2026-01-01
blowers = ["worker", "community"]

[[whistle]]
class = "major"
since = 2026-01-01
blowers = ["community"]

[[whistle]]
class = "major"
since = 2026-07-01
blowers = ["worker", "community", "street"]
approval = "street"
approve = "1 小时"
sign = "30 minutes"
handle = "5 个工作日"
proof = true
acceptance = true
basis = "街办〔2026〕3 号"
"""
MINUTES = Span(30 * 60, "seconds")


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Tables:
    return read_tables(written(tmp_path_factory.mktemp("pack"), TABLES.replace("{district}", "qi") + ROWS))


def test_the_rows_are_read_as_they_stand(tables: Tables) -> None:
    """Everything a row may say."""
    assert (
        WhistleTerms(
            whistle_class="major",
            since=dt.date(2026, 7, 1),
            blowers=("worker", "community", "street"),
            approval="street",
            approve=Span(3600, "seconds"),
            spans={"sign": MINUTES, "handle": Span(5, "working_days")},
            proof=True,
            acceptance=True,
            basis="街办〔2026〕3 号",
        )
        == tables.whistles[2]
    )


@pytest.mark.parametrize(
    ("day", "since"),
    [("2025-06-01", "2026-01-01"), ("2026-06-30", "2026-01-01"), ("2026-07-01", "2026-07-01")],
)
def test_the_row_in_force_on_the_day_holds(tables: Tables, day: str, since: str) -> None:
    """A later row replaces an earlier one from its day on; before the first one the first one holds."""
    found = whistle_terms(tables.whistles, "major", dt.date.fromisoformat(day))
    assert since == found.since.isoformat()


def test_a_class_without_a_row_is_blown_by_anybody_of_the_grid_and_asks_nobody() -> None:
    """What every district grants."""
    found = whistle_terms((), "urgent", dt.date(2026, 11, 22))
    assert (("worker", "community", "street"), None, {}) == (found.blowers, found.approval, found.spans)


@pytest.mark.parametrize(
    ("blowers", "may"),
    [
        (("worker",), {"worker", "community", "street", "district", "city", "admin"}),
        (("community",), {"community", "street", "district", "city", "admin"}),
        (("worker", "street"), {"worker", "street", "district", "city", "admin"}),
        (("district",), {"district", "city", "admin"}),
    ],
)
def test_who_is_named_may_blow_and_who_stands_above_all_of_them(blowers, may) -> None:
    """A level between two that are named is left out on purpose; residents and parties never blow."""
    terms = WhistleTerms(whistle_class="daily", blowers=blowers)
    roles = ("resident", "party", "metrics", "worker", "community", "street", "district", "city", "admin")
    assert may == {role for role in roles if terms.lets_blow(role)}


def test_who_stands_below_the_principal_asks_first() -> None:
    """The principal's own whistle needs nobody's approval."""
    terms = WhistleTerms(whistle_class="major", approval="street")
    assert ["worker", "community"] == [
        r for r in ("worker", "community", "street", "district") if terms.asks_first(r)
    ]
    assert ["street", "district"] == [
        r for r in ("worker", "community", "street", "district") if terms.lets_approve(r)
    ]
    assert not WhistleTerms(whistle_class="major").lets_approve("admin")


@pytest.mark.parametrize(
    ("row", "rule", "culprit", "told"),
    [
        ("since = 2026-01-01", "class", "missing", "the class of whistles is missing"),
        ('class = "loud"\nsince = 2026-01-01', "class", "loud", "must be one of daily, major, urgent"),
        ('class = "daily"', "since", "None", "must be the date from which it holds"),
        (
            'class = "daily"\nsince = 2026-01-01\nblowers = ["mayor"]',
            "blowers",
            "mayor",
            "must be of worker, community, street, district, each once",
        ),
        ('class = "daily"\nsince = 2026-01-01\nblowers = []', "blowers", "none", "at least one"),
        (
            'class = "daily"\nsince = 2026-01-01\nblowers = ["worker", "worker"]',
            "blowers",
            "worker",
            "each once",
        ),
        (
            'class = "daily"\nsince = 2026-01-01\nblowers = ["street"]\napproval = "community"',
            "approval",
            "community",
            "nobody is ever asked",
        ),
        ('class = "daily"\nsince = 2026-01-01\napprove = "1 hours"', "approve", "1 hours", "needs approval"),
        (
            'class = "daily"\nsince = 2026-01-01\narrive = "soon"',
            "arrive",
            "soon",
            "must be a length of time",
        ),
        (
            'class = "daily"\nsince = 2026-01-01\nproof = "yes"',
            "proof",
            "'yes'",
            "must be true or false",
        ),
        ('class = "daily"\nsince = 2026-01-01\nminutes = 30', "", "minutes", "unknown column"),
        (
            'class = "daily"\nsince = 2026-01-01\n[[whistle]]\nclass = "daily"\nsince = 2026-01-01',
            "class, since",
            "daily 2026-01-01",
            "more than once",
        ),
    ],
)
def test_every_mistake_is_named(tmp_path: Path, row: str, rule: str, culprit: str, told: str) -> None:
    """Row, column, what stands there, and what should."""
    made, problems = examine_tables(
        written(tmp_path, TABLES.replace("{district}", "qi") + f"\n[[whistle]]\n{row}\n")
    )
    assert made is None
    found = [(one.rule.endswith(rule), one.culprit.strip("'"), one.en) for one in problems]
    assert any(ends and culprit.strip("'") == what and told in en for ends, what, en in found), found
