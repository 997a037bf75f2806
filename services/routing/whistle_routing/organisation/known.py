"""
Organisations as last read from the database, so that nobody reads thousands of rows for one question.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from whistle.calendar.days import CHINA
from whistle.contracts.organisation import KINDS, Organisation
from whistle.contracts.places import Place
from whistle.contracts.plugin import GridNode
from whistle.errors import NotFound
from whistle.plugins.loader import Pack
from whistle.plugins.organisation.catalogue import Catalogue, built_in
from whistle_routing.domain.organisation import Tree, tree_at
from whistle_routing.store import OrganisationStore, RoutingUnit

MOST_TREES = 20
"""So many days of a district are kept at once."""


@dataclass(frozen=True)
class _Known:
    """One version of an organisation, with the trees that were asked for."""

    version: int
    organisation: Organisation
    trees: dict[dt.date, Tree]
    light: dict[dt.date, tuple[GridNode, ...]]


class Organisations:
    """
    Reads organisations, each version once.

    Not for a unit of work that changes them: what is read here must have been committed.
    """

    def __init__(self, packs: Mapping[str, Pack] | None = None) -> None:
        self._packs = packs or {}
        self._known: dict[str, _Known] = {}

    def catalogue(self, district: str) -> Catalogue:
        """The roles and rosters of a district: its pack's, or only the built-in ones."""
        pack = self._packs.get(district)
        files = pack.tables.organisation if pack else None
        return files.catalogue if files else Catalogue(built_in().roles, ())

    def get(self, unit: RoutingUnit, district: str) -> Organisation:
        """
        The organisation with its roles and rosters.

        Raises:
            NotFound: nothing was loaded for this district.
        """
        return self._must(unit, district).organisation

    def tree(self, unit: RoutingUnit, district: str, day: dt.date | None = None) -> Tree:
        """
        The tree on a day, by default today.

        Raises:
            NotFound: nothing was loaded for this district.
        """
        return _tree(self._must(unit, district), day or today(unit))

    def light(self, unit: RoutingUnit, district: str) -> tuple[GridNode, ...] | None:
        """
        Today's tree down to the micro-grid, as plugins are given it; the very same object while nothing changes. None: nothing
        was loaded.
        """
        known, day = self._read(unit, district), today(unit)
        if known is None:
            return None
        if day not in known.light:
            known.light.clear()
            known.light[day] = tuple(
                GridNode(code=node.code, parent=node.parent, kind=node.kind, name=node.name)
                for node in _tree(known, day).nodes.values()
                if KINDS[node.kind].light
            )
        return known.light[day]

    def _must(self, unit: RoutingUnit, district: str) -> _Known:
        known = self._read(unit, district)
        if known is None:
            raise NotFound(f"{district} 还没有载入组织架构", f"no organisation of {district} is loaded")
        return known

    def _read(self, unit: RoutingUnit, district: str) -> _Known | None:
        store = OrganisationStore(unit)
        state = store.state(district)
        if state is None:
            return None
        known = self._known.get(district)
        if known is None or known.version != state.version:
            catalogue = self.catalogue(district)
            read = replace(store.read(district), roles=catalogue.roles, rosters=catalogue.rosters)
            known = self._known[district] = _Known(state.version, read, {}, {})
        return known


def _tree(known: _Known, day: dt.date) -> Tree:
    if day not in known.trees:
        if len(known.trees) >= MOST_TREES:
            known.trees.clear()
        known.trees[day] = tree_at(known.organisation, day)
    return known.trees[day]


def today(unit: RoutingUnit) -> dt.date:
    """The day it is in China in this unit of work."""
    return unit.now.astimezone(CHINA).date()


class OwnTrees:
    """The shelf of routing itself: what is stored, without being told."""

    def versions(self, unit: RoutingUnit) -> Mapping[str, int]:
        """By district."""
        return OrganisationStore(unit).versions()

    def read(self, unit: RoutingUnit, district: str, _version: int) -> Iterable[Place]:
        """The present one."""
        return OrganisationStore(unit).places(district)
