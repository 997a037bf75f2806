"""
A service's database: opens units of work, commits them, tells whoever waits for commits.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Generic, TypeVar

import sqlalchemy as sa

from whistle.clock import Clock
from whistle.storage.engine import looking, translate
from whistle.storage.unit import NO_LEASE, UnitOfWork

U = TypeVar("U", bound=UnitOfWork)


class Database(Generic[U]):
    """
    Engine + unit-of-work class of one service.

    SQLite has one writer at a time per process: a second one would freeze the whole (green) process inside
    SQLite's busy handler, so writers wait for each other here.
    """

    def __init__(self, engine: sa.Engine, unit: type[U], *, clock: Clock) -> None:
        self.engine = engine
        self.unit = unit
        self.clock = clock
        self.lease = NO_LEASE
        self._writer = threading.Lock() if engine.dialect.name == "sqlite" else None
        self._listeners: list[Callable[[U], None]] = []

    def on_commit(self, listener: Callable[[U], None]) -> None:
        """``listener`` is called with every unit of work after its commit; it must not block."""
        self._listeners.append(listener)

    @contextmanager
    def write(self) -> Iterator[U]:
        """
        A unit of work that commits at the end of the block and rolls back if the block raises.

        Raises:
            DependencyDown, Transient: what the driver's error means (see
                :func:`whistle.storage.engine.translate`).
        """
        with self._one_writer(), self._translated():
            with self.engine.begin() as connection:
                unit = self.unit(connection, now=self.clock.now(), lease=self.lease)
                yield unit
                unit.flush()
            for done in unit.after_commit:
                done()
            for listener in self._listeners:
                listener(unit)

    @contextmanager
    def read(self) -> Iterator[U]:
        """A unit of work in a transaction of its own, for reading only."""
        with self._translated(), self.engine.connect() as connection:
            connection = connection.execution_options(whistle_read=True)
            yield self.unit(connection, now=self.clock.now())

    @contextmanager
    def look(self) -> Iterator[U]:
        """
        A unit of work for a quick look by single statements, each of which sees what is committed: on PostgreSQL without a
        transaction, whose begin and end are two more round trips. Rows cannot be streamed.
        """
        with self._translated(), looking(self.engine) as connection:
            yield self.unit(connection, now=self.clock.now())

    def ping(self) -> None:
        """
        Ask the database something.

        Raises:
            DependencyDown: it does not answer.
        """
        with self._translated(), looking(self.engine) as connection:
            connection.execute(sa.select(1))

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()

    @contextmanager
    def _one_writer(self) -> Iterator[None]:
        if self._writer is None:
            yield
        else:
            with self._writer:
                yield

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except Exception as error:
            meaning = translate(error)
            if meaning is None or meaning is error:
                raise
            raise meaning from error
