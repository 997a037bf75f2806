"""
Frozen reports: the ranking by which members are commended (评优评先, S1-21) and the list for the public, each for a period, by a
dated formula. A report is never changed: what was wrong is put right by a new edition that names the old one.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from types import MappingProxyType
from typing import Literal

from whistle_points.domain.canonical import sha256_of
from whistle_points.domain.members import MemberState
from whistle_points.domain.scheme import Scheme

ReportKind = Literal["ranking", "public"]
REPORT_KINDS: Mapping[ReportKind, tuple[str, str]] = MappingProxyType(
    {
        "ranking": ("评优评先排名", "ranking for commendations"),
        "public": ("积分公开名单", "public list of points"),
    }
)
Verdict = Literal["", "commended", "hours", "blocked", "left"]
VERDICTS: Mapping[Verdict, tuple[str, str]] = MappingProxyType(
    {
        "": ("", ""),
        "commended": ("拟表彰", "to be commended"),
        "hours": ("服务小时不足", "too few hours of service"),
        "blocked": ("冻结,不参评", "blocked: not considered"),
        "left": ("已转出,不参评", "has left: not considered"),
    }
)


@dataclass(frozen=True, kw_only=True)
class Formula:
    """How scores are made, from a day on; periods that end before it keep the formula before."""

    id: str
    valid_from: dt.date
    zh: str
    en: str


FORMULAS: tuple[Formula, ...] = (
    Formula(
        id="sum-1",
        valid_from=dt.date(2000, 1, 1),
        zh="得分 = 期间内入账奖励之和 − 扣分之和,已冲正的不计,兑换不减分;同分同名次,按编号排列。",
        en="Score = awards of the period less deductions; what was reversed does not count, spending does not matter. "
        "Equal scores share a place and stand by number.",
    ),
)
"""Oldest first. One that was used is never edited: a change is a new one."""


def formula_at(day: dt.date) -> Formula:
    """The formula for a period that ends on this day."""
    found = [one for one in FORMULAS if one.valid_from <= day]
    return found[-1] if found else FORMULAS[0]


@dataclass(frozen=True, kw_only=True)
class Standing:
    """What is known of a member when a report is made; ``minutes`` of confirmed service in the period."""

    member: str
    name: str
    branch: str
    state: MemberState
    exempt_until: dt.date | None
    tenths: int
    minutes: int


@dataclass(frozen=True, kw_only=True)
class ReportRow:
    """One line as it was frozen; ``name`` as it is shown."""

    place: int
    member: str
    name: str
    branch: str
    tenths: int
    minutes: int
    verdict: Verdict


@dataclass(frozen=True, kw_only=True)
class Report:
    """
    A frozen report. ``edition`` counts corrections of the same period, ``corrects`` names the report before, ``reason`` says why.

    It is bound to the rule text (``text``; ``text_hash`` of the scheme's file) and to the head of the chain when it was made.
    ``hash``: SHA-256 over the canonical JSON of everything else.
    """

    id: str
    scheme: str
    kind: ReportKind
    period: str
    edition: int
    corrects: str | None
    reason: str
    formula: str
    rules: int
    text: str
    text_hash: str
    head_seq: int
    head_hash: str
    made_at: dt.datetime
    made_by: str
    rows: tuple[ReportRow, ...]
    hash: str = ""


def sealed(report: Report) -> Report:
    """The report with its hash."""
    return replace(report, hash=report_digest(report))


def report_digest(report: Report) -> str:
    """The hash that a report of this content has."""
    content = {name: value for name, value in asdict(report).items() if name != "hash"}
    made_at = report.made_at.astimezone(dt.UTC).isoformat(timespec="microseconds")
    return sha256_of({**content, "made_at": made_at})


def ranking_rows(
    standings: Iterable[Standing], scheme: Scheme, *, last: dt.date, months: int
) -> tuple[ReportRow, ...]:
    """Everybody with a score, in order; who is proposed for a commendation, and who is not for which reason."""
    ordered = _in_order(standings)
    least = (scheme.hours_target or 0) * 60 * months // 12
    fit = [one for one in ordered if one.tenths > 0 and not _obstacle(one, least=least, last=last)]
    chosen = fit[: scheme.commend]
    bar = chosen[-1].tenths if chosen else None  # whoever has as much as the last one is commended too

    def verdict(one: Standing) -> Verdict:
        found = _obstacle(one, least=least, last=last)
        return found or ("commended" if bar is not None and one.tenths >= bar else "")

    return _rows(ordered, [verdict(one) for one in ordered], [one.name for one in ordered])


def public_rows(standings: Iterable[Standing], scheme: Scheme) -> tuple[ReportRow, ...]:
    """Active members only: who is under investigation or has left is not listed; names as the district decides."""
    ordered = _in_order(one for one in standings if one.state == "active")
    names = [one.name if scheme.public_names == "full" else masked_name(one.name) for one in ordered]
    return _rows(ordered, [""] * len(ordered), names)


def masked_name(name: str) -> str:
    """``张*``, ``张**``: the first character, and stars for the others (two at most)."""
    return name[:1] + "*" * min(2, max(1, len(name) - 1))


def _in_order(standings: Iterable[Standing]) -> list[Standing]:
    return sorted(standings, key=lambda one: (-one.tenths, one.member))


def _obstacle(one: Standing, *, least: int, last: dt.date) -> Verdict:
    if one.state != "active":
        return one.state
    exempt = one.exempt_until is not None and one.exempt_until >= last
    return "hours" if one.minutes < least and not exempt else ""


def _rows(
    ordered: Sequence[Standing], verdicts: Sequence[Verdict], names: Sequence[str]
) -> tuple[ReportRow, ...]:
    made: list[ReportRow] = []
    for count, (one, verdict, name) in enumerate(zip(ordered, verdicts, names, strict=True), start=1):
        place = made[-1].place if made and made[-1].tenths == one.tenths else count
        made.append(
            ReportRow(
                place=place,
                member=one.member,
                name=name,
                branch=one.branch,
                tenths=one.tenths,
                minutes=one.minutes,
                verdict=verdict,
            )
        )
    return tuple(made)
