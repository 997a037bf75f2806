"""
The trees of the districts, as routing told them.
"""

from __future__ import annotations

from whistle.contracts import Event, OrganisationTold
from whistle.storage import Database
from whistle.storage.atlas import StoredAtlas, Told, take_places
from whistle_points.store.tables import places
from whistle_points.store.unit import PointsUnit


def stored_trees(database: Database[PointsUnit]) -> StoredAtlas:
    """Each district's tree as of today, looked at again every few seconds."""
    return StoredAtlas(database, Told(places))


def keep_tree(unit: PointsUnit, event: Event[OrganisationTold]) -> None:
    """Keep what was told."""
    take_places(unit, places, event)
