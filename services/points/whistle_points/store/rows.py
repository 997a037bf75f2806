"""
From rows to transfers.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa

from whistle_points.domain import Posting, Transfer
from whistle_points.store.tables import transfers


def gather(rows: Iterable[sa.RowMapping]) -> Iterable[Transfer]:
    """Transfers from joined rows in order: one row per posting, whose columns are called ``p_…``."""
    current: dict[str, Any] = {}
    lines: list[Posting] = []
    for row in rows:
        if current and row["id"] != current["id"]:
            yield Transfer(**current, postings=tuple(lines))
            lines = []
        current = {column.name: row[column.name] for column in transfers.c}
        lines.append(Posting(account=row["p_account"], tenths=row["p_tenths"], lot=row["p_lot"]))
    if current:
        yield Transfer(**current, postings=tuple(lines))
