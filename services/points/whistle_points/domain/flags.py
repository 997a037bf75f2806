"""
What looks wrong, for a person to judge (防弊提示): never a punishment, never booked by itself.

Each rule looks at every fact once, in any order, and tells in the end what it suspects; thresholds are the scheme's, 0 turns a
rule off.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import combinations
from types import MappingProxyType
from typing import Any, Literal

FlagState = Literal["open", "upheld", "dismissed"]
KINDS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "shared-device": ("一部手机为多人签到", "one device checked several members in"),
        "overlapping-hours": ("时长重叠", "hours at two activities overlap"),
        "long-day": ("一天时长过长", "too many hours in one day"),
        "same-evidence": ("同一份凭证用于多项申报", "the same evidence in several claims"),
        "mutual-reviews": ("互相审核,全部通过", "two people always approve each other"),
        "burst": ("期末集中申报", "many claims just before the period ends"),
        "score-plugin": (
            "积分插件出错,已按积分办法计分",
            "the score plugin failed; the scheme's amount was booked",
        ),
        "over-cap": ("多次超出封顶", "again and again more than the cap"),
    }
)
SHARE = 0.6
"""A burst is also so much of what was claimed in the period."""


@dataclass(frozen=True, kw_only=True)
class Thresholds:
    """
    From when something is told. ``days``: how far back is looked. ``shared_device``, ``mutual_reviews``, ``burst_claims``,
    ``over_cap``, ``same_evidence``: how many. ``overlap_minutes``, ``long_day_minutes``: how long. ``burst_days``: the end of a
    period.
    """

    days: int = 62
    shared_device: int = 3
    overlap_minutes: int = 15
    long_day_minutes: int = 960
    same_evidence: int = 2
    mutual_reviews: int = 3
    burst_days: int = 3
    burst_claims: int = 6
    over_cap: int = 5


@dataclass(frozen=True, kw_only=True)
class SaidFact:
    """A claim: of whom, when entered, by whom reviewed and how; ``period``: of its entry, with how many days were left of it."""

    id: str
    member: str
    reviewer: str | None
    approved: bool
    evidence: tuple[str, ...]
    period: str
    days_left: int


@dataclass(frozen=True, kw_only=True)
class TimeFact:
    """A member's confirmed minutes at an activity, between two instants; by which device the member checked in."""

    activity: str
    member: str
    begins: dt.datetime
    ends: dt.datetime
    minutes: int
    day: dt.date
    device: str | None = None


@dataclass(frozen=True, kw_only=True)
class CutFact:
    """An award that a cap cut."""

    member: str
    item: str
    month: str


@dataclass(frozen=True, kw_only=True)
class Suspicion:
    """What is told: ``subject`` names it, so that it is told once; ``members`` whom it is about; ``facts`` for whoever judges."""

    kind: str
    subject: str
    members: tuple[str, ...]
    facts: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Flag:
    """A suspicion on record, and what somebody made of it."""

    id: str
    scheme: str
    kind: str
    subject: str
    members: tuple[str, ...]
    facts: Mapping[str, Any]
    found_at: dt.datetime
    state: FlagState = "open"
    reason: str = ""
    judged_by: str | None = None
    judged_at: dt.datetime | None = None
    version: int = 1


