"""
``[returns]`` and the windows of ``[[classes]]``: how a district deals with work that is given back.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from tests.plugins.packs import TABLES
from tests.plugins.test_tables import written
from whistle.contracts.timing import Span
from whistle.plugins.returns import Returns
from whistle.plugins.tables import examine_tables, read_tables
from whistle.plugins.terms import window_for

PACK = TABLES.replace("{district}", "qi")
ROWS = """
[returns]
review = true
reviewer = "street"
arbiter = "desk"
arbiter_role = "city"
window = "3 working days"
least = "4 个工作小时"

[[classes]]
class = "commitment"
since = 2025-01-01
return = "5 working days"

[[classes]]
class = "commitment"
since = 2026-07-01
return = "4 working hours"
ruling = "1 个工作日"

[[classes]]
class = "any"
since = 2026-01-01
return = "24 hours"

[[classes]]
class = "any"
since = 2026-01-01
level = "urgent"
return = "30 minutes"
"""


def test_a_pack_that_says_nothing_accepts_returns_within_two_working_days(tmp_path: Path) -> None:
    """The defaults: no review, the duty desk rules, two working days."""
    assert Returns() == read_tables(written(tmp_path, PACK)).returns
    assert (False, None, Span(2, "working_days")) == (Returns().review, Returns().arbiter, Returns().window)


def test_what_a_pack_says_is_read_in_both_languages(tmp_path: Path) -> None:
    """Parties, roles and spans."""
    read = read_tables(written(tmp_path, PACK + ROWS)).returns

    assert (
        Returns(
            review=True,
            reviewer="street",
            arbiter="desk",
            arbiter_role="city",
            window=Span(3, "working_days"),
            least=Span(4 * 3600, "working_seconds"),
        )
        == read
    )


@pytest.mark.parametrize(
    ("handling", "on", "span"),
    [
        ("commitment", "2026-06-30", Span(5, "working_days")),
        ("commitment", "2026-07-01", Span(4 * 3600, "working_seconds")),
        ("immediate", "2026-07-01", Span(86400, "seconds")),
        (None, "2026-07-01", Span(86400, "seconds")),
    ],
)
def test_the_window_is_that_of_the_class_on_the_day(
    tmp_path: Path, handling: str | None, on: str, span: Span
) -> None:
    """A row of the class goes before one for any, a later one before an earlier; rows for a level do not count."""
    rows = read_tables(written(tmp_path, PACK + ROWS)).classes

    assert span == window_for(rows, handling, on=dt.date.fromisoformat(on))


def test_mistakes_are_told_one_by_one(tmp_path: Path) -> None:
    """Unknown party, role, column and span, in one run."""
    wrong = """
[returns]
review = "yes"
arbiter = "nobody"
reviewer_role = "king"
window = "soon"
bounces = 3

[[classes]]
class = "commitment"
since = 2026-01-01
return = "later"
"""
    _, problems = examine_tables(written(tmp_path, PACK + wrong))

    assert [
        ("[returns]", "bounces"),
        ("[returns] arbiter", "nobody"),
        ("[returns] review", "yes"),
        ("[returns] reviewer_role", "king"),
        ("[returns] window", "soon"),
        ("classes[1] commitment return", "later"),
    ] == sorted((problem.rule, problem.culprit) for problem in problems)
