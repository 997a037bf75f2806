"""
The trees that rights are checked by: routing's own, or as it told them (:class:`~whistle.contracts.places.OrganisationTold`),
kept in a table of the service that needs them.

Looked at again every ten seconds at most, by whoever asks: a request never costs a query of its own.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import sqlalchemy as sa

from whistle.contracts import Event, OrganisationTold
from whistle.contracts.message import schema_of
from whistle.contracts.places import Place
from whistle.places import Places
from whistle.storage.database import Database
from whistle.storage.unit import UnitOfWork

LOOK_SECONDS = 10.0
_CHINA = dt.timezone(dt.timedelta(hours=8))


def places_table(metadata: sa.MetaData) -> sa.Table:
    """Add the table to a service's metadata: parts of trees, by district and version."""
    return sa.Table(
        "places",
        metadata,
        sa.Column("district", sa.String(40), primary_key=True),
        sa.Column("version", sa.Integer, primary_key=True),
        sa.Column("part", sa.Integer, primary_key=True),
        sa.Column("parts", sa.Integer, nullable=False),
        sa.Column("places", sa.JSON, nullable=False),
    )


def take_places(unit: UnitOfWork, table: sa.Table, event: Event[OrganisationTold]) -> None:
    """Keep what was told; earlier versions go when the new one is whole."""
    data, here = event.data, table.c.district == event.district
    same = sa.and_(here, table.c.version == data.version)
    unit.execute(sa.delete(table).where(same, table.c.part == data.part))
    row = {"district": event.district, "places": [schema_of(Place).dump(one) for one in data.places]}
    counts = {name: getattr(data, name) for name in ("version", "part", "parts")}
    unit.execute(sa.insert(table), {**row, **counts})
    there = unit.connection.scalar(sa.select(sa.func.count()).select_from(table).where(same))
    if there == data.parts:
        unit.execute(sa.delete(table).where(here, table.c.version < data.version))


class Shelf(Protocol):
    """Where the trees of a service lie."""

    def versions(self, unit: Any) -> Mapping[str, int]: ...
    def read(self, unit: Any, district: str, version: int, /) -> Iterable[Place]: ...


@dataclass(frozen=True)
class Told:
    """The shelf of a service that was told: the highest version of each district that is whole."""

    table: sa.Table

    def versions(self, unit: UnitOfWork) -> Mapping[str, int]:
        """By district."""
        columns = self.table.c
        counted = sa.select(columns.district, columns.version).group_by(columns.district, columns.version)
        whole = counted.having(sa.func.count() == sa.func.max(columns.parts)).order_by(columns.version)
        return {row.district: row.version for row in unit.connection.execute(whole)}

    def read(self, unit: UnitOfWork, district: str, version: int) -> Iterable[Place]:
        """One of these."""
        columns = self.table.c
        query = sa.select(columns.places).where(columns.district == district, columns.version == version)
        schema = schema_of(Place)
        return [Place(**schema.load(one)) for row in unit.connection.scalars(query) for one in row]


class StoredAtlas:
    """
    An :class:`~whistle.places.Atlas` over a shelf; safe to share between threads, since it only replaces values. ``seconds`` tells
    how time passes.
    """

    def __init__(
        self, database: Database[Any], shelf: Shelf, *, seconds: Callable[[], float] = time.monotonic
    ) -> None:
        self._database = database
        self._shelf = shelf
        self._seconds = seconds
        self._looked = float("-inf")
        self._versions: Mapping[str, int] = {}
        self._spans: dict[str, tuple[Place, ...]] = {}
        self._places: dict[str, Places] = {}

    def __call__(self, district: str) -> Places | None:
        """
        Raises:
            DependencyDown: the database does not answer.
        """
        if self._seconds() - self._looked >= LOOK_SECONDS:
            self._look()
            self._looked = self._seconds()
        if district not in self._spans:
            return None
        day = self._database.clock.now().astimezone(_CHINA).date()
        places = self._places.get(district)
        if places is None or places.day != day:
            places = self._places[district] = Places(self._spans[district], day)
        return places

    def _look(self) -> None:
        with self._database.read() as unit:
            versions = self._shelf.versions(unit)
            for district in (one for one in versions if versions[one] != self._versions.get(one)):
                self._spans[district] = tuple(self._shelf.read(unit, district, versions[district]))
                self._places.pop(district, None)
        self._versions = versions
