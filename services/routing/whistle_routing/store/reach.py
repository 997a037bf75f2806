"""
Which rows a list may show: whose district, place and party they are of.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from whistle.places import Extent
from whistle.sql.statements import within
from whistle_routing.store.tables import jobs


@dataclass(frozen=True, kw_only=True)
class Reach:
    """
    Whose work is listed: of these districts (None: all), of them what lies in ``extent`` (None: all), of one party (None: of all).
    """

    districts: Collection[str] | None = None
    extent: Extent | None = None
    party: str | None = None


def reached(query: sa.Select[Any], table: sa.Table, reach: Reach) -> sa.Select[Any]:
    """``query``, narrowed; ``table`` has ``district`` and ``case_no``, and ``party`` where a reach names one."""
    if reach.districts is not None:
        query = query.where(table.c.district.in_(sorted(reach.districts)))
    if reach.party is not None:
        query = query.where(table.c.party == reach.party)
    if reach.extent is not None:
        # asked row by row: a join would make the planner read every case there ever was in these grids
        grid = sa.select(jobs.c.grid).where(jobs.c.no == table.c.case_no).scalar_subquery()
        query = query.where(within(grid, reach.extent))
    return query
