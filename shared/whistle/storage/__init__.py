"""
Storage: units of work over SQLAlchemy Core, on SQLite and PostgreSQL alike (design §6).
"""

from __future__ import annotations

from whistle.sql.types import Instant, identifier
from whistle.storage.batch import Job, Result, run_together
from whistle.storage.database import Database
from whistle.storage.engine import make_engine
from whistle.storage.repository import Repository
from whistle.storage.tables import KitTables, kit_tables
from whistle.storage.unit import UnitOfWork

__all__ = [
    "Database",
    "Instant",
    "Job",
    "KitTables",
    "Repository",
    "Result",
    "UnitOfWork",
    "identifier",
    "kit_tables",
    "make_engine",
    "run_together",
]
