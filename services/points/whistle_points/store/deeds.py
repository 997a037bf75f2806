"""
Deeds that wait for the pack's plugin, in the order in which they were told.
"""

from __future__ import annotations

import sqlalchemy as sa

from whistle.storage import UnitOfWork
from whistle_points.store.tables import deeds


def waiting_deeds(unit: UnitOfWork, *, limit: int) -> list[tuple[str, str]]:
    """Scheme and event of the oldest."""
    query = sa.select(deeds.c.scheme, deeds.c.body).order_by(deeds.c.recorded_at, deeds.c.id).limit(limit)
    return [(row.scheme, row.body) for row in unit.connection.execute(query)]


def forget_deed(unit: UnitOfWork, event_id: str) -> None:
    """It is awarded: nobody need ask about it any more."""
    unit.execute(sa.delete(deeds).where(deeds.c.id == event_id))
