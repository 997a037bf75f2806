"""
What members can do (专业特长, S1-19).
"""

from __future__ import annotations

from collections.abc import Mapping
from heapq import nsmallest
from itertools import islice
from typing import Any

from whistle.places import Places, Way, chain_without_tree, extent_without_tree, way
from whistle_points import domain, store
from whistle_points.domain import Skill
from whistle_points.handlers.claiming import member_of
from whistle_points.refusals import SamePerson
from whistle_points.store import PointsUnit

MOST_SKILLED = 500
"""So many are told at once, the nearest."""


def put_skill(unit: PointsUnit, scheme: str, given: Mapping[str, Any], *, by: str) -> Skill:
    """Enter what a member can do and what shows it. Raises UnknownMember. SamePerson: about oneself."""
    member_of(unit, scheme, given["member"])
    if by == given["member"]:
        raise SamePerson("特长须由他人核验", "somebody else looks at the proof")
    key = f"{scheme}/{given['member']}/{given['skill']}"
    before = unit.skills.get(key)
    made = Skill(key=key, scheme=scheme, seen_by=by, version=before.version + 1 if before else 1, **given)
    unit.skills.put(made)
    return made


def who_can(
    unit: PointsUnit, *, scheme: str, skill: str, near: str | None, grid: str | None, places: Places | None
) -> list[dict[str, Any]]:
    """
    Active members who can do this, those who live in ``grid`` (None: anywhere in the district), by name and number.

    Args:
        near: the node from which those come first who share the lowest node with it: the same compound before the same grid,
            community, street; each row then has ``steps``, None for who lives nowhere in the tree or in another county.
        places: the tree of the district; where it is not known, official codes tell what lies in what.
    """
    extent = places.extent if places else extent_without_tree
    within = extent(grid) if grid is not None else None
    found = store.who_can(unit, scheme=scheme, skill=skill, within=within, today=domain.day_of(unit.now))
    if near is None:
        return list(islice(found, MOST_SKILLED))
    chain = places.chain if places else chain_without_tree
    here = chain(near)
    ways = ((way(here, chain(row["grid"] or "")), at, row) for at, row in enumerate(found))
    nearest = nsmallest(
        MOST_SKILLED, ways, key=lambda one: (one[0] is None, one[0] or Way(up=0, down=0), one[1])
    )
    return [{**row, "steps": found_way.steps if found_way else None} for found_way, _, row in nearest]
