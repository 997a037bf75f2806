"""
Repositories: domain objects by key, loaded for a whole batch with one query, saved with one statement.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Generic, Protocol, TypeVar

import sqlalchemy as sa

from whistle.sql.statements import keys_parameter, select_by
from whistle.storage.unit import UnitOfWork


class Versioned(Protocol):
    """A frozen domain object that counts its changes."""

    @property
    def version(self) -> int: ...


T = TypeVar("T", bound=Versioned)


class Repository(Generic[T]):
    """
    One table of versioned rows with a single-column key, and the identity map over it.

    Args:
        key: the attribute and column that identifies an object.
        read: row mapping → object. ``write``: object → row mapping without ``prev_version``.
    """

    def __init__(
        self,
        unit: UnitOfWork,
        table: sa.Table,
        *,
        key: str,
        read: Callable[[Mapping[str, Any]], T],
        write: Callable[[T], dict[str, Any]],
    ) -> None:
        self._unit = unit
        self._table = table
        self._key = key
        self._read = read
        self._write = write
        self._objects: dict[Any, T | None] = {}
        self._stored: dict[Any, int] = {}

    def preload(self, keys: Iterable[Any]) -> None:
        """Load what is not loaded yet, in one query; what does not exist is remembered as missing."""
        wanted = {key for key in keys if key not in self._objects}
        if not wanted:
            return
        dialect = self._unit.connection.dialect.name
        statement = select_by(self._table.c[self._key], dialect)
        rows = self._unit.connection.execute(statement, keys_parameter(wanted, dialect))
        self.remember(rows.mappings())
        for key in wanted:
            self._objects.setdefault(key, None)

    def remember(self, rows: Iterable[Any]) -> list[T]:
        """Take rows of a query of one's own into the identity map; what is there already stays as it is."""
        found: list[T] = []
        for row in rows:
            key = row[self._key]
            current = self._objects.get(key)
            if current is None:
                current = self._objects[key] = self._read(row)
                self._stored[key] = current.version
            found.append(current)
        return found

    def get(self, key: Any) -> T | None:
        """The object, as this unit of work has it, or None."""
        self.preload([key])
        return self._objects[key]

    def loaded(self) -> list[T]:
        """Everything in the identity map."""
        return [found for found in self._objects.values() if found is not None]

    def put(self, thing: T) -> None:
        """Stage a new or changed object; its ``version`` must be greater than the one that was read."""
        key = getattr(thing, self._key)
        known, before = key in self._objects, self._objects.get(key)
        self._objects[key] = thing
        # what was not looked at before is unknown again, not missing
        self._unit.on_undo(
            lambda: self._objects.__setitem__(key, before) if known else self._objects.pop(key)
        )
        row = {**self._write(thing), "prev_version": self._stored.get(key, 0)}
        self._unit.save(self._table, key, row)
