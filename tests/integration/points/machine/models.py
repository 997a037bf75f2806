"""
The simplest picture of a shop, of public lists and of a club's activities: what the machine expects of the service.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Good:
    """What lies on a shelf."""

    price: int
    most: int | None
    on_hand: int = 0
    reserved: int = 0


@dataclass
class Ordered:
    """An order as the shop remembers it."""

    member: str
    good: str
    quantity: int
    tenths: int
    code: str
    month: str
    due: dt.datetime
    state: str = "held"


@dataclass
class Shop:
    """Goods and orders."""

    goods: dict[str, Good] = field(default_factory=dict)
    orders: dict[str, Ordered] = field(default_factory=dict)
    blocked: set[str] = field(default_factory=set)

    def standing(self, member):
        return [
            one for one in self.orders.values() if one.member == member and one.state in ("held", "settled")
        ]

    def end(self, order, state):
        one = self.orders[order]
        one.state = state
        self.goods[one.good].reserved -= one.quantity
        if state == "settled":
            self.goods[one.good].on_hand -= one.quantity


@dataclass
class Entry:
    """A line of somebody's account, as it stands on lists."""

    id: str
    member: str
    day: dt.date
    tenths: int
    reviewer: str
    state: str
    on: str | None = None


@dataclass
class Said:
    """A claim, or an appeal."""

    member: str
    by: str
    about: Any
    state: str = "open"


@dataclass
class Board:
    """Claims, entries, public lists, appeals."""

    claims: dict[str, Said] = field(default_factory=dict)
    entries: dict[str, Entry] = field(default_factory=dict)
    lists: dict[str, dt.datetime] = field(default_factory=dict)
    """Until when each list takes appeals."""
    periods: set[str] = field(default_factory=set)
    final: set[str] = field(default_factory=set)
    appeals: dict[str, Said] = field(default_factory=dict)

    def enter(self, made):
        state = "booked" if made.tenths else "capped"
        self.entries[made.id] = Entry(made.id, made.member, made.day, made.tenths, made.reviewer, state)

    def reverse(self, entry):
        self.entries[entry].state = "reversed"

    def publish(self, made, period, last):
        """Everything up to the last day that is on no list; the totals by member."""
        self.lists[made.id] = made.appeal_until
        self.periods.add(period)
        totals: dict[str, int] = {}
        for one in self.entries.values():
            if one.on is None and one.day <= last:
                one.on = made.id
                one.state = "published" if one.state == "booked" else one.state
                totals[one.member] = totals.get(one.member, 0) + (one.state != "reversed") * one.tenths
        return totals

    def finish(self, now):
        """The lists whose time is over; the entries that became final."""
        over = {one for one, until in self.lists.items() if until <= now} - self.final
        self.final |= over
        found = [one for one in self.entries.values() if one.on in over and one.state == "published"]
        for one in found:
            one.state = "final"
        return {one.id for one in found}


@dataclass
class Activity:
    """Who comes, who waits; what was confirmed."""

    starts: dt.datetime
    ends: dt.datetime
    item: str
    capacity: int | None
    joined: list[str] = field(default_factory=list)
    waiting: list[str] = field(default_factory=list)
    came: dict[str, dt.datetime] = field(default_factory=dict)
    went: dict[str, dt.datetime] = field(default_factory=dict)
    proven: set[tuple[str, str]] = field(default_factory=set)
    """Who came or went with a proof: ``("came", member)``, ``("went", member)``."""
    minutes: dict[str, int] = field(default_factory=dict)
    known: set[str] = field(default_factory=set)

    def join(self, member):
        """Who comes back begins anew."""
        if member not in self.joined + self.waiting:
            free = self.capacity is None or len(self.joined) < self.capacity
            (self.joined if free else self.waiting).append(member)
            self.known.add(member)
            self.came.pop(member, None)
            self.went.pop(member, None)
            self.proven -= {("came", member), ("went", member)}

    def scan(self, member, now, own):
        """With a phone that proves who it is (``own``), or not: what is proven takes the place of what is not."""
        came, went = ("came", member), ("went", member)
        if member not in self.came or (own and came not in self.proven):
            self.came[member] = now
            self.went.pop(member, None)
            self.proven -= {came, went}
            self.proven |= {came} if own else set()
        elif own or went not in self.proven:
            self.went[member] = now
            self.proven |= {went} if own else set()

    def counted(self, member, paper):
        """Minutes by the paper (None there: as long as the check-in says), or by a check-in that is proven."""
        if paper.get(member) is not None:
            return paper[member]
        sure = {("came", member), ("went", member)} <= self.proven
        return self.present(member) if sure or member in paper else None

    def leave(self, member):
        if member in self.joined:
            self.joined.remove(member)
            if self.waiting:
                self.joined.append(self.waiting.pop(0))
        else:
            self.waiting.remove(member)

    def present(self, member):
        if member not in self.came or member not in self.went:
            return None
        span = min(self.went[member], self.ends) - max(self.came[member], self.starts)
        return max(0, int(span.total_seconds()) // 60)


@dataclass
class Club:
    """Activities, what was told of them, and what the ledger made of it."""

    activities: dict[str, Activity] = field(default_factory=dict)
    told: list[Any] = field(default_factory=list)
    heard: dict[tuple[str, str], tuple[int, str | None]] = field(default_factory=dict)
    """By activity and member: the revision that counts, and its award."""
