"""
Sums that many rows of a batch add to: staged as one number per key, written with everything else in one statement.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from whistle.sql import bulk
from whistle.storage import UnitOfWork

Key = tuple[Any, ...]


class Sums:
    """Changes of one column of a table, by the table's primary key; added to what is stored, whatever that is."""

    def __init__(self, unit: UnitOfWork, table: sa.Table, column: str) -> None:
        self._unit = unit
        self._table = table
        self._column = column
        self._names = [one.name for one in table.primary_key.columns]
        self._changes: dict[Key, int] = {}

    def add(self, key: Key, by: int) -> None:
        """Stage a change."""
        self._changes[key] = self._changes.get(key, 0) + by
        self._unit.on_undo(lambda: self._changes.__setitem__(key, self._changes[key] - by))

    def staged(self) -> list[tuple[Key, int]]:
        """The changes that are not written yet."""
        return list(self._changes.items())

    def take(self) -> list[bulk.Write]:
        """What is staged, to be written now; rows in the order of their keys, so that two units cannot wait for each other."""
        rows = [
            {**dict(zip(self._names, key, strict=True)), self._column: by}
            for key, by in sorted(self._changes.items())
        ]
        self._changes = {}
        return [bulk.summing(self._table, rows, self._column)] if rows else []


class Newcomers:
    """Rows that are written unless they are there already."""

    def __init__(self, unit: UnitOfWork, table: sa.Table) -> None:
        self._unit = unit
        self._table = table
        self._rows: dict[Key, dict[str, Any]] = {}

    def has(self, key: Key) -> bool:
        """Is it staged?"""
        return key in self._rows

    def add(self, key: Key, row: dict[str, Any]) -> None:
        """Stage a row."""
        if key not in self._rows:
            self._rows[key] = row
            self._unit.on_undo(lambda: self._rows.pop(key))

    def take(self) -> list[bulk.Write]:
        """What is staged, to be written now unless it is stored."""
        rows = [self._rows[key] for key in sorted(self._rows)]
        self._rows = {}
        return [bulk.keeping(self._table, rows)] if rows else []
