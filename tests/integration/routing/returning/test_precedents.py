"""What the arbiter once ruled routes the next equal case; on both databases."""

from __future__ import annotations

from typing import Any

import pytest

from tests.integration.routing.returning.hands import DAYS, NEXT, NO, give_back, returned_twice
from tests.integration.routing.town import NOON, Town, decision
from whistle.errors import NotAllowedNow
from whistle_routing.handlers.returning.precedents import Equal, revoke


def precedent(town: Town, **equal: Any) -> str:
    returned_twice(town)
    return str(town.rule(NO, "park", equal=Equal(**equal)).precedent)


@pytest.mark.parametrize(
    ("equal", "lead"),
    [
        ({"keywords": ()}, "park"),  # the category of the case itself
        ({"category": "其他", "keywords": ()}, "park"),
        ({"category": "其", "keywords": ()}, "light"),
        ({"category": "", "keywords": ("路灯",)}, "park"),
        ({"category": "", "keywords": ("水管",)}, "light"),
        ({"category": "其他", "keywords": ("水管",)}, "light"),
        ({"category": "", "keywords": (), "place_kind": "district"}, "light"),
    ],
)
def test_which_case_is_equal(town, equal, lead):
    """Everything that the precedent names must hold: category or below, one of the words, the kind of place."""
    town.router.keeps = True
    precedent(town, **equal)
    town.file(NEXT)
    town.decide(decision("light"))
    assert lead == town.job(NEXT).lead


def test_a_revoked_precedent_routes_nothing_any_more_and_is_not_revoked_twice(town):
    """It stays on record with who and why; another process follows with its next batch."""
    town.router.keeps = True
    ident = precedent(town, keywords=())
    town.file(NEXT)
    town.decide(decision("light"))
    with town.database.write() as unit, unit.step():
        revoke(unit, unit.precedents.get(ident), by="李主任", why="机构改革,职责已划转")
    town.file("26-00003-3")
    town.decide(decision("light"))
    assert ("park", "light") == (town.job(NEXT).lead, town.job("26-00003-3").lead)
    with pytest.raises(NotAllowedNow, match="已由 李主任 撤销"), town.database.write() as unit, unit.step():
        revoke(unit, unit.precedents.get(ident), by="x", why="x")
    with town.database.read() as unit:
        assert [] == unit.list_precedents(districts=None, whole=False, after="", limit=9)
        assert [ident] == [
            one.id for one in unit.list_precedents(districts=None, whole=True, after="", limit=9)
        ]


def test_a_precedent_ends_when_it_says(town):
    """From ``since`` on, before ``until``."""
    town.router.keeps = True
    returned_twice(town)
    town.rule(NO, "park", equal=Equal(keywords=()), until=NOON + DAYS)
    town.clock.advance(DAYS)
    town.file(NEXT)
    town.decide(decision("light"))
    assert "light" == town.job(NEXT).lead


def test_who_is_sent_a_case_by_a_precedent_may_return_it(town):
    """A precedent is a rule of routing; only a ruling about the very case binds."""
    town.router.keeps = True
    precedent(town, keywords=())
    town.file(NEXT)
    town.decide(decision("light"))
    give_back(town, "park")
    town.decide(decision("light"))
    assert ("light", "park", 1) == (town.job(NEXT).lead, town.job(NEXT).owner, town.job(NEXT).hops)
