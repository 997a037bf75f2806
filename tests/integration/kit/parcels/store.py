"""Its tables: what its handlers did, and things that are changed by version."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from whistle.storage import Repository, UnitOfWork, kit_tables

metadata = sa.MetaData()
kit = kit_tables(metadata)

effects = sa.Table(
    "effects",
    metadata,
    sa.Column("place", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("event", sa.String(200), nullable=False),
    sa.Column("case_no", sa.String(20)),
    sa.Column("type", sa.String(120), nullable=False),
    sa.Column("told", sa.Text, nullable=False),
)

parcels = sa.Table(
    "parcels",
    metadata,
    sa.Column("no", sa.String(20), primary_key=True),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("prev_version", sa.Integer, nullable=False),
    sa.Column("weight", sa.Integer, nullable=False),
)


@dataclass(frozen=True, kw_only=True)
class Parcel:
    """Something that changes."""

    no: str
    version: int
    weight: int


def _read(row: Mapping[str, Any]) -> Parcel:
    return Parcel(no=row["no"], version=row["version"], weight=row["weight"])


class ParcelsUnit(UnitOfWork):
    """Effects are appended, parcels change."""

    kit = kit
    service = "parcels"

    def __init__(self, connection: sa.Connection, **options: Any) -> None:
        super().__init__(connection, **options)
        self.parcels: Repository[Parcel] = Repository(
            self, parcels, key="no", read=_read, write=lambda one: dict(vars(one))
        )

    def effect(self, told: str, *, event: str = "-", case_no: str | None = None, kind: str = "-") -> None:
        """Stage an effect."""
        self.add(effects, {"event": event, "case_no": case_no, "type": kind, "told": told})

    def weigh(self, no: str, more: int) -> Parcel:
        """Stage a parcel that has become heavier."""
        known = self.parcels.get(no) or Parcel(no=no, version=0, weight=0)
        heavier = Parcel(no=no, version=known.version + 1, weight=known.weight + more)
        self.parcels.put(heavier)
        return heavier

    def told(self) -> list[str]:
        """What the handlers said, in order."""
        return list(self.connection.scalars(sa.select(effects.c.told).order_by(effects.c.place)))
