"""
The dispatch log in routing's database: letters, ways, webhooks, parked letters.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from typing import Any

import sqlalchemy as sa

from whistle import topology
from whistle.ids import new_id
from whistle.outbox import Outgoing
from whistle.storage import Repository, UnitOfWork
from whistle_routing.domain.mail import Filter, Hook, Letter, Reach
from whistle_routing.store.mail_tables import hooks, letters, parked, party_keys, reaches
from whistle_routing.store.tables import books


def party_key(district: str, party: str) -> str:
    """``mawei/power-bureau``."""
    return f"{district}/{party}"


def feed_key(district: str, party: str) -> str:
    """The book that counts what a party is sent; the one without ``/feed`` counts the work it is given."""
    return f"{district}/{party}/feed"


class Mail:
    """Reads and writes what parties are sent, within a unit of work."""

    def __init__(self, unit: UnitOfWork) -> None:
        self._unit = unit
        self._reaches: dict[str, dict[str, Reach]] = {}
        self.hooks: Repository[Hook] = Repository(unit, hooks, key="key", read=_hook, write=_hook_row)

    # --- ways -----------------------------------------------------------------------------------------------------

    def reach_of(self, district: str, party: str) -> Reach | None:
        """How the party is reached now, if that was ever changed; all of a district are read at once."""
        if district not in self._reaches:
            query = sa.select(reaches).where(reaches.c.district == district, reaches.c.end.is_(None))
            self._reaches[district] = {row["party"]: _reach(row) for row in self._rows(query)}
        return self._reaches[district].get(party)

    def change_reach(self, new: Reach) -> None:
        """End the way that holds and begin the new one."""
        same = sa.and_(
            reaches.c.district == new.district, reaches.c.party == new.party, reaches.c.end.is_(None)
        )
        self._unit.execute(sa.update(reaches).where(same).values(end=new.start))
        chosen = new.filter.to_json() if new.filter is not None else None
        self._unit.execute(sa.insert(reaches).values(**{**vars(new), "filter": chosen}))
        self._reaches.pop(new.district, None)

    def reaches_of(self, district: str, party: str) -> list[Reach]:
        """Every way the party was ever reached by choice, oldest first."""
        query = sa.select(reaches).where(reaches.c.district == district, reaches.c.party == party)
        return [_reach(row) for row in self._rows(query.order_by(reaches.c.start, reaches.c.id))]

    # --- letters --------------------------------------------------------------------------------------------------

    def add(self, letter: Letter) -> None:
        """Write a letter into the log."""
        self._unit.add(letters, vars(letter))

    def post(self, letter: Letter) -> None:
        """Put a letter on its way to the party's queue, exactly as it was written; also again."""
        headers = {"traceparent": letter.traceparent} if letter.traceparent else {}
        self._unit.stage_outgoing(
            Outgoing(
                id=new_id(),
                message_id=letter.id,
                type=letter.type,
                exchange=topology.DISPATCH,
                routing_key=letter.routing_key,
                body=letter.body,
                case_no=letter.case_no,
                created_at=self._unit.now,
                not_before=self._unit.now + self._unit.lease,
                headers=headers,
            )
        )

    def after(self, district: str, party: str, *, sequence: int, limit: int) -> list[Letter]:
        """A page of a party's letters, in order, behind number ``sequence``."""
        query = _of(letters, district, party).where(letters.c.sequence > sequence)
        return [_letter(row) for row in self._rows(query.order_by(letters.c.sequence).limit(limit))]

    def first_since(self, district: str, party: str, since: dt.datetime) -> int | None:
        """The number of the first letter that was sent at or after ``since``, None if there is none."""
        query = _of(letters, district, party).where(letters.c.sent_at >= since)
        found = self._unit.connection.scalar(query.with_only_columns(sa.func.min(letters.c.sequence)))
        return None if found is None else int(found)

    def last(self, district: str, party: str) -> int:
        """The number of the party's last letter; 0 if it has none."""
        query = _of(letters, district, party).with_only_columns(sa.func.max(letters.c.sequence))
        return self._unit.connection.scalar(query) or 0

    def acknowledge(self, taken: Sequence[Letter]) -> None:
        """The transport told that these letters of one party, which follow on each other, were taken."""
        if not taken:
            return
        first, last = taken[0], taken[-1]
        span = letters.c.sequence.between(first.sequence, last.sequence)
        where = sa.and_(letters.c.district == first.district, letters.c.party == first.party, span)
        self._unit.execute(sa.update(letters).where(where).values(acked_at=self._unit.now))

    def traced(self, marks: Iterable[str]) -> list[Letter]:
        """The letters that carry one of these marks."""
        query = sa.select(letters).where(letters.c.watermark.in_(list(marks)[:50]))
        return [_letter(row) for row in self._rows(query.order_by(letters.c.id).limit(500))]

    # --- webhooks -------------------------------------------------------------------------------------------------

    def due_hooks(self, now: dt.datetime, limit: int = 200) -> list[str]:
        """The keys of webhooks with a letter to be tried now, longest waiting first."""
        feed = sa.select(books.c.sequence).where(books.c.key == hooks.c.key + "/feed").scalar_subquery()
        query = sa.select(hooks.c.key).where(
            hooks.c.state == "active",
            hooks.c.not_before <= now,
            hooks.c.leased_until <= now,
            hooks.c.delivered < feed,
        )
        return list(self._unit.connection.scalars(query.order_by(hooks.c.not_before).limit(limit)))

    def park(self, letter: Letter, reason: str) -> None:
        """Remember that nobody tries this letter any more; once more says so again."""
        self.unpark(letter.district, letter.party, first=letter.sequence, last=letter.sequence)
        row = {"district": letter.district, "party": letter.party, "sequence": letter.sequence}
        self._unit.execute(
            sa.insert(parked).values(**row, parked_at=self._unit.now, reason=reason[:500] or "-")
        )

    def unpark(self, district: str, party: str, *, first: int, last: int | None = None) -> None:
        """Forget what is parked from number ``first`` on, because it is sent again."""
        where = sa.and_(parked.c.district == district, parked.c.party == party, parked.c.sequence >= first)
        if last is not None:
            where = sa.and_(where, parked.c.sequence <= last)
        self._unit.execute(sa.delete(parked).where(where))

    def parked_of(
        self, district: str, party: str, *, after: int = 0, limit: int = 100
    ) -> list[dict[str, Any]]:
        """A page of a party's parked letters: sequence, parked_at, reason; in order, behind number ``after``."""
        query = sa.select(parked.c.sequence, parked.c.parked_at, parked.c.reason).where(
            parked.c.district == district, parked.c.party == party, parked.c.sequence > after
        )
        return [dict(row) for row in self._rows(query.order_by(parked.c.sequence).limit(limit))]

    # --- tokens ---------------------------------------------------------------------------------------------------

    def key_number(self, key: str) -> int:
        """The number of the party's token that counts; 0: none was made or it was taken back."""
        query = sa.select(party_keys.c.number).where(party_keys.c.key == key)
        return self._unit.connection.scalar(query) or 0

    def set_key_number(self, key: str, number: int) -> None:
        """From now on the token with this number counts."""
        self._unit.execute(sa.delete(party_keys).where(party_keys.c.key == key))
        self._unit.execute(sa.insert(party_keys).values(key=key, number=number, changed_at=self._unit.now))

    def _rows(self, query: sa.Select[Any]) -> sa.MappingResult:
        return self._unit.connection.execute(query).mappings()


def feed_keys(district: str, parties: Collection[str]) -> set[str]:
    """The keys of both books of these parties."""
    return {make(district, party) for party in parties for make in (party_key, feed_key)}


def _of(table: sa.Table, district: str, party: str) -> sa.Select[Any]:
    return sa.select(table).where(table.c.district == district, table.c.party == party)


def _reach(row: Any) -> Reach:
    return Reach(**{**row, "filter": None if row["filter"] is None else Filter.from_json(row["filter"])})


def _letter(row: Any) -> Letter:
    return Letter(**row)


def _hook(row: Any) -> Hook:
    values = {name: row[name] for name in Hook.__dataclass_fields__}
    return Hook(**{**values, "secrets": tuple(values["secrets"])})


def _hook_row(hook: Hook) -> dict[str, Any]:
    return {**vars(hook), "secrets": list(hook.secrets)}
