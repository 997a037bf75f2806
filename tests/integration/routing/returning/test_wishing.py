"""Micro-wishes (S2-13) on both databases: offered, declined without a law, claimed by a named person, fulfilled; the need list."""

from __future__ import annotations

import dataclasses

import pytest

from tests.integration.routing.returning.hands import DAYS, give_back, refusals, report
from tests.integration.routing.town import Town, decision
from whistle.contracts import Sign
from whistle.contracts.plugin import Decision
from whistle_routing.domain.wishes import MicroWish, WishState, is_wish
from whistle_routing.handlers.wishing import list_wishes

NO = "26-00001-1"


def offer(lead: str, *co: str, category: str = "困难帮扶/微心愿") -> Decision:
    said = decision(lead, *co)
    return dataclasses.replace(
        said, classification=dataclasses.replace(said.classification, category=category)
    )


def needs(town: Town, state: WishState | None = None, *, after: str = "", limit: int = 50) -> list[MicroWish]:
    with town.database.read() as unit:
        return list_wishes(unit, "mawei", state=state, after=after, limit=limit)[0]


def test_a_wish_is_offered_until_somebody_claims_it_and_nobody_is_forced(town):
    """Two decline in their own words, long after the window: no arbiter, no owner; the third claims it by name and fulfils it."""
    town.file(NO)
    for party in ("light", "water"):
        town.decide(offer(party))
        assert ("offered", party) == (needs(town)[0].state, needs(town)[0].party)
        town.clock.advance(9 * DAYS)
        give_back(town, party, basis="今年的名额已满")
        assert ("waiting", None) == (needs(town)[0].state, town.job().owner)
    town.decide(offer("park"))
    town.act(Sign(dispatch=town.of("park").id, by="王校长"), party="park")
    (wish,) = needs(town)
    assert ("claimed", "park", "王校长", ("light", "water")) == (
        wish.state,
        wish.party,
        wish.by,
        wish.declined_by,
    )
    report(town, "park")
    assert ("fulfilled", "done", "park", 0) == (
        needs(town)[0].state,
        town.job().state,
        town.job().owner,
        town.job().hops,
    )
    assert [] == town.pleas() == refusals(town, "light")


def test_what_is_no_wish_still_needs_a_law(town):
    """The same words are refused where it is somebody's duty."""
    town.file(NO)
    town.decide(decision("light"))
    give_back(town, "light", basis="今年的名额已满")
    assert "no-legal-basis" == refusals(town, "light")[-1][0]
    assert [] == needs(town)


def test_the_need_list_comes_in_pages_by_state(town):
    """In the order of the numbers, wishes only; a page is full as long as there are more."""
    for number in range(1, 7):
        town.file(f"26-0000{number}-1")
        town.decide(offer("light") if number != 3 else decision("light"))
    for number in (2, 5):
        (about,) = [one for one in town.everything()[1] if one.case_no == f"26-0000{number}-1"]
        town.act(Sign(dispatch=about.id, by="王校长"), party="light")
    numbers = [
        [one.no[7] for one in needs(town, state)] for state in (None, "offered", "claimed", "fulfilled")
    ]
    assert [["1", "2", "4", "5", "6"], ["1", "4", "6"], ["2", "5"], []] == numbers
    assert ["1", "4"] == [one.no[7] for one in needs(town, "offered", limit=2)]
    assert ["6"] == [one.no[7] for one in needs(town, "offered", after="26-00004-1", limit=2)]


@pytest.mark.parametrize(
    ("category", "wish"),
    [("微心愿", True), ("基础设施/微心愿", True), ("微心愿/其他", False), ("大微心愿", False), (None, False)],
)
def test_what_counts_as_a_wish(category, wish):
    """The last part of the category says so."""
    assert wish == is_wish(category)
