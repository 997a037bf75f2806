"""
The unit of work of the notify service.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import fields
from operator import attrgetter
from types import MappingProxyType
from typing import Any, TypeVar

import sqlalchemy as sa

from whistle.sql import bulk
from whistle.storage import Repository, UnitOfWork
from whistle_notify.domain import CASE_CLOSED, WAITING, Notice, Recipient, Task
from whistle_notify.store.tables import kit, notices, recipients, tasks
from whistle_notify.store.verifying import verify

T = TypeVar("T", Recipient, Notice, Task)

_NAMES: Mapping[type[Any], tuple[str, ...]] = MappingProxyType(
    {kind: tuple(field.name for field in fields(kind)) for kind in (Recipient, Notice, Task)}
)


class NotifyUnit(UnitOfWork):
    """
    Recipients, notices and tasks of one transaction. New notices and tasks are staged; one that stands there already (the same
    fact, recipient and purpose) is left as it is.
    """

    kit = kit
    service = "notify"

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.recipients = _repository(self, recipients, Recipient, "case_no")
        self.notices = _repository(self, notices, Notice, "id")
        self.tasks = _repository(self, tasks, Task, "id")
        self._closed: list[str] = []
        self._new: dict[sa.Table, list[dict[str, Any]]] = {notices: [], tasks: []}

    def preload(self, case_nos: Collection[str]) -> None:
        """The recipients of these cases, in one query."""
        self.recipients.preload(case_nos)

    # --- for `whistle verify` ---------------------------------------------------------------------------------

    def differences(self) -> list[str]:
        """What is wrong with notices and tasks."""
        return verify(self)

    def facts(self) -> dict[str, int]:
        """How many notices are in each state, how many tasks people were given and have still to do."""
        by_state = sa.select(notices.c.state, sa.func.count()).group_by(notices.c.state)
        found = {f"notices_{state}": count for state, count in self.connection.execute(by_state)}
        count = sa.select(sa.func.count()).select_from(tasks)
        return {
            "notices_delivered": 0,
            **found,
            "human_tasks": self.connection.scalar(count) or 0,
            "human_tasks_open": self.connection.scalar(count.where(tasks.c.state == "open")) or 0,
        }

    def missing_cases(self, numbers: Collection[str]) -> set[str]:
        """Which of these cases nobody has told us of."""
        known = sa.select(recipients.c.case_no).where(recipients.c.case_no.in_(numbers))
        return set(numbers) - set(self.connection.scalars(known))

    # --- new rows ---------------------------------------------------------------------------------------------

    def plan(self, notice: Notice) -> None:
        """Stage a new notice."""
        self._stage(notices, notice)

    def ask(self, task: Task) -> None:
        """Stage a new task."""
        self._stage(tasks, task)

    def close_tasks(self, case_no: str) -> None:
        """Stage that nobody need do any more what is still to be done about this case."""
        self._closed.append(case_no)
        self.on_undo(self._closed.pop)

    def _stage(self, table: sa.Table, thing: Notice | Task) -> None:
        rows = self._new[table]
        rows.append({**_row(thing), "prev_version": 0})
        self.on_undo(rows.pop)

    def flush(self) -> None:
        """Write what is staged."""
        super().flush()
        for table, key in ((notices, ("event_id", "recipient", "purpose")), (tasks, ("origin",))):
            if self._new[table]:
                self.wrote_directly = True
                bulk.insert_new(self.connection, table, self._new[table], unless=key)
                self._new[table] = []
        if self._closed:
            self._close(sorted(set(self._closed)))
            self._closed = []

    def _close(self, case_nos: Collection[str]) -> None:
        """All open tasks of these cases, and the notices that waited for them, in two statements."""
        self.wrote_directly = True
        done = {"state": "done", "done_at": self.now, "done_by": "whistle", "result": CASE_CLOSED}
        failed = {
            "state": "failed",
            "channel": "person",
            "reason": "the case was closed",
            "changed_at": self.now,
        }
        for table, state, values in ((tasks, "open", done), (notices, "handed_over", failed)):
            grown = {"prev_version": table.c.version, "version": table.c.version + 1}
            there = (table.c.state == state) & table.c.case_no.in_(case_nos)
            self.connection.execute(sa.update(table).where(there).values(**values, **grown))

    # --- delivery ---------------------------------------------------------------------------------------------

    def has_due(self) -> bool:
        """True if a notice waits for its delivery; cheap."""
        due = notices.c.state.in_(WAITING) & (notices.c.not_before <= self.now)
        return self.connection.scalar(sa.select(notices.c.id).where(due).limit(1)) is not None

    def claim(self, *, limit: int, lease: dt.timedelta) -> list[Notice]:
        """
        Take due notices, oldest first, and keep other processes off them for ``lease``; their recipients are loaded.

        No transaction is held while a channel works. What a process had when it died is due again when the lease has run out.
        """
        due = (
            sa.select(notices.c.id)
            .where(notices.c.state.in_(WAITING), notices.c.not_before <= self.now)
            .order_by(notices.c.not_before, notices.c.id)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        claim = (
            sa.update(notices)
            .where(notices.c.id.in_(due.scalar_subquery()))
            .values(
                state="queued",
                attempts=notices.c.attempts + 1,
                not_before=self.now + lease,
                prev_version=notices.c.version,
                version=notices.c.version + 1,
            )
            .returning(*notices.c)
        )
        rows: Any = self.execute(claim).mappings()
        found = sorted(self.notices.remember(rows), key=attrgetter("id"))
        self.recipients.preload({notice.case_no for notice in found if notice.case_no})
        return found

    def still_held(self, claimed: Mapping[str, int]) -> set[str]:
        """
        Which of the claimed notices (id → version) nobody else has taken meanwhile; locked until the end of the transaction, and
        loaded.
        """
        query = (
            sa.select(notices)
            .where(notices.c.id.in_(sorted(claimed)))
            .order_by(notices.c.id)
            .with_for_update()
        )
        rows: Any = self.connection.execute(query).mappings()
        return {notice.id for notice in self.notices.remember(rows) if notice.version == claimed[notice.id]}


def _repository(unit: UnitOfWork, table: sa.Table, kind: type[T], key: str) -> Repository[T]:
    return Repository(unit, table, key=key, read=lambda row: read_as(kind, row), write=_row)


def read_as(kind: type[T], row: Mapping[str, Any]) -> T:
    """The domain object of a row."""
    return kind(**{name: row[name] for name in _NAMES[kind]})


def _row(thing: Recipient | Notice | Task) -> dict[str, Any]:
    return {name: getattr(thing, name) for name in _NAMES[type(thing)]}
