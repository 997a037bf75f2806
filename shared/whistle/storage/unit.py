"""
The unit of work: everything one batch or request changes, committed once (design §6).

Writes are staged and go out as one statement per table at the end; reads see what was staged through the
repositories' identity maps. A step that fails takes its staged writes back, so one bad message of a batch
costs its neighbours nothing.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa

from whistle import outbox, topology
from whistle.contracts import Event, Message, encode, new_event
from whistle.errors import StaleVersion
from whistle.ids import new_id
from whistle.outbox import Outgoing
from whistle.sql import bulk
from whistle.storage.tables import KitTables

NO_LEASE = dt.timedelta(0)


class UnitOfWork:
    """
    One transaction. Services subclass it and hang their repositories on it in ``__init__``.

    ``now`` is the one time of the whole unit. ``cause`` is the event that is being handled, if any.
    ``lease`` is how long the relay of this very process, which is handed the messages after the commit, has
    them for itself. ``after_commit`` is called when all is safe; it must not raise.
    """

    kit: KitTables
    service: str

    def __init__(
        self, connection: sa.Connection, *, now: dt.datetime, lease: dt.timedelta = NO_LEASE
    ) -> None:
        self.connection = connection
        self.now = now
        self.lease = lease
        self.cause: Event[Any] | None = None
        self.outgoing: list[Outgoing] = []
        self.wakes: set[str] = set()
        self.after_commit: list[Callable[[], object]] = []
        self.wrote_directly = False
        self._added: dict[sa.Table, list[Mapping[str, Any]]] = {}
        self._saved: dict[sa.Table, dict[Any, Mapping[str, Any]]] = {}
        self._replacing: dict[sa.Table, dict[Any, Mapping[str, Any]]] = {}
        self._undo: list[Callable[[], object]] = []
        self._written = 0
        self._flushed: dict[tuple[sa.Table, Any], int] = {}

    # --- staging ----------------------------------------------------------------------------------------------

    def add(self, table: sa.Table, row: Mapping[str, Any]) -> None:
        """Stage a row that is only ever inserted."""
        rows = self._added.setdefault(table, [])
        rows.append(row)
        self.on_undo(rows.pop)

    def save(self, table: sa.Table, key: Any, row: Mapping[str, Any]) -> None:
        """
        Stage a new or changed row. It must have ``version`` and ``prev_version``; the row is written only
        if the stored version still is ``prev_version`` (0: not stored yet).
        """
        rows = self._saved.setdefault(table, {})
        before = rows.get(key)
        if before:
            row = {**row, "prev_version": before["prev_version"]}
        elif (
            flushed := self._flushed.get((table, key))
        ) is not None:  # by an earlier flush of this very unit
            row = {**row, "prev_version": flushed}
        rows[key] = row
        self.on_undo(lambda: rows.pop(key) if before is None else rows.__setitem__(key, before))

    def replace(self, table: sa.Table, key: Any, row: Mapping[str, Any]) -> None:
        """Stage a row that takes the place of whatever is stored under its key; the last one staged counts."""
        rows = self._replacing.setdefault(table, {})
        before = rows.get(key)
        rows[key] = row
        self.on_undo(lambda: rows.pop(key) if before is None else rows.__setitem__(key, before))

    def execute(self, statement: sa.Executable, parameters: Any = None) -> sa.CursorResult[Any]:
        """Write at once, bypassing the staging. If a later step fails, the whole batch is run one by one."""
        self.wrote_directly = True
        return self.connection.execute(statement, parameters)

    def on_undo(self, undo: Callable[[], object]) -> None:
        """Register how to take the last staged change back."""
        self._undo.append(undo)

    @contextmanager
    def step(self, cause: Event[Any] | None = None) -> Iterator[None]:
        """Run one message or request of the batch: what it staged is taken back if it raises."""
        mark, before = len(self._undo), self.cause
        self.cause = cause
        try:
            yield
        except BaseException:
            while len(self._undo) > mark:
                self._undo.pop()()
            raise
        finally:
            self.cause = before

    # --- messages ---------------------------------------------------------------------------------------------

    def emit(
        self, data: Message, *, district: str, case_no: str | None = None, party: str | None = None
    ) -> str:
        """Tell the services; returns the event's id."""
        event = self._event(data, district=district, case_no=case_no, party=party)
        return self._post(event, topology.EVENTS, topology.event_key(data, district))

    def send(self, data: Message, *, district: str, party: str, case_no: str | None, sequence: int) -> str:
        """Tell one party, built for it; ``sequence`` counts the party's messages without gaps."""
        event = self._event(data, district=district, case_no=case_no, party=party, sequence=sequence)
        return self._post(
            event, topology.DISPATCH, topology.dispatch_key(data, district=district, party=party)
        )

    def wake(self, worker: str) -> None:
        """After the commit, let the named worker look for work at once instead of at its next sweep."""
        self.wakes.add(worker)

    def stage_outgoing(self, message: Outgoing) -> None:
        """Stage an outbox row as it is."""
        self.outgoing.append(message)
        self.on_undo(self.outgoing.pop)

    def _event(self, data: Message, **attributes: Any) -> Event[Any]:
        cause = self.cause
        return new_event(
            data,
            source=self.service,
            time=self.now,
            cause=cause.id if cause else None,
            traceparent=cause.traceparent if cause else None,
            **attributes,
        )

    def _post(self, event: Event[Any], exchange: str, routing_key: str) -> str:
        self.stage_outgoing(
            Outgoing(
                id=new_id(),
                message_id=event.id,
                type=event.type,
                exchange=exchange,
                routing_key=routing_key,
                body=encode(event).decode(),
                case_no=event.case_no,
                created_at=self.now,
                not_before=self.now + self.lease,
                headers={"traceparent": event.traceparent} if event.traceparent else {},
            )
        )
        return event.id

    def preload(self, case_nos: Collection[str]) -> None:
        """
        Load what a batch about these cases will need, in as few queries as possible; services override it.
        """

    # --- writing ----------------------------------------------------------------------------------------------

    def more_writes(self) -> list[bulk.Write]:
        """What a service stages besides rows and messages, for the same statement; asked once at each flush."""
        return []

    def flush(self) -> None:
        """
        Write what is staged: one statement per table; on PostgreSQL one for all that is changed, then one for all that is only
        inserted. Who lost a race for a row learns that, not of a key that both wanted to insert.

        Raises:
            StaleVersion: a row was changed by somebody else since it was read.
        """
        upserts = [
            bulk.upserting(table, [saved[key] for key in sorted(saved)])
            for table, saved in self._saved.items()
            if saved
        ]
        for write, written in zip(upserts, bulk.run(self.connection, upserts), strict=True):
            _require_all(write, written)
        others = [
            bulk.replacing(table, [rows[key] for key in sorted(rows)])
            for table, rows in self._replacing.items()
            if rows
        ]
        others += [bulk.inserting(table, rows) for table, rows in self._added.items() if rows]
        if unwritten := [outbox.row_of(row) for row in self.outgoing[self._written :]]:
            others.append(bulk.inserting(self.kit.outbox, unwritten))
        others += self.more_writes()
        bulk.run(self.connection, others)
        for table, saved in self._saved.items():
            self._flushed.update({(table, key): row["version"] for key, row in saved.items()})
        self._written = len(self.outgoing)
        if upserts or others:
            self.wrote_directly = True
        self._saved, self._added, self._replacing, self._undo = {}, {}, {}, []


def _require_all(write: bulk.Write, written: int) -> None:
    if written != len(write.rows):
        raise StaleVersion(
            "内容已被他人修改,请重试",
            f"{len(write.rows) - written} row(s) of {write.table.name} changed meanwhile",
            table=write.table.name,
        )
