"""What a scope covers: its node of the organisation's tree and everything below, as of a day."""

from __future__ import annotations

import datetime as dt

import pytest

from whistle.auth import Principal
from whistle.contracts.places import Place
from whistle.places import Extent, Places, Way, chain_without_tree, way

BEFORE, AFTER = dt.date(2026, 3, 14), dt.date(2026, 3, 15)
TOWN = (
    Place(code="huantai", official="370321"),
    Place(code="shaohai", parent="huantai", official="370321001"),
    Place(code="jinqiu", parent="shaohai", official="370321001001"),
    Place(code="jinqiu-1", parent="jinqiu", official="370321001001001"),
    Place(code="jinqiu-10", parent="jinqiu", official="370321001001010"),
    # moved to the other community on the 15th; one closed, one opened that day
    Place(code="moved", parent="jinqiu", official="370321001001002", end="2026-03-15"),
    Place(code="moved", parent="other", official="370321001002002", start="2026-03-15"),
    Place(code="other", parent="shaohai", official="370321001002"),
    Place(code="closed", parent="jinqiu", end="2026-03-15"),
    Place(code="opened", parent="jinqiu", start="2026-03-15"),
)


@pytest.mark.parametrize(
    ("scope", "grid", "covered"),
    [
        ("jinqiu", "jinqiu-1", True),  # the codes say nothing: the tree does
        ("shaohai", "jinqiu-1", True),
        ("huantai", "jinqiu-1", True),
        ("jinqiu-1", "jinqiu-1", True),
        ("jinqiu-1", "jinqiu-10", False),  # a prefix, and another grid
        ("jinqiu", "other", False),
        ("jinqiu-1", "jinqiu", False),  # never upwards
        ("370321001001", "jinqiu-1", True),  # either may be named by the official code
        ("jinqiu", "370321001001001", True),
        ("jinqiu", "370321001001099", True),  # an official code that the tree does not know yet
        ("jinqiu", "370321001002099", False),
        ("jinqiu", "nowhere", False),
        ("nowhere", "nowhere", True),
        ("nowhere", "jinqiu-1", False),
    ],
)
def test_a_scope_covers_its_node_and_what_is_below(scope: str, grid: str, covered: bool) -> None:
    """By the tree; also through the principal whose atlas has it."""
    places = Places(TOWN, AFTER)
    assert covered is places.covers(scope, grid)
    who = Principal(sub="a", role="worker", scope=f"huantai/{scope}", atlas={"huantai": places}.get)
    assert covered is who.covers("huantai", grid)
    assert not who.covers("mawei", grid)
    assert not who.covers("huantai")


def test_the_tree_is_that_of_the_day() -> None:
    """A grid that moves changes hands on its day; one that ended stays with whoever had it last."""
    before, after = Places(TOWN, BEFORE), Places(TOWN, AFTER)
    assert (True, False) == (before.covers("jinqiu", "moved"), before.covers("other", "moved"))
    assert (False, True) == (after.covers("jinqiu", "moved"), after.covers("other", "moved"))
    assert after.covers("jinqiu", "closed")
    assert after.covers("jinqiu", "opened")


def test_a_list_is_asked_for_by_codes_and_the_official_prefix() -> None:
    """The same nodes that are covered one by one, by both their codes."""
    extent = Places(TOWN, AFTER).extent("jinqiu")
    wanted = {"jinqiu", "jinqiu-1", "jinqiu-10", "closed", "opened"}
    official = {"370321001001", "370321001001001", "370321001001010"}
    assert Extent(codes=frozenset(wanted | official), prefix="370321001001") == extent
    who = Principal(sub="a", role="worker", scope="huantai/jinqiu")
    assert Extent(codes=frozenset({"jinqiu"})) == who.extent()  # no tree known
    assert None is Principal(sub="a", role="worker", scope="huantai").extent()


def test_without_a_tree_only_official_codes_say_what_is_below() -> None:
    """Our own codes cover themselves; a prefix of one is no node above it."""
    for scope, grid, covered in (
        ("370321", "370321001", True),
        ("jinqiu", "jinqiu", True),
        ("jinqiu", "jinqiu-1", False),
    ):
        assert covered is Principal(sub="a", role="worker", scope=f"huantai/{scope}").covers("huantai", grid)


def test_a_tree_that_bites_its_tail_ends() -> None:
    """A loop in what somebody told is no loop of ours."""
    places = Places((Place(code="a", parent="b"), Place(code="b", parent="a")), AFTER)
    assert not places.covers("c", "a")
    assert places.covers("b", "a")


@pytest.mark.parametrize(
    ("here", "there", "expected"),
    [
        ("jinqiu-1", "jinqiu-1", Way(up=0, down=0)),
        ("jinqiu-1", "370321001001001", Way(up=0, down=0)),  # the same by its official code
        ("jinqiu-1", "jinqiu", Way(up=1, down=0)),
        ("jinqiu", "jinqiu-1", Way(up=0, down=1)),
        ("jinqiu-1", "moved", Way(up=2, down=2)),  # which lies in the other community now
        ("jinqiu-1", "370321001001077", Way(up=1, down=1)),  # a grid that the tree does not know yet
        ("jinqiu-1", "nowhere", None),
        ("nowhere", "nowhere", None),
        ("", "", None),
    ],
)
def test_the_way_between_two_nodes_leads_over_the_lowest_that_both_lie_in(
    here: str, there: str, expected: Way | None
) -> None:
    """So many steps up, so many down."""
    places = Places(TOWN, AFTER)
    assert expected == way(places.chain(here), places.chain(there))


def test_a_tree_that_bites_its_own_tail_has_an_end() -> None:
    """What was told wrongly costs nobody an endless loop."""
    assert ("a", "b") == Places((Place(code="a", parent="b"), Place(code="b", parent="a")), AFTER).chain("a")


def test_without_a_tree_official_codes_hang_on_what_they_begin_with() -> None:
    """Grid, community, street, county; a code of one's own hangs nowhere."""
    assert ("350105003001002", "350105003001", "350105003", "350105") == chain_without_tree("350105003001002")
    assert () == chain_without_tree("maxian-1")
