"""
What lies below what in each district, as routing tells it.
"""

from __future__ import annotations

from whistle.storage.atlas import places_table
from whistle_points.store.tables.base import metadata

places = places_table(metadata)
