"""
Named counters and marks of a service.
"""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from whistle.storage.unit import UnitOfWork


def bump(unit: UnitOfWork, name: str, by: int) -> int:
    """Add to a counter (from 0) and return its new value; others wait until this unit of work ends."""
    table = unit.kit.counters
    insert = (postgresql if unit.connection.dialect.name == "postgresql" else sqlite).insert(table)
    statement = insert.values(name=name, value=by).on_conflict_do_update(
        index_elements=["name"], set_={"value": table.c.value + by}
    )
    value: int = unit.connection.execute(statement.returning(table.c.value)).scalar_one()
    return value


def read_mark(unit: UnitOfWork, name: str) -> int:
    """The value of a counter or mark; 0 if it was never set."""
    table = unit.kit.counters
    return unit.connection.scalar(sa.select(table.c.value).where(table.c.name == name)) or 0


def set_mark(unit: UnitOfWork, name: str, value: int) -> None:
    """Set a mark."""
    bump(unit, name, value - read_mark(unit, name))
