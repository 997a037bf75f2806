"""
Services that must know what lies below what are told so, whenever a tree has changed.
"""

from __future__ import annotations

from typing import Any

from whistle.contracts import OrganisationTold
from whistle_routing.store import OrganisationStore, RoutingUnit

PART = 500
"""Places in one message, which may have 256 KiB."""


def tell_organisations(database: Any) -> int:
    """
    Tell the trees that services do not know in their present version, however they came to be (a load, a change, a new version of
    the platform); returns how many.
    """
    with database.look() as unit:
        if not OrganisationStore(unit).untold():
            return 0
    with database.write() as unit:
        if not unit.take_turn("organisations told"):
            return 0
        untold = OrganisationStore(unit).untold()
        for district, version in untold.items():
            _tell(unit, district, version)
    return len(untold)


def _tell(unit: RoutingUnit, district: str, version: int) -> None:
    store = OrganisationStore(unit)
    places = store.places(district)
    parts = [tuple(places[first : first + PART]) for first in range(0, len(places), PART)] or [()]
    for number, part in enumerate(parts, start=1):
        told = OrganisationTold(version=version, part=number, parts=len(parts), places=part)
        unit.emit(told, district=district)
    store.mark_told(district, version)
