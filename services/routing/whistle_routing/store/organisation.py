"""
The organisation of a district in routing's database.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from whistle.contracts.organisation import ALWAYS, KINDS, OPEN, Organisation, Person
from whistle.contracts.places import Place
from whistle.ids import new_id
from whistle.privacy import mask_phone
from whistle.sql.statements import KEYS, keys_parameter
from whistle_routing.domain.organisation import Change
from whistle_routing.store.organisation_rows import DATED, TABLES, person_of
from whistle_routing.store.organisation_tables import changes, nodes, people, states
from whistle_routing.store.returns import turn_of
from whistle_routing.store.tables import jobs
from whistle_routing.store.unit import RoutingUnit

_LIGHT = sorted(kind.code for kind in KINDS.values() if kind.light)


@dataclass(frozen=True, kw_only=True)
class State:
    """
    Where a district's organisation comes from. ``version`` counts all changes; ``pack`` is the digest of the pack's files that
    were taken last; ``changed``: was anything changed here since then? ``told`` is the version that other services know.
    """

    district: str
    version: int
    pack: str
    changed: bool
    loaded_at: dt.datetime
    told: int = 0


class OrganisationStore:
    """Reads and writes organisations within a unit of work."""

    def __init__(self, unit: RoutingUnit) -> None:
        self._unit = unit

    # --- reading --------------------------------------------------------------------------------------------------

    def state(self, district: str) -> State | None:
        """The state, or None if nothing was ever loaded. Whether the district's precedents have changed comes along."""
        turn = turn_of(states.c.district).label("catalogue_turn")
        row = self._rows(sa.select(states, turn).where(states.c.district == district)).first()
        if row is None:
            return None
        self._unit.catalogue_turns[district] = row["catalogue_turn"]
        return State(**{name: row[name] for name in State.__dataclass_fields__})

    def read(self, district: str) -> Organisation:
        """All records; without roles and rosters, which are the pack's. People have masked phone numbers."""
        found: dict[str, tuple[Any, ...]] = {}
        for section, table, _, record in DATED:
            query = sa.select(table).where(table.c.district == district).order_by(*table.primary_key.columns)
            found[section] = tuple(record(row) for row in self._rows(query))
        persons = sa.select(people).where(people.c.district == district).order_by(people.c.id)
        return Organisation(
            district=district, people=tuple(person_of(row) for row in self._rows(persons)), **found
        )

    def sealed_phones(self, district: str) -> dict[str, str]:
        """The encrypted phone number of everybody who has one."""
        query = sa.select(people.c.id, people.c.sealed).where(
            people.c.district == district, people.c.sealed.is_not(None)
        )
        return {row["id"]: row["sealed"] for row in self._rows(query)}

    def changes_of(self, district: str, *, after: str, limit: int) -> list[dict[str, Any]]:
        """A page of the log, oldest first, behind id ``after``."""
        query = sa.select(changes).where(changes.c.district == district, changes.c.id > after)
        return [dict(row) for row in self._rows(query.order_by(changes.c.id).limit(limit))]

    def untold(self) -> dict[str, int]:
        """The version of every district whose tree is another than services were told."""
        query = sa.select(states.c.district, states.c.version).where(states.c.told != states.c.version)
        return {row["district"]: row["version"] for row in self._rows(query.order_by(states.c.district))}

    def versions(self) -> dict[str, int]:
        """The version of every district."""
        query = sa.select(states.c.district, states.c.version)
        return {row["district"]: row["version"] for row in self._rows(query)}

    def places(self, district: str) -> list[Place]:
        """Where every node of the tree down to the micro-grid hangs and hung."""
        columns = (
            nodes.c.code,
            nodes.c.parent,
            nodes.c.official,
            nodes.c.start,
            nodes.c.end,
            nodes.c.kind,
            nodes.c.name,
        )
        query = sa.select(*columns).where(nodes.c.district == district, nodes.c.kind.in_(_LIGHT))
        return [_place(row) for row in self._rows(query.order_by(nodes.c.code, nodes.c.start))]

    def _rows(self, query: sa.Select[Any]) -> sa.MappingResult:
        return self._unit.connection.execute(query).mappings()

    # --- writing --------------------------------------------------------------------------------------------------

    def replace(self, organisation: Organisation, *, sealed: Mapping[str, str | None]) -> None:
        """Store these records instead of all that there are; ``sealed`` are the encrypted phone numbers by person."""
        district = organisation.district
        for table in TABLES:
            self._unit.execute(sa.delete(table).where(table.c.district == district))
        for section, table, row_of, _ in DATED:
            for place, record in enumerate(getattr(organisation, section)):
                row = {"district": district, **row_of(record)}
                self._unit.add(table, {**row, "place": place} if section == "charges" else row)
        for person in organisation.people:
            self._unit.add(people, _person_row(district, person, sealed.get(person.id)))

    def apply(self, before: Organisation, after: Organisation) -> None:
        """Store what is different: rows that are gone or whose end is another, and new ones."""
        district = after.district
        for section, table, row_of, _ in DATED:
            old, new = set(getattr(before, section)), set(getattr(after, section))
            keys = [column for column in table.primary_key.columns if column.name != "district"]
            if gone := [row_of(record) for record in old - new]:
                same = sa.and_(
                    table.c.district == district, *(key == sa.bindparam(f"of_{key.name}") for key in keys)
                )
                values = [{f"of_{key.name}": row[key.name] for key in keys} for row in gone]
                self._unit.execute(sa.delete(table).where(same), values)
            for record in new - old:
                self._unit.add(table, {"district": district, **row_of(record)})

    def save_state(self, state: State | None, **values: Any) -> State:
        """The next version of the state; two changes at the same time cannot both have it."""
        first = State(
            district=values.get("district", ""), version=0, pack="", changed=False, loaded_at=self._unit.now
        )
        now = state or first
        new = replace(now, version=now.version + 1, **values)
        self._unit.save(states, new.district, {**vars(new), "prev_version": now.version})
        return new

    def mark_told(self, district: str, version: int) -> None:
        """Services know this version."""
        self._unit.execute(sa.update(states).where(states.c.district == district).values(told=version))

    def log(self, district: str, change: Change, *, by: str) -> str:
        """Add a line to the log; returns its id."""
        row = {
            "id": new_id(),
            "district": district,
            "at": self._unit.now,
            "by": by[:200],
            "sort": change.sort,
            "day": change.day,
            "before": list(change.before),
            "after": list(change.after),
            "ended": list(change.ended),
        }
        self._unit.add(changes, row)
        return str(row["id"])

    # --- cases ----------------------------------------------------------------------------------------------------

    def last_filed(self, district: str, grids: Collection[str]) -> dict[str, dt.datetime]:
        """When the last case was filed, by grid as the case names it."""
        if not grids:
            return {}
        dialect = self._unit.connection.dialect.name
        grid = listed(dialect)
        # one look into the index for each, however many cases there are
        last = sa.select(sa.func.max(jobs.c.filed_at)).where(jobs.c.district == district, jobs.c.grid == grid)
        query = sa.select(grid, last.scalar_subquery())
        rows = self._unit.connection.execute(query, keys_parameter(grids, dialect))
        return {row[0]: row[1] for row in rows if row[1] is not None}

    def count_filed(self, district: str, bounds: Sequence[dt.datetime]) -> list[tuple[int, str | None, int]]:
        """How many cases were filed between one of ``bounds`` and the next, by place of the span and grid as the case names it."""
        filed = jobs.c.filed_at
        place = sa.case(*((filed < bound, number) for number, bound in enumerate(bounds[1:])), else_=-1)
        query = sa.select(place.label("span"), jobs.c.grid, sa.func.count()).where(
            jobs.c.district == district, filed >= bounds[0], filed < bounds[-1]
        )
        rows: Iterable[Any] = self._unit.connection.execute(query.group_by(sa.text("1"), jobs.c.grid))
        return [(row[0], row[1], row[2]) for row in rows]


def listed(dialect: str) -> sa.ColumnElement[str]:
    """The keys given by :func:`~whistle.sql.statements.keys_parameter` as a column to select from."""
    if dialect == "postgresql":
        given = sa.func.unnest(sa.bindparam(KEYS, type_=postgresql.ARRAY(sa.String)))
        return given.table_valued(sa.column("value", sa.String)).render_derived().c.value
    return sa.func.json_each(sa.bindparam(KEYS)).table_valued(sa.column("value", sa.String)).c.value


def _place(row: sa.RowMapping) -> Place:
    return Place(
        code=row["code"],
        parent=row["parent"],
        official=row["official"],
        start="" if row["start"] == ALWAYS else row["start"].isoformat(),
        end="" if row["end"] == OPEN else row["end"].isoformat(),
        kind=row["kind"],
        name=row["name"],
    )


def _person_row(district: str, person: Person, sealed: str | None) -> dict[str, Any]:
    return {
        "district": district,
        "id": person.id,
        "name": person.name,
        "source": person.source,
        "unit": person.unit,
        "skills": list(person.skills),
        "phone": _masked(person.phone),
        "sealed": sealed,
    }


def _masked(phone: str) -> str:
    return phone if not phone or "*" in phone else mask_phone(phone)
