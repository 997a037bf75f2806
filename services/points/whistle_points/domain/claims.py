"""
The way of a point: somebody says what was done, somebody else checks it, a list is made public, whoever disagrees appeals.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from whistle_points.domain.scheme import Assessor

ClaimState = Literal["submitted", "approved", "rejected"]
PublicationState = Literal["open", "final"]
Outcome = Literal["kept", "reversed", "more"]
"""What comes of an appeal: nothing, the entry is taken back, or more is awarded."""
OUTCOMES: tuple[Outcome, ...] = ("kept", "reversed", "more")
MOST_HUNDREDTHS = 1_000_000
OLDEST = dt.timedelta(days=366)
"""What is longer ago is not claimed any more."""
_PERIOD = re.compile(r"(\d{4})(?:-(0[1-9]|1[0-2])|-Q([1-4]))?")


@dataclass(frozen=True, kw_only=True)
class Claim:
    """
    What somebody says a member did: ``hundredths`` of the item's unit on ``day``; ``granted`` is what the reviewer found.

    ``evidence``: each with ``kind``, ``sha256`` of the file and a ``note``; the files themselves stay where they are.
    """

    id: str
    scheme: str
    member: str
    item: str
    assessor: Assessor
    hundredths: int
    day: dt.date
    evidence: tuple[Mapping[str, Any], ...]
    note: str
    state: ClaimState
    submitted_by: str
    submitted_at: dt.datetime
    granted: int | None = None
    reviewed_by: str | None = None
    reviewed_at: dt.datetime | None = None
    reason: str = ""
    version: int = 1


@dataclass(frozen=True, kw_only=True)
class Publication:
    """
    A list that was made public (公示): the totals of a period as they stood, bound to the head of the chain and the rule text.

    ``rows``: member, name, tenths, how many entries; ``rows_hash`` is their SHA-256. Appeals are taken until ``appeal_until``.
    """

    id: str
    scheme: str
    period: str
    state: PublicationState
    opened_at: dt.datetime
    opened_by: str
    appeal_until: dt.datetime
    rules: int
    text_hash: str
    head_seq: int
    head_hash: str
    rows: tuple[tuple[str, str, int, int], ...]
    rows_hash: str
    version: int = 1


@dataclass(frozen=True, kw_only=True)
class Appeal:
    """A member disagrees with an entry (申诉); somebody who neither reviewed nor filed it decides."""

    id: str
    scheme: str
    award: str
    member: str
    text: str
    filed_by: str
    filed_at: dt.datetime
    state: Literal["open", "decided"] = "open"
    outcome: Outcome | None = None
    reason: str = ""
    decided_by: str | None = None
    decided_at: dt.datetime | None = None
    version: int = 1


def period_days(period: str) -> tuple[dt.date, dt.date]:
    """
    First and last day of ``2026``, ``2026-03`` or ``2026-Q1``.

    Raises:
        ValueError: it is none of these.
    """
    found = _PERIOD.fullmatch(period)
    if found is None or not 1 <= int(found[1]) <= 9998:
        raise ValueError(f"{period!r} is no year, quarter or month")
    year = int(found[1])
    if found[2]:
        first, months = dt.date(year, int(found[2]), 1), 1
    elif found[3]:
        first, months = dt.date(year, int(found[3]) * 3 - 2, 1), 3
    else:
        first, months = dt.date(year, 1, 1), 12
    years, month = divmod(first.month - 1 + months, 12)
    return first, dt.date(year + years, month + 1, 1) - dt.timedelta(days=1)


def period_of(day: dt.date, length: Literal["month", "quarter", "year"]) -> str:
    """The period of that length in which a day lies."""
    if length == "year":
        return f"{day.year:04}"
    return f"{day.year:04}-{day.month:02}" if length == "month" else f"{day.year:04}-Q{(day.month + 2) // 3}"


def missing_evidence(wanted: tuple[str, ...], given: tuple[Mapping[str, Any], ...]) -> Iterator[str]:
    """The kinds of evidence that an item asks for and a claim does not bring."""
    kinds = {one["kind"] for one in given}
    return (kind for kind in wanted if kind not in kinds)
