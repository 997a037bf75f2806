"""
``verify``: no notice is stuck, and nobody is silently left without an answer.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import sqlalchemy as sa

from whistle.auth import ROLES
from whistle.storage import UnitOfWork
from whistle_notify.domain import PURPOSES, TASK_HOURS, WAITING
from whistle_notify.store.tables import notices, tasks

STUCK_AFTER = dt.timedelta(minutes=15)
"""A notice that has been due for so long is not being delivered."""
MOST = 100
"""Differences told of one kind."""


def verify(unit: UnitOfWork) -> list[str]:
    """Every difference, one line each that names the row; empty if all is well."""
    checks = (_stuck, _unfinished, _handed_over, _unanswered, _ownerless, _untold)
    return [difference for check in checks for difference in check(unit)]


def _stuck(unit: UnitOfWork) -> Iterator[str]:
    late = notices.c.not_before < unit.now - STUCK_AFTER
    query = sa.select(notices.c.id, notices.c.state, notices.c.not_before).where(
        notices.c.state.in_(WAITING), late
    )
    for notice, state, since in unit.connection.execute(query.limit(MOST)):
        yield f"notice {notice}: {state} and due since {since.isoformat()}"


def _unfinished(unit: UnitOfWork) -> Iterator[str]:
    bare = (notices.c.state == "delivered") & (notices.c.channel.is_(None) | notices.c.text.is_(None))
    silent = notices.c.state.in_(("skipped", "failed")) & notices.c.reason.is_(None)
    query = sa.select(notices.c.id, notices.c.state).where(bare | silent)
    for notice, state in unit.connection.execute(query.limit(MOST)):
        yield f"notice {notice}: {state}, but by what channel or for what reason is not on record"


def _handed_over(unit: UnitOfWork) -> Iterator[str]:
    missing = tasks.c.id.is_(None) | ((notices.c.state == "handed_over") & (tasks.c.state != "open"))
    query = (
        sa.select(notices.c.id, notices.c.state, notices.c.task)
        .outerjoin(tasks, tasks.c.id == notices.c.task)
        .where(notices.c.state.in_(("handed_over", "failed")), missing)
    )
    for notice, state, task in unit.connection.execute(query.limit(MOST)):
        yield f"notice {notice}: {state}, but task {task} is missing or done"


def _unanswered(unit: UnitOfWork) -> Iterator[str]:
    needed = [purpose.name for purpose in PURPOSES if purpose.person]
    query = sa.select(notices.c.id, notices.c.purpose).where(
        notices.c.state == "skipped", notices.c.purpose.in_(needed)
    )
    for notice, purpose in unit.connection.execute(query.limit(MOST)):
        yield f"notice {notice}: {purpose} was skipped, a person should have gone"


def _ownerless(unit: UnitOfWork) -> Iterator[str]:
    known = tasks.c.owner.in_([role.name for role in ROLES]) & tasks.c.kind.in_(list(TASK_HOURS))
    query = sa.select(tasks.c.id, tasks.c.owner, tasks.c.kind).where(sa.not_(known))
    for task, owner, kind in unit.connection.execute(query.limit(MOST)):
        yield f"task {task}: owner {owner!r} or kind {kind!r} is unknown, nobody will do it"


def _untold(unit: UnitOfWork) -> Iterator[str]:
    named = tasks.c.notice.is_not(None)
    untold = notices.c.id.is_(None) | (notices.c.task != tasks.c.id)
    result = (tasks.c.result == "reached") & (notices.c.state != "delivered")
    nameless = (tasks.c.state == "done") & (tasks.c.done_by.is_(None) | tasks.c.result.is_(None))
    query = (
        sa.select(tasks.c.id, tasks.c.notice)
        .outerjoin(notices, notices.c.id == tasks.c.notice)
        .where((named & (untold | result)) | nameless)
    )
    for task, notice in unit.connection.execute(query.limit(MOST)):
        yield f"task {task}: does not agree with its notice {notice}, or is done by nobody"
