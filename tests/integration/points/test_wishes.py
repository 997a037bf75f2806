"""Micro-wishes (微心愿, S2-13): a closed case of such a category earns its own item, once, and is taken back like any other."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.integration.points.town import closed, reopened, tell
from whistle_points.rules import Rules
from whistle_points.schemes import read_schemes
from whistle_points.store import awards, read_balance, verify

POINTS = Path(__file__).parents[3] / "deploy/districts/qingfeng/whistle_qingfeng/points.toml"
RULES = Rules({"qingfeng": read_schemes(POINTS, district="qingfeng")})


def free(database):
    with database.read() as unit:
        assert [] == verify(unit)
        return read_balance(unit, scheme="qingfeng", member="m-1", year=2026, at=None, known_at=None).free


@pytest.mark.parametrize(
    ("category", "rating", "item", "tenths"),
    [
        ("困难帮扶/微心愿", "satisfied", "wish", 30),
        ("基础设施/微心愿", None, "wish", 30),
        ("公共照明", "satisfied", "case-closed", 20),
        ("微心愿之外", None, "case-closed", 10),
        (None, None, "case-closed", 10),
    ],
)
def test_a_wish_earns_its_own_item(database, category, rating, item, tenths):
    """By a part of the category; told twice it is booked once; reopened it is worth nothing."""
    told = closed(district="qingfeng", category=category, rating=rating)
    tell(database, [told], rules=RULES)
    tell(database, [told, closed(district="qingfeng", rating=rating)], rules=RULES)

    assert tenths == free(database)
    with database.read() as unit:
        assert [item] == list(unit.connection.scalars(awards.select().with_only_columns(awards.c.item)))
    tell(database, [reopened(district="qingfeng")], rules=RULES)
    assert 0 == free(database)
