"""
The precedents of each district as last read from the database.
"""

from __future__ import annotations

from collections.abc import Sequence

from whistle_routing.domain import Precedent
from whistle_routing.store import RoutingUnit


class Catalogue:
    """
    Keeps the precedents of each district, read once for each change of them. Whether they changed is told with the organisation's
    state, which is read for every batch of cases anyway.
    """

    def __init__(self) -> None:
        self._known: dict[str, tuple[int, Sequence[Precedent]]] = {}

    def follow(self, unit: RoutingUnit, district: str) -> None:
        """Know the district's precedents as they are committed now."""
        turn = unit.catalogue_turn(district)
        if turn != self._known.get(district, (0, ()))[0]:
            self._known[district] = (turn, tuple(unit.catalogue(district)))

    def of(self, district: str) -> Sequence[Precedent]:
        """The district's precedents that are not revoked, as of the last :meth:`follow`."""
        return self._known.get(district, (0, ()))[1]
