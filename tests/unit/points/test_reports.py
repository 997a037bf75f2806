"""Rankings and public lists as they are frozen: who is commended and why not, and who is listed under which name."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest

from whistle_points import domain
from whistle_points.domain import Report, Scheme, Standing
from whistle_points.domain.reports import masked_name

LAST = dt.date(2026, 12, 31)
SCHEME = Scheme(
    district="mawei",
    version=1,
    name="x",
    valid_from=dt.date(2026, 1, 1),
    items={},
    commend=2,
    hours_target=50,
)


def standing(member: str, tenths: int, **changes) -> Standing:
    values = {"name": "张三", "branch": "", "state": "active", "exempt_until": None, "minutes": 50 * 60}
    return Standing(member=member, tenths=tenths, **{**values, **changes})


def verdicts(*found: Standing, scheme=SCHEME, months=12):
    rows = domain.ranking_rows(found, scheme, last=LAST, months=months)
    return [(row.place, row.member, row.verdict) for row in rows]


def test_who_has_as_much_as_the_last_one_is_commended_too():
    """Two places, three people: equal scores share a place."""
    expected = [(1, "a", "commended"), (2, "b", "commended"), (2, "c", "commended"), (4, "d", "")]

    assert expected == verdicts(standing("d", 5), standing("c", 10), standing("b", 10), standing("a", 20))


def test_who_lacks_hours_is_blocked_or_left_makes_room_for_the_next():
    """Each with the reason; who is exempt for age or health needs no hours."""
    expected = [
        (1, "a", "hours"),
        (2, "b", "blocked"),
        (3, "c", "left"),
        (4, "d", "commended"),
        (5, "e", "hours"),
        (6, "f", "commended"),
    ]

    assert expected == verdicts(
        standing("a", 60, minutes=50 * 60 - 1),
        standing("b", 50, state="blocked"),
        standing("c", 40, state="left"),
        standing("d", 30, minutes=0, exempt_until=LAST),
        standing("e", 20, minutes=0, exempt_until=LAST - dt.timedelta(days=1)),
        standing("f", 10),
    )


def test_a_quarter_asks_for_a_quarter_of_the_hours_and_nobody_is_commended_for_nothing():
    """50 hours a year are 12.5 in a quarter; 0 points are no merit."""
    found = (standing("a", 10, minutes=750), standing("b", 5, minutes=749), standing("c", 0))

    assert [(1, "a", "commended"), (2, "b", "hours"), (3, "c", "")] == verdicts(*found, months=3)


@pytest.mark.parametrize(("names", "shown"), [("masked", "张*"), ("full", "张三")])
def test_the_public_list_leaves_out_who_is_under_investigation(names, shown):
    """And its places have no gap where somebody was left out."""
    scheme = dataclasses.replace(SCHEME, public_names=names)
    rows = domain.public_rows(
        [standing("a", 30, state="blocked"), standing("b", 20), standing("c", 10, state="left")], scheme
    )

    assert [(1, "b", shown, "")] == [(row.place, row.member, row.name, row.verdict) for row in rows]


@pytest.mark.parametrize(
    ("name", "shown"), [("张三", "张*"), ("欧阳娜娜", "欧**"), ("张", "张*"), ("", "*"), ("Li Ming", "L**")]
)
def test_names_are_masked_behind_the_first_character(name, shown):
    """However long they are."""
    assert shown == masked_name(name)


def test_the_hash_covers_everything_and_not_the_clock_zone():
    """Any other field gives another hash; the same instant in another zone gives the same."""
    made = domain.sealed(
        Report(
            id="1",
            scheme="mawei",
            kind="ranking",
            period="2026",
            edition=1,
            corrects=None,
            reason="",
            formula="sum-1",
            rules=1,
            text="",
            text_hash="",
            head_seq=0,
            head_hash="",
            made_at=dt.datetime(2027, 1, 1, tzinfo=dt.UTC),
            made_by="x",
            rows=domain.ranking_rows([standing("a", 1)], SCHEME, last=LAST, months=12),
        )
    )
    moved = dataclasses.replace(made, made_at=made.made_at.astimezone(domain.CHINA))
    other = [
        dataclasses.replace(made, edition=2),
        dataclasses.replace(made, text="y"),
        dataclasses.replace(made, rows=(dataclasses.replace(made.rows[0], tenths=2),)),
        dataclasses.replace(made, rows=(dataclasses.replace(made.rows[0], name="李四"),)),
    ]

    assert made.hash == domain.report_digest(moved)
    assert made.hash not in [domain.report_digest(one) for one in other]


def test_the_rule_text_says_what_counts():
    """Items with points, caps and what they ask for, the formula, how many are commended, how long points last."""
    helping = domain.Item(
        id="help",
        name="帮扶",
        tenths=5,
        unit="hour",
        caps=domain.Caps(day=30),
        hours=domain.Hours(least=30, first_hour=True),
        criteria="入户",
        evidence=("photo",),
        who=frozenset({"党员"}),
    )
    closed = domain.Item(id="case-closed", name="办结", tenths=10, ratings={"satisfied": 20, None: 10})
    items = {item.id: item for item in (helping, closed)}
    scheme = dataclasses.replace(SCHEME, items=items, validity=domain.Validity(mode="yearly"))
    lines = domain.rule_text(scheme, domain.formula_at(LAST)).splitlines()

    assert (
        "帮扶(help):0.5 分/小时;入户;满 30 分钟起计,不足 1 小时按 1 小时;封顶每日 3;须附 photo;限 党员"
        in lines
    )
    assert "办结(case-closed):满意 2 分、未评价 1 分" in lines
    assert "积分每年 12 月 31 日清零" in lines
    assert {"sum-1", "前 2 名", "全年 50 小时"} == {
        one for one in ("sum-1", "前 2 名", "全年 50 小时") if any(one in line for line in lines)
    }
