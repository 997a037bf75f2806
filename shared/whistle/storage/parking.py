"""
Parked messages: listed, shown, replayed, dropped (design §5.5).
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from whistle import inbox
from whistle.errors import NotAllowedNow, NotFound
from whistle.ids import new_id
from whistle.outbox import Outgoing
from whistle.storage import UnitOfWork


def parked(unit: UnitOfWork, *, everything: bool = False) -> list[dict[str, Any]]:
    """
    The parked messages, oldest first, without their bodies; with ``everything`` those replayed or dropped
    too.
    """
    table = unit.kit.dead_letters
    query = sa.select(*[column for column in table.c if column.name != "body"]).order_by(table.c.id)
    if not everything:
        query = query.where(table.c.state == "parked")
    return [dict(row) for row in unit.connection.execute(query).mappings()]


def find(unit: UnitOfWork, ident: str) -> dict[str, Any] | None:
    """One parked message with its body, or None."""
    table = unit.kit.dead_letters
    row = unit.connection.execute(sa.select(table).where(table.c.id == ident)).mappings().one_or_none()
    return dict(row) if row else None


def replay(unit: UnitOfWork, ident: str, *, by: str) -> None:
    """
    Address the message to its consumer again, with no attempts on its count.

    Raises:
        NotFound, NotAllowedNow: it was replayed or dropped already.
    """
    row = _parked(unit, ident)
    inbox.release(unit.connection, unit.kit.inbox, consumer=row["consumer"], message_ids=[row["message_id"]])
    user = row["headers"].get("user")
    unit.stage_outgoing(
        Outgoing(
            id=new_id(),
            message_id=row["headers"].get("event", row["message_id"])[:200],
            type=row["type"] or "unreadable",
            exchange="",
            routing_key=row["consumer"],
            body=row["body"],
            case_no=row["case_no"],
            created_at=unit.now,
            not_before=unit.now,
            kind="later",
            headers={"x-user": user} if user else {},
        )
    )
    _settle(unit, ident, "replayed", by)


def drop(unit: UnitOfWork, ident: str, *, by: str) -> None:
    """
    Give the message up; its record stays.

    Raises:
        NotFound, NotAllowedNow.
    """
    _parked(unit, ident)
    _settle(unit, ident, "dropped", by)


def _parked(unit: UnitOfWork, ident: str) -> dict[str, Any]:
    row = find(unit, ident)
    if row is None:
        raise NotFound(f"没有搁置的消息 {ident}", f"there is no parked message {ident}")
    if row["state"] != "parked":
        raise NotAllowedNow(f"这条消息已是 {row['state']}", f"the message is {row['state']} already")
    return row


def _settle(unit: UnitOfWork, ident: str, state: str, by: str) -> None:
    table = unit.kit.dead_letters
    unit.connection.execute(
        sa.update(table).where(table.c.id == ident).values(state=state, state_at=unit.now, state_by=by[:120])
    )
