"""
Stored answers: what a caller was told under an Idempotency-Key, written in the transaction of the effect.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa

from whistle.storage.unit import UnitOfWork


@dataclass(frozen=True, kw_only=True)
class StoredAnswer:
    """An answer; ``key`` names caller and key, ``fingerprint`` the request that it answered."""

    key: str
    fingerprint: str
    status: int
    body: str


def find_answer(unit: UnitOfWork, key: str) -> StoredAnswer | None:
    """The answer that was given under ``key``."""
    table = unit.kit.answers
    row = unit.connection.execute(sa.select(table).where(table.c.key == key)).one_or_none()
    return (
        StoredAnswer(key=key, fingerprint=row.fingerprint, status=row.status, body=row.body) if row else None
    )


def keep_answer(unit: UnitOfWork, answer: StoredAnswer) -> None:
    """Stage an answer."""
    unit.add(unit.kit.answers, {**vars(answer), "created_at": unit.now})


def prune_answers(unit: UnitOfWork, *, before: dt.datetime) -> None:
    """Forget answers given before ``before``."""
    table = unit.kit.answers
    unit.connection.execute(sa.delete(table).where(table.c.created_at < before))
