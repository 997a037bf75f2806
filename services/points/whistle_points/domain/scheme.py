"""
The scheme of a district (积分办法): what earns how much, up to where, how long it lasts. Plain data with dated versions (S1-18).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

from whistle_points.domain.flags import Thresholds
from whistle_points.domain.grids import GridRules
from whistle_points.domain.recurrence import VolunteerDay

CHINA = dt.timezone(dt.timedelta(hours=8))
"""All of China has one time, and had no summer time since 1991."""
Assessor = Literal["self", "peer", "organisation"]
"""Who says what somebody deserves: 自评 互评 组织评. The three are kept apart."""
ASSESSORS: tuple[Assessor, ...] = ("self", "peer", "organisation")
Unit = Literal["time", "hour", "case", "item", "year"]
UNITS: Mapping[Unit, tuple[str, str]] = MappingProxyType(
    {
        "time": ("次", "time"),
        "hour": ("小时", "hour"),
        "case": ("件", "case"),
        "item": ("项", "item"),
        "year": ("年", "year"),
    }
)
CASE_CLOSED = "case-closed"
"""The item that a closed case earns, in every scheme that has one of this name."""


def day_of(at: dt.datetime) -> dt.date:
    """The day, in China, of an instant."""
    return at.astimezone(CHINA).date()


def midnight(day: dt.date) -> dt.datetime:
    """The first instant of a day in China."""
    return dt.datetime.combine(day, dt.time(), CHINA).astimezone(dt.UTC)


@dataclass(frozen=True, kw_only=True)
class Caps:
    """Most that an item earns a member at one event, in a day, month and year, in tenths; None: no such cap."""

    event: int | None = None
    day: int | None = None
    month: int | None = None
    year: int | None = None

    def room(self, asked: int, day: dt.date, earned: Mapping[dt.date, int]) -> int:
        """How much of ``asked`` fits, given what the item earned the member on each day of this year."""
        fits = [asked] if self.event is None else [asked, self.event]
        for cap, same in (
            (self.day, lambda other: other == day),
            (self.month, lambda other: (other.year, other.month) == (day.year, day.month)),
            (self.year, lambda other: other.year == day.year),
        ):
            if cap is not None:
                fits.append(cap - sum(tenths for other, tenths in earned.items() if same(other)))
        return max(0, min(fits))

    def any(self) -> bool:
        """Is what was earned before of any importance?"""
        return (self.day, self.month, self.year) != (None, None, None)


@dataclass(frozen=True, kw_only=True)
class Hours:
    """How time becomes hours: from ``least`` minutes on, in steps of ``step`` downwards; ``first_hour``: one hour at least."""

    least: int = 0
    first_hour: bool = False
    step: int = 60

    def counted(self, minutes: int) -> int:
        """Minutes that count."""
        if minutes < self.least or minutes <= 0:
            return 0
        if self.first_hour and minutes < 60:
            return 60
        return minutes // self.step * self.step


Scorer = Literal["tables", "plugin"]


@dataclass(frozen=True, kw_only=True)
class Item:
    """
    One scoring item (积分项目, S1-18): ``tenths`` for each ``unit``; below 0 it is a deduction.

    ``ratings`` instead says what a closed case is worth by the resident's rating (None: nobody rated) with one of ``outcomes``.
    ``evidence`` names the kinds that a claim must bring, one of each; ``who`` the groups of members that it is for (empty: all);
    ``claims`` by whom it may be claimed (empty: only booked automatically). ``activity``: which activities' hours earn it.
    ``cases``: parts of a category (``微心愿`` of ``困难帮扶/微心愿``) whose closed cases earn this item instead of ``case-closed``.
    ``scored_by``: as the scheme's, for this item alone.
    """

    id: str
    name: str
    tenths: int
    unit: Unit = "time"
    criteria: str = ""
    caps: Caps = Caps()
    hours: Hours = Hours()
    evidence: tuple[str, ...] = ()
    who: frozenset[str] = frozenset()
    claims: frozenset[Assessor] = frozenset()
    activity: bool = False
    ratings: Mapping[str | None, int] = field(default_factory=dict)
    outcomes: frozenset[str] = frozenset({"resolved"})
    cases: frozenset[str] = frozenset()
    scored_by: Scorer | None = None

    def worth(self, hundredths: int) -> int:
        """Tenths for an amount in hundredths of the unit (1.5 hours: 150), rounded towards 0."""
        product = abs(self.tenths) * hundredths // 100
        return -product if self.tenths < 0 else product

    def for_minutes(self, minutes: int) -> int:
        """Tenths for a time, by the item's rounding."""
        return self.worth(self.hours.counted(minutes) * 100 // 60)


@dataclass(frozen=True, kw_only=True)
class Validity:
    """How long points last: ``forever``, ``months`` after they were earned, or until ``clear_on`` (month, day) comes next."""

    mode: Literal["forever", "months", "yearly"] = "forever"
    months: int = 0
    clear_on: tuple[int, int] = (12, 31)

    def ends(self, earned: dt.date) -> dt.datetime | None:
        """The first instant at which points earned on this day are gone."""
        if self.mode == "forever":
            return None
        if self.mode == "months":
            return midnight(_months_later(earned, self.months) + dt.timedelta(days=1))
        month, day = self.clear_on
        last = dt.date(earned.year, month, day)
        if last < earned:
            last = dt.date(earned.year + 1, month, day)
        return midnight(last + dt.timedelta(days=1))


@dataclass(frozen=True, kw_only=True)
class Scheme:
    """
    One version of a district's scheme, in force from ``valid_from`` until the next one is.

    ``publish``: how often the list of points is made public (公示). ``appeal_days``, ``pickup_days``: working days.
    ``spend``: may points be spent once reviewed, or only when they are final? ``grace_days``: how long points stay open whose time
    ran out while they were held. ``order_limit``: orders of a member per month. ``hours_target``: hours of service a year without
    which nobody is commended, unless exempt. ``commend``: how many are commended. ``public_names``: how the public list names
    members.
    ``text_hash``: SHA-256 of the rule text, printed on what is frozen. ``flags``: from when something looks wrong.
    ``grid``: how grids are evaluated each month. ``volunteer_day``: what is planned for each month.
    ``scored_by``: who says what closed cases and activities are worth, before caps: this scheme, or the pack's hook ``score``.
    """

    district: str
    version: int
    name: str
    valid_from: dt.date
    items: Mapping[str, Item]
    validity: Validity = Validity()
    publish: Literal["month", "quarter", "year"] = "month"
    appeal_days: int = 5
    pickup_days: int = 5
    spend: Literal["reviewed", "final"] = "reviewed"
    grace_days: int = 30
    order_limit: int | None = None
    hours_target: int | None = None
    commend: int = 10
    public_names: Literal["masked", "full"] = "masked"
    text_hash: str = ""
    flags: Thresholds = field(default_factory=Thresholds)
    grid: GridRules = field(default_factory=GridRules)
    volunteer_day: VolunteerDay | None = None
    scored_by: Scorer = "tables"

    @property
    def plugin_items(self) -> frozenset[str]:
        """The items of which the pack's plugin is asked."""
        return frozenset(
            name for name, item in self.items.items() if (item.scored_by or self.scored_by) == "plugin"
        )

    def case_item(self, category: str | None) -> Item | None:
        """What a closed case of this category earns: the item that names a part of it, else ``case-closed``."""
        parts = (category or "").split("/")
        named = (item for item in self.items.values() if not item.cases.isdisjoint(parts))
        return next(named, self.items.get(CASE_CLOSED))

    def expiry(self, earned: dt.date, *, booked: dt.datetime) -> dt.datetime | None:
        """When points earned on a day are gone; what is booked so late that it would be gone already has the grace."""
        ends = self.validity.ends(earned)
        return ends if ends is None or ends > booked else self.grace(booked)

    def grace(self, at: dt.datetime) -> dt.datetime:
        """How long points stay open that come back at this moment."""
        return midnight(day_of(at) + dt.timedelta(days=self.grace_days + 1))


@dataclass(frozen=True)
class Schemes:
    """All versions of a district's scheme, oldest first."""

    versions: tuple[Scheme, ...]

    def at(self, day: dt.date) -> Scheme:
        """The version in force on a day; what happened before the first one goes by the first."""
        found = [scheme for scheme in self.versions if scheme.valid_from <= day]
        return found[-1] if found else self.versions[0]


def default_scheme(district: str) -> Schemes:
    """What holds in a district whose pack says nothing: helpers in a closed case earn 2, 2 or 1 point by its rating, 1 unrated."""
    item = Item(
        id=CASE_CLOSED,
        name="协助办结诉求",
        tenths=10,
        unit="case",
        criteria="按居民评价计分",
        ratings=MappingProxyType(
            {"very_satisfied": 20, "satisfied": 20, "basically_satisfied": 10, None: 10}
        ),
    )
    scheme = Scheme(
        district=district,
        version=1,
        name="默认积分办法",
        valid_from=dt.date(2000, 1, 1),
        items={item.id: item},
    )
    return Schemes((scheme,))


def _months_later(day: dt.date, months: int) -> dt.date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    following = dt.date(year + (month == 11), (month + 1) % 12 + 1, 1)
    return min(dt.date(year, month + 1, 1) + dt.timedelta(days=day.day - 1), following - dt.timedelta(days=1))
