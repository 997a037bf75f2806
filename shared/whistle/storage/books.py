"""
The databases of the installed services as far as the kit's own tables go; no service is loaded for it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import entry_points

import sqlalchemy as sa

from whistle.clock import SystemClock
from whistle.settings import Settings
from whistle.storage.database import Database
from whistle.storage.engine import make_engine
from whistle.storage.tables import kit_tables
from whistle.storage.unit import UnitOfWork

GROUP = "whistle.services"


class KitUnit(UnitOfWork):
    """Outbox, inbox and parked messages, which every service has alike."""

    kit = kit_tables(sa.MetaData())
    service = "kit"


@contextmanager
def opened_books(settings: Settings) -> Iterator[dict[str, Database[KitUnit]]]:
    """The databases by service, in the order of their names; closed at the end."""
    names = sorted(point.name for point in entry_points(group=GROUP))
    books = {
        name: Database(make_engine(settings.database_url_of(name), schema=name), KitUnit, clock=SystemClock())
        for name in names
    }
    try:
        yield books
    finally:
        for database in books.values():
            database.close()
