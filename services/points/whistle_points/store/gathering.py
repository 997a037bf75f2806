"""
Activities in SQL: who signed up, who can do what nearby.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa

from whistle.places import Extent
from whistle.sql.statements import within as lies_within
from whistle.storage import UnitOfWork
from whistle_points.store.tables import members, signups, skills


def signup_rows(unit: UnitOfWork, activity: str) -> list[sa.RowMapping]:
    """All who signed up, in their order."""
    query = sa.select(signups).where(signups.c.activity == activity).order_by(signups.c.place)
    return list(unit.connection.execute(query).mappings())


def who_can(
    unit: UnitOfWork, *, scheme: str, skill: str, within: Extent | None, today: dt.date
) -> Iterator[dict[str, Any]]:
    """Active members with a skill that is still valid, by name and number; ``within``: only those who live there."""
    query = (
        sa.select(
            skills.c.member, members.c.name, members.c.branch, members.c.grid, skills.c.skill, skills.c.proof
        )
        .join(members, (members.c.scheme == skills.c.scheme) & (members.c.member == skills.c.member))
        .where(
            skills.c.scheme == scheme,
            skills.c.skill == skill,
            members.c.state == "active",
            sa.or_(skills.c.valid_until.is_(None), skills.c.valid_until >= today),
        )
        .order_by(members.c.name, skills.c.member)
    )
    if within is not None:
        query = query.where(lies_within(members.c.grid, within))
    yield from map(dict, unit.connection.execute(query).mappings())
