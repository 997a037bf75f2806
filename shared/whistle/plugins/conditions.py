"""
When a row of ``[[rules]]`` or ``[[powers]]`` fits, apart from its keywords.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
from collections.abc import Sequence

from whistle.calendar.days import CHINA
from whistle.contracts.plugin import Case, Facts

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_HOURS = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-4]):([0-5]\d)")


@dataclasses.dataclass(frozen=True)
class Hours:
    """A span of the day, in minutes after midnight in China; one that ends before it begins goes past midnight."""

    start: int
    end: int

    @classmethod
    def parse(cls, text: str) -> Hours | None:
        """From ``22:00-06:00``; None if it is no such text."""
        found = _HOURS.fullmatch(text)
        if found is None:
            return None
        numbers = [int(part) for part in found.groups()]
        start, end = numbers[0] * 60 + numbers[1], numbers[2] * 60 + numbers[3]
        return cls(start, end) if end <= 24 * 60 and start != end else None

    def holds(self, at: dt.datetime) -> bool:
        """Is this moment within?"""
        local = at.astimezone(CHINA)
        minute = local.hour * 60 + local.minute
        if self.start < self.end:
            return self.start <= minute < self.end
        return minute >= self.start or minute < self.end


@dataclasses.dataclass(frozen=True, kw_only=True)
class When:
    """
    Where, about what and when a case must be for a row to fit; an empty column asks nothing.

    ``places`` are parts of the place or title, or codes of grid nodes; ``kinds`` are kinds of grid nodes that the case lies in;
    ``hours`` and ``weekdays`` are those at which it was filed, in China.
    """

    places: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    hours: tuple[Hours, ...] = ()
    weekdays: tuple[str, ...] = ()

    @property
    def empty(self) -> bool:
        """Does it ask nothing at all?"""
        return self == When()

    def fits(self, case: Case, facts: Facts, area: Sequence[str]) -> bool:
        """Does the case fit? ``area`` are the nodes it lies in, nearest first."""
        if self.places and not any(
            place in case.place or place in case.title or place in area for place in self.places
        ):
            return False
        if self.categories and not (case.category or "").startswith(self.categories):
            return False
        if self.kinds and not any(node.kind in self.kinds for node in facts.grid if node.code in area):
            return False
        if self.hours and not any(span.holds(case.filed_at) for span in self.hours):
            return False
        return not self.weekdays or WEEKDAYS[case.filed_at.astimezone(CHINA).weekday()] in self.weekdays

    def evidence(self) -> tuple[str, ...]:
        """What fitted, in words, for a row without keywords."""
        return self.places or self.categories or self.kinds or self.weekdays
