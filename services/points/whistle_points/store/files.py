"""
Everything about one member (一人一档, S1-18), bounded: the newest of each kind.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from whistle.storage import UnitOfWork
from whistle_points.domain import Member
from whistle_points.store.balance import Balance
from whistle_points.store.tables import (
    activities,
    appeals,
    awards,
    orders,
    records,
    rewards,
    signups,
    skills,
)

Rows = tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, kw_only=True)
class MemberFile:
    """A member's file; each list has the newest ``most`` entries. ``minutes`` are those that were confirmed, ever."""

    member: Member
    balance: Balance
    year: int
    awards: Rows
    times: Rows
    minutes: int
    orders: Rows
    skills: Rows
    records: Rows
    appeals: Rows


def read_file(unit: UnitOfWork, member: Member, balance: Balance, *, year: int, most: int) -> MemberFile:
    """The file of a member whose balance was read."""

    def mine(table: sa.Table) -> tuple[sa.ColumnElement[bool], ...]:
        return table.c.scheme == member.scheme, table.c.member == member.member

    def rows(query: sa.Select[Any]) -> Rows:
        return tuple(dict(row) for row in unit.connection.execute(query.limit(most)).mappings())

    attended = (
        sa.select(
            activities.c.title,
            activities.c.kind,
            activities.c.starts_at,
            signups.c.minutes,
            signups.c.confirmed_by,
        )
        .join(activities, activities.c.id == signups.c.activity)
        .where(*mine(signups), signups.c.minutes.is_not(None))
        .order_by(activities.c.starts_at.desc())
    )
    ordered = (
        sa.select(orders, rewards.c.name.label("reward_name"))
        .join(rewards, rewards.c.id == orders.c.reward)
        .where(*mine(orders))
        .order_by(orders.c.id.desc())
    )
    total = sa.select(sa.func.sum(signups.c.minutes)).where(*mine(signups))
    return MemberFile(
        member=member,
        balance=balance,
        year=year,
        awards=rows(sa.select(awards).where(*mine(awards)).order_by(awards.c.day.desc(), awards.c.id.desc())),
        times=rows(attended),
        minutes=int(unit.connection.scalar(total) or 0),
        orders=rows(ordered),
        records=rows(
            sa.select(records)
            .where(*mine(records), records.c.state == "standing")
            .order_by(records.c.day.desc(), records.c.id.desc())
        ),
        skills=rows(sa.select(skills).where(*mine(skills)).order_by(skills.c.skill)),
        appeals=rows(sa.select(appeals).where(*mine(appeals)).order_by(appeals.c.id.desc())),
    )