@dataclass
class Watch:
    """Takes the facts page by page and keeps only what its rules need of them."""

    limits: Thresholds
    _devices: dict[tuple[str, str], set[str]] = field(default_factory=lambda: defaultdict(set))
    _times: dict[tuple[str, dt.date], list[TimeFact]] = field(default_factory=lambda: defaultdict(list))
    _evidence: dict[str, dict[str, str]] = field(default_factory=lambda: defaultdict(dict))
    _reviews: Counter[tuple[str, str, bool]] = field(default_factory=Counter)
    _claims: Counter[tuple[str, str, bool]] = field(default_factory=Counter)
    _cuts: Counter[tuple[str, str, str]] = field(default_factory=Counter)

    def see_claims(self, facts: Iterable[SaidFact]) -> None:
        """Look at a page of claims."""
        for one in facts:
            for digest in one.evidence:
                self._evidence[digest][one.id] = one.member
            if one.reviewer:
                self._reviews[one.reviewer, one.member, one.approved] += 1
            self._claims[one.member, one.period, one.days_left < self.limits.burst_days] += 1

    def see_times(self, facts: Iterable[TimeFact]) -> None:
        """Look at a page of attendances."""
        for one in facts:
            if one.device:
                self._devices[one.activity, one.device].add(one.member)
            if one.minutes:
                self._times[one.member, one.day].append(one)

    def see_cuts(self, facts: Iterable[CutFact]) -> None:
        """Look at a page of awards that a cap cut."""
        self._cuts.update((one.member, one.item, one.month) for one in facts)

    def found(self) -> Iterator[Suspicion]:
        """What is suspected, by every rule that is on."""
        for name, rule in _RULES.items():
            limit = getattr(self.limits, name)
            if limit:
                yield from rule(self, limit)

    # --- the rules ----------------------------------------------------------------------------------------------------

    def _shared_device(self, most: int) -> Iterator[Suspicion]:
        for (activity, device), who in self._devices.items():
            if len(who) >= most:
                yield _suspicion(
                    "shared-device", f"{activity}/{device}", who, activity=activity, people=len(who)
                )

    def _overlapping(self, least: int) -> Iterator[Suspicion]:
        for (member, day), times in self._times.items():
            for one, other in combinations(sorted(times, key=lambda time: time.activity), 2):
                span = max(one.ends, other.ends) - min(one.begins, other.begins)
                over = one.minutes + other.minutes - int(span.total_seconds()) // 60
                if over >= least:
                    named = {"activities": [one.activity, other.activity], "minutes": over, "day": str(day)}
                    subject = f"{member}/{one.activity}/{other.activity}"
                    yield _suspicion("overlapping-hours", subject, {member}, **named)

    def _long_day(self, most: int) -> Iterator[Suspicion]:
        for (member, day), times in self._times.items():
            minutes = sum(time.minutes for time in times)
            if minutes > most:
                yield _suspicion("long-day", f"{member}/{day}", {member}, day=str(day), minutes=minutes)

    def _same_evidence(self, most: int) -> Iterator[Suspicion]:
        for digest, claims in self._evidence.items():
            if len(claims) >= most:
                named = {"sha256": digest, "claims": sorted(claims)[:20]}
                yield _suspicion("same-evidence", digest, set(claims.values()), **named)

    def _mutual(self, least: int) -> Iterator[Suspicion]:
        for (reviewer, member, approved), count in self._reviews.items():
            back = self._reviews.get((member, reviewer, True), 0)
            refused = self._reviews.get((reviewer, member, False), 0) + self._reviews.get(
                (member, reviewer, False), 0
            )
            if approved and reviewer < member and min(count, back) >= least and not refused:
                named = {"approved": count, "approved_back": back}
                yield _suspicion("mutual-reviews", f"{reviewer}/{member}", {reviewer, member}, **named)

    def _burst(self, least: int) -> Iterator[Suspicion]:
        for (member, period, late), count in self._claims.items():
            whole = count + self._claims.get((member, period, False), 0)
            if late and count >= least and count >= SHARE * whole:
                named = {"period": period, "claims": count, "of": whole}
                yield _suspicion("burst", f"{member}/{period}", {member}, **named)

    def _over_cap(self, least: int) -> Iterator[Suspicion]:
        for (member, item, month), count in self._cuts.items():
            if count >= least:
                named = {"item": item, "month": month, "times": count}
                yield _suspicion("over-cap", f"{member}/{item}/{month}", {member}, **named)


_RULES: Mapping[str, Callable[[Watch, int], Iterator[Suspicion]]] = MappingProxyType(
    {
        "shared_device": Watch._shared_device,
        "overlap_minutes": Watch._overlapping,
        "long_day_minutes": Watch._long_day,
        "same_evidence": Watch._same_evidence,
        "mutual_reviews": Watch._mutual,
        "burst_claims": Watch._burst,
        "over_cap": Watch._over_cap,
    }
)
"""By the threshold that turns each on."""


def _suspicion(kind: str, subject: str, members: Iterable[str], **facts: Any) -> Suspicion:
    return Suspicion(kind=kind, subject=subject, members=tuple(sorted(members)), facts=facts)
