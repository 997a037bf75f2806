"""What a pack says of its parties: what they are sent, and the pledges they signed."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from whistle.plugins.agreed import Pledge, Wanted
from whistle.plugins.loader import examine_folder
from whistle.plugins.scaffold import new_pack

AT = 'id = "power-bureau"\nname = "供电所"\n'


@pytest.fixture
def pack(tmp_path: Path):
    """Examines the pack that is written by ``whistle plugin new``, with more said of its power bureau."""
    new_pack(tmp_path / "nanhu", "nanhu")
    file = tmp_path / "nanhu" / "whistle_nanhu" / "district.toml"
    text = file.read_text(encoding="utf-8")
    assert AT in text

    def examine(more: str):
        file.write_text(text.replace(AT, f"{AT}{more}\n", 1), encoding="utf-8")
        found, problems = examine_folder(tmp_path / "nanhu")
        return found, {(one.rule, one.culprit, one.en) for one in problems}

    return examine


def test_filters_and_pledges_are_read(pack) -> None:
    """By party; a category may be the one above."""
    found, problems = pack(
        'filter = { classes = ["immediate"], levels = ["urgent"], messages = ["dispatch.sent"] }\n'
        'pledges = [{ signed_on = 2026-03-01, until = 2027-03-01, by = "王所长", terms = "每月一次用电检查" },'
        ' { signed_on = 2027-03-01, by = "王所长", terms = "续签" }]'
    )
    assert set() == problems
    wanted = Wanted(classes=("immediate",), levels=("urgent",), messages=("dispatch.sent",))
    assert {"power-bureau": wanted} == dict(found.tables.agreed.filters)
    first, second = found.tables.agreed.pledges
    assert (
        Pledge(
            party="power-bureau",
            signed_on=dt.date(2026, 3, 1),
            ends_on=dt.date(2027, 3, 1),
            signed_by="王所长",
            terms="每月一次用电检查",
        )
        == first
    )
    assert (dt.date(2027, 3, 1), None) == (second.signed_on, second.ends_on)


def test_each_mistake_is_told_with_its_place(pack) -> None:
    """Words that nothing has, days that are none, columns that nobody reads; all at once."""
    found, problems = pack(
        'filter = { classes = ["quick"], levels = ["loud"], messages = ["dispatch.lost"], categories = ["天文"], party = [] }\n'
        'pledges = [{ until = 2026-01-01, by = "王", terms = "x" }, { signed_on = "2026-03-01", by = "王", terms = "x" },'
        ' { signed_on = 2026-03-01, until = 2026-02-01, terms = "x", who = 1 },'
        ' { signed_on = 2026-03-01, by = "王", terms = "x" }]'
    )
    assert found is None
    told = {(rule.partition("power-bureau ")[2], culprit) for rule, culprit, _ in problems}
    assert {
        ("filter classes", "quick"),
        ("filter levels", "loud"),
        ("filter messages", "dispatch.lost"),
        ("filter categories", "天文"),
        ("filter", "party"),
        ("pledges[1] signed_on", "None"),
        ("pledges[2] signed_on", "2026-03-01"),
        ("pledges[3] until", "datetime.date(2026, 2, 1)"),
        ("pledges[3]", "who"),
        ("pledges[3] by", "None"),
        ("pledges[4] signed_on", "datetime.date(2026, 3, 1)"),
    } == told
    assert {"no rule gives this category, so that nothing would be sent"} == {
        en for rule, _, en in problems if rule.endswith("categories")
    }
