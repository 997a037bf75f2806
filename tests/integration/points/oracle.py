"""
What points are worth to a member, told in the simplest way: every tenth of a point is a token of its own.

Nothing here is shared with the service, so that the two can only agree by being right.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

FAR = dt.datetime.max.replace(tzinfo=dt.UTC)


@dataclass
class Token:
    """One tenth of a point; ``state``: free, gone, expired, or the hold it is in."""

    award: str
    opened: dt.datetime
    expires: dt.datetime
    state: str = "free"


@dataclass
class Purse:
    """A member's tokens and debt."""

    tokens: list[Token] = field(default_factory=list)
    debt: int = 0

    def free(self, at, without=frozenset()):
        """What may be taken, in order; not from the awards in ``without``."""
        usable = [
            token
            for token in self.tokens
            if token.state == "free" and token.expires > at and token.award not in without
        ]
        return sorted(usable, key=lambda token: (token.expires, token.opened, token.award))

    def count(self, state):
        return sum(token.state == state for token in self.tokens)


class Oracle:
    """One scheme."""

    def __init__(self, caps, days):
        self.caps, self.days = caps, days
        self.purses: dict[str, Purse] = {}
        self.earned: dict[tuple[str, str, dt.date], int] = {}
        self.graced: set[str] = set()
        self.waiting: set[str] = set()
        """Awards that cannot be spent before they are final."""
        self.holds: dict[str, tuple[str, list[Token]]] = {}

    def purse(self, member):
        return self.purses.setdefault(member, Purse())

    def room(self, member, item, day, asked):
        cap = self.caps.get(item, {})

        def sum_of(same):
            return sum(
                tenths
                for (who, what, when), tenths in self.earned.items()
                if (who, what) == (member, item) and same(when)
            )

        fits = [asked]
        if "event" in cap:
            fits.append(cap["event"])
        if "day" in cap:
            fits.append(cap["day"] - sum_of(lambda when: when == day))
        if "month" in cap:
            fits.append(cap["month"] - sum_of(lambda when: when.isoformat()[:7] == day.isoformat()[:7]))
        if "year" in cap:
            fits.append(cap["year"] - sum_of(lambda when: when.year == day.year))
        return max(0, min(fits))

    def tally(self, member, item, day, tenths):
        key = (member, item, day)
        self.earned[key] = self.earned.get(key, 0) + tenths

    def award(self, member, item, day, *, award, tenths, opened, expires):
        purse = self.purse(member)
        paid = min(purse.debt, tenths)
        purse.debt -= paid
        purse.tokens += [Token(award, opened, expires or FAR) for _ in range(tenths - paid)]
        if item:
            self.tally(member, item, day, tenths)

    def take(self, member, tenths, at):
        purse = self.purse(member)
        taken = purse.free(at)[:tenths]
        for token in taken:
            token.state = "gone"
        purse.debt += tenths - len(taken)

    def take_back(self, member, award, tenths, at):
        own = [token for token in self.purse(member).tokens if token.award == award]
        first = [token for token in own if token.state == "expired"] + [
            token for token in own if token.state == "free"
        ]
        for token in first[:tenths]:
            token.state = "gone"
        self.take(member, tenths - len(first[:tenths]), at)

    def hold(self, member, tenths, at, hold):
        taken = self.purse(member).free(at, self.waiting)[:tenths]
        for token in taken:
            token.state = hold
        self.holds[hold] = (member, taken)

    def end(self, hold, *, spent, at, until):
        member, tokens = self.holds.pop(hold)
        for token in tokens[:spent]:
            token.state = "gone"
        purse, back = self.purse(member), tokens[spent:]
        late = {token.award for token in back if token.expires <= at} - self.graced
        self.graced |= late
        for token in purse.tokens:
            if token.award in late:
                token.expires = until
        for token in back:
            token.state = "gone" if purse.debt else "free"
            purse.debt -= 1 if purse.debt else 0

    def expire(self, at):
        for purse in self.purses.values():
            for token in purse.tokens:
                if token.state == "free" and token.expires <= at:
                    token.state = "expired"

    def rank(self, member):
        return sum(tenths for (who, _, _), tenths in self.earned.items() if who == member)
