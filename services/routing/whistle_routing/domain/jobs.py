"""
A case as routing knows it.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal

from whistle.contracts import CaseFiled, Event
from whistle.contracts.plugin import TriggerKind

JobState = Literal["pending", "routed", "ruling", "done", "closed"]
"""``ruling``: nobody leads until the arbiter has said who does."""

RULED_AFTER_HOPS = 2
"""After so many returns no rule is asked again: the arbiter rules (domain D3: no third bounce)."""


@dataclass(frozen=True, kw_only=True)
class Job:
    """
    A case as routing knows it. ``trigger`` says why it is pending again, ``trigger_by`` who wanted that; ``returned_by`` are the
    parties that gave it back in this round or from which it was recalled, in order: they are not asked again. ``consent``: who told
    of it agreed to be known to whoever handles it; ``callback`` is their number, masked.

    ``owner`` received it first and answers for it to its end (首办责任, S4-19); None: the duty desk, until somebody has received
    it. ``hops``: how often a return sent it on in this round. ``ruling``: the plea to the arbiter, open or decided.
    """

    no: str
    version: int
    district: str
    state: JobState
    title: str
    text: str
    place: str | None
    grid: str | None
    door: str
    category: str | None
    tags: tuple[str, ...]
    filed_at: dt.datetime
    pending_since: dt.datetime
    round: int = 1
    lead: str | None = None
    handling_class: str | None = None
    trigger: TriggerKind | None = None
    trigger_detail: str = ""
    trigger_by: str | None = None
    returned_by: tuple[str, ...] = ()
    consent: bool = False
    callback: str | None = None
    owner: str | None = None
    hops: int = 0
    ruling: str | None = None


def new_job(event: Event[CaseFiled], now: dt.datetime) -> Job:
    """A case that was filed and waits for its first decision."""
    data = event.data
    return Job(
        no=event.case_no or "",
        version=1,
        district=event.district,
        state="pending",
        title=data.title,
        text=data.text,
        place=data.place,
        grid=data.grid,
        door=data.door,
        category=data.category,
        tags=data.tags,
        filed_at=data.filed_at,
        pending_since=now,
        consent=data.consent,
        callback=data.callback,
    )
