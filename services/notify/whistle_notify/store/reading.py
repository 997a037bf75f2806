"""
Listing notices and tasks, newest first, a page at a time.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from whistle.places import Extent
from whistle.sql.statements import within
from whistle_notify.domain import Notice, Task
from whistle_notify.store.tables import notices, tasks
from whistle_notify.store.unit import NotifyUnit, read_as


@dataclass(frozen=True, kw_only=True)
class Where:
    """
    Which rows: exact values by column (None: any), ``extent`` what of the district (None: all), ``before`` an id, with
    ``oldest_first`` ``after`` one.
    """

    exact: Mapping[str, str | None]
    extent: Extent | None = None
    before: str | None = None
    after: str | None = None
    oldest_first: bool = False
    limit: int = 50


def list_notices(unit: NotifyUnit, where: Where) -> tuple[list[Notice], str | None]:
    """Notices and the key of the next page, None at the end."""
    rows, following = _page(unit, notices, where)
    return [read_as(Notice, row) for row in rows], following


def list_tasks(unit: NotifyUnit, where: Where) -> tuple[list[Task], str | None]:
    """Tasks and the key of the next page, None at the end."""
    rows, following = _page(unit, tasks, where)
    return [read_as(Task, row) for row in rows], following


def _page(unit: NotifyUnit, table: sa.Table, where: Where) -> tuple[list[Any], str | None]:
    order = table.c.id.asc() if where.oldest_first else table.c.id.desc()
    query = sa.select(table).order_by(order).limit(where.limit + 1)
    for name, value in where.exact.items():
        if value is not None:
            query = query.where(table.c[name] == value)
    if where.extent is not None:
        query = query.where(within(table.c.grid, where.extent))
    if where.before is not None:
        query = query.where(table.c.id < where.before)
    if where.after is not None:
        query = query.where(table.c.id > where.after)
    rows = list(unit.connection.execute(query).mappings())
    return rows[: where.limit], rows[where.limit - 1]["id"] if len(rows) > where.limit else None
