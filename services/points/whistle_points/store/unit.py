"""
The unit of work of the points service.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

import sqlalchemy as sa

from whistle.sql import bulk
from whistle.storage import Repository, UnitOfWork
from whistle_points import domain
from whistle_points.domain import (
    Activity,
    Appeal,
    Attendance,
    Award,
    CaseRound,
    Claim,
    Head,
    Hold,
    Lot,
    Member,
    Publication,
    Record,
    Reward,
    RewardOrder,
    Scheme,
    Signup,
    Skill,
)
from whistle_points.domain.flags import Flag
from whistle_points.domain.grids import GridScore
from whistle_points.store.book import Book
from whistle_points.store.publishing import over
from whistle_points.store.reading import due_holds, expiring_lots
from whistle_points.store.rows import (
    read_as,
    read_claim,
    read_flag,
    read_hold,
    read_member_row,
    read_publication,
    write_claim,
    write_fields,
    write_flag,
    write_member,
    write_publication,
)
from whistle_points.store.staging import Newcomers, Sums
from whistle_points.store.tables import (
    activities,
    appeals,
    attendances,
    awards,
    balances,
    case_rounds,
    chain_heads,
    claims,
    deeds,
    flags,
    grid_scores,
    holds,
    kit,
    lots,
    members,
    orders,
    publications,
    records,
    rewards,
    scheme_versions,
    signups,
    skills,
    tallies,
)
from whistle_points.store.verifying import verify

_LOCK = sa.select(chain_heads).where(chain_heads.c.scheme == sa.bindparam("scheme")).with_for_update()


class PointsUnit(UnitOfWork):
    """Repositories of what changes, sums of what adds up, and one locked book per scheme."""

    kit = kit
    service = "points"

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.heads: Repository[Head] = self._repository(chain_heads, Head, key="scheme")
        self.rounds: Repository[CaseRound] = self._repository(case_rounds, CaseRound, key="case_no")
        self.lots: Repository[Lot] = self._repository(lots, Lot)
        self.awards: Repository[Award] = self._repository(awards, Award)
        self.holds: Repository[Hold] = Repository(self, holds, key="id", read=read_hold, write=write_fields)
        self.members: Repository[Member] = Repository(
            self, members, key="key", read=read_member_row, write=write_member
        )
        self.claims: Repository[Claim] = Repository(
            self, claims, key="id", read=read_claim, write=write_claim
        )
        self.publications: Repository[Publication] = Repository(
            self, publications, key="id", read=read_publication, write=write_publication
        )
        self.appeals: Repository[Appeal] = self._repository(appeals, Appeal)
        self.rewards: Repository[Reward] = self._repository(rewards, Reward)
        self.orders: Repository[RewardOrder] = self._repository(orders, RewardOrder)
        self._numbers: dict[str, int] = {}
        self.activities: Repository[Activity] = self._repository(activities, Activity)
        self.signups: Repository[Signup] = self._repository(signups, Signup, key="key")
        self.attendances: Repository[Attendance] = self._repository(attendances, Attendance, key="key")
        self.flags: Repository[Flag] = Repository(self, flags, key="id", read=read_flag, write=write_flag)
        self.records: Repository[Record] = self._repository(records, Record)
        self.grid_scores: Repository[GridScore] = self._repository(grid_scores, GridScore, key="key")
        self.skills: Repository[Skill] = self._repository(skills, Skill, key="key")
        self.sums = Sums(self, balances, "tenths")
        self.tallies = Sums(self, tallies, "tenths")
        self.newcomers = Newcomers(self, members)
        self.rules = Newcomers(self, scheme_versions)
        self.deeds = Newcomers(self, deeds)
        self.expected: set[str] = set()
        self._books: dict[str, Book] = {}

    def preload(self, case_nos: Collection[str]) -> None:
        """Remember what the batch is about; it is read when a book is opened, under the book's lock."""
        self.expected.update(case_nos)

    def book(self, scheme: str) -> Book:
        """The scheme's book, locked until the end of the transaction."""
        if scheme not in self._books:
            rows: Any = self.connection.execute(_LOCK, {"scheme": scheme}).mappings()
            self.heads.remember(rows)
            self._books[scheme] = Book(self, scheme)
        return self._books[scheme]

    def enrol(self, scheme: str, member: str) -> None:
        """Open a file for a member who has none; the name is entered later."""
        key = domain.member_key(scheme, member)
        if self.newcomers.has((key,)):
            return
        found = Member(key=key, scheme=scheme, member=member, joined_at=self.now)
        self.newcomers.add((key,), {**write_member(found), "prev_version": 0})

    def take_number(self, scheme: str, first: Callable[[], int]) -> int:
        """The next number of an order, counted on within this unit; ``first`` asks for the first. A failure leaves a gap."""
        self._numbers[scheme] = self._numbers[scheme] + 1 if scheme in self._numbers else first()
        return self._numbers[scheme]

    def note_rules(self, scheme: Scheme) -> None:
        """Keep on record which version of the rules something was booked by."""
        key = f"{scheme.district}/{scheme.version}"
        if self.rules.has((key,)):
            return
        caps = {item.id: vars(item.caps) for item in scheme.items.values()}
        row = {
            "key": key,
            "scheme": scheme.district,
            "number": scheme.version,
            "name": scheme.name,
            "valid_from": scheme.valid_from,
            "text_hash": scheme.text_hash,
            "caps": caps,
            "used_at": self.now,
            "version": 1,
            "prev_version": 0,
        }
        self.rules.add((key,), row)

    def anything_due(self) -> bool:
        """Is there a hold or a lot whose time is over?"""
        return bool(
            due_holds(self, now=self.now, limit=1)
            or expiring_lots(self, now=self.now, limit=1)
            or over(self, now=self.now, limit=1)
        )

    def differences(self) -> list[str]:
        """What is wrong with the ledger, for ``whistle verify``."""
        return verify(self)

    def facts(self) -> dict[str, int]:
        """What the ledger holds: ``points_earned`` are the tenths that were issued and not taken back."""
        issued = sa.select(sa.func.sum(balances.c.tenths)).where(balances.c.account == domain.ISSUE)
        booked = sa.select(sa.func.sum(chain_heads.c.seq))
        return {
            "points_earned": -int(self.connection.scalar(issued) or 0),
            "points_transfers": int(self.connection.scalar(booked) or 0),
        }

    def more_writes(self) -> list[bulk.Write]:
        """Sums, and rows that may be there already."""
        staged = (self.sums, self.tallies, self.newcomers, self.rules, self.deeds)
        return [write for one in staged for write in one.take()]

    def _repository(self, table: sa.Table, cls: type[Any], *, key: str = "id") -> Repository[Any]:
        return Repository(self, table, key=key, read=read_as(cls), write=write_fields)
