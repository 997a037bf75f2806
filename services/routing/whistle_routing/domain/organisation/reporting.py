"""
Cases by where they belonged when they were filed, and grids in which nothing happens (D9, S4-14).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from whistle.contracts.organisation import GRIDS, Organisation
from whistle_routing.domain.organisation.tree import Tree, tree_at, turning_days


@dataclass(frozen=True, kw_only=True)
class Line:
    """
    How many cases were filed at a node while it was as it was: from ``first`` to before ``end``.

    ``code`` None: of no node of that kind, ``named`` is what the cases said.
    """

    code: str | None
    name: str
    named: str
    first: dt.date
    end: dt.date
    cases: int


@dataclass(frozen=True, kw_only=True)
class Dormant:
    """A grid without an event since ``last`` (None: never), which is ``days`` days ago (since it exists, if never)."""

    code: str
    name: str
    last: dt.date | None
    days: int


def spans(organisation: Organisation, first: dt.date, end: dt.date) -> list[tuple[dt.date, dt.date]]:
    """The time from ``first`` to before ``end`` in pieces in which the tree did not change."""
    days = [day for day in turning_days(organisation.nodes) if first < day < end]
    return list(zip([first, *days], [*days, end], strict=True))


def count_cases(
    organisation: Organisation,
    counted: Iterable[tuple[int, str | None, int]],
    *,
    spans: Sequence[tuple[dt.date, dt.date]],
    kind: str = "grid",
) -> list[Line]:
    """
    Cases by the node of ``kind`` (``grid``: dedicated grids too) under which they lay on the day they were filed.

    Args:
        counted: place in ``spans``, grid as the case names it (code or official code), number of cases.
    """
    kinds = GRIDS if kind == "grid" else {kind}
    trees = [tree_at(organisation, first) for first, _ in spans]
    sums: dict[tuple[str | None, str, str], dict[int, int]] = {}
    for place, named, number in counted:
        node = trees[place].find(named)
        found = (
            next((one for one in trees[place].above(node.code) if one.kind in kinds), None) if node else None
        )
        key = (found.code, found.name, "") if found else (None, "", named or "")
        pieces = sums.setdefault(key, {})
        pieces[place] = pieces.get(place, 0) + number
    lines = [
        Line(code=key[0], name=key[1], named=key[2], first=spans[a][0], end=spans[b][1], cases=number)
        for key, pieces in sums.items()
        for a, b, number in _joined(pieces, key[0], trees)
    ]
    return sorted(lines, key=lambda line: (line.first, line.code is None, line.code or line.named))


def _joined(
    pieces: Mapping[int, int],
    code: str | None,
    trees: Sequence[Tree],
) -> list[tuple[int, int, int]]:
    """Pieces (first, last, number) joined while the node stayed what it was."""
    found: list[tuple[int, int, int]] = []
    for place in sorted(pieces):
        if found and all(_same(code, trees, place, before) for before in range(found[-1][1], place)):
            first, _, number = found[-1]
            found[-1] = (first, place, number + pieces[place])
        else:
            found.append((place, place, pieces[place]))
    return found


def _same(code: str | None, trees: Sequence[Tree], place: int, before: int) -> bool:
    if code is None:
        return True
    now, then = trees[place].nodes.get(code), trees[before].nodes.get(code)
    if now is None or then is None:
        return False
    return now == then and trees[place].children.get(code) == trees[before].children.get(code)


def dormant(tree: Tree, last: Mapping[str, dt.date], *, days: int) -> list[Dormant]:
    """
    The grids without an event for ``days`` days up to the tree's day, longest first (不活跃网格、僵尸网格).

    Args:
        last: day of the last event by what the case names: code or official code of the grid or of anything below it.
    """
    found = []
    for grid in tree.nodes.values():
        if grid.kind not in GRIDS:
            continue
        named = [
            name for node in (grid, *tree.below(grid.code)) for name in (node.code, node.official) if name
        ]
        event = max((last[name] for name in named if name in last), default=None)
        quiet = (
            (tree.day - max(event or grid.start, grid.start)).days if grid.start.year > 1 or event else None
        )
        if quiet is None or quiet >= days:
            found.append(
                Dormant(code=grid.code, name=grid.name, last=event, days=days if quiet is None else quiet)
            )
    return sorted(found, key=lambda one: (-one.days, one.code))
