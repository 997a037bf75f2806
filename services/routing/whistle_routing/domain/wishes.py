"""
Micro-wishes (微心愿, S2-13): a need list (需求清单), each wish offered to who may fulfil it, claimed by a named person, fulfilled.

A wish is no duty: who declines need name no law, stays no owner, and nobody is forced by a ruling; it is offered to the next.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, get_args

from whistle_routing.domain.dispatches import Dispatch
from whistle_routing.domain.jobs import Job

WISH = "微心愿"
"""How the category of a wish ends."""
WishState = Literal["waiting", "offered", "claimed", "fulfilled"]
STATES: tuple[WishState, ...] = get_args(WishState)


@dataclass(frozen=True, kw_only=True)
class MicroWish:
    """
    One line of the need list. ``party`` has it now (or had, once fulfilled); ``by`` is the person who claimed or fulfilled it,
    ``since`` when; ``declined_by`` were offered it and did not take it.
    """

    no: str
    district: str
    title: str
    category: str
    grid: str | None
    filed_at: dt.datetime
    state: WishState
    party: str | None
    by: str | None
    since: dt.datetime
    declined_by: tuple[str, ...]


def is_wish(category: str | None) -> bool:
    """Is a case of this category a wish?"""
    return category is not None and (category == WISH or category.endswith(f"/{WISH}"))


def as_wish(job: Job, dispatches: Iterable[Dispatch]) -> MicroWish:
    """A case as a line of the need list; ``dispatches`` are its own."""
    leads = [one for one in dispatches if one.round == job.round and one.role == "lead" and not one.gone]
    lead = max(leads, key=lambda one: one.id, default=None)
    return MicroWish(
        no=job.no,
        district=job.district,
        title=job.title,
        category=job.category or "",
        grid=job.grid,
        filed_at=job.filed_at,
        state=_state(job, lead),
        party=lead.party if lead else None,
        by=lead.by if lead else None,
        since=lead.changed_at if lead else job.pending_since,
        declined_by=job.returned_by,
    )


def _state(job: Job, lead: Dispatch | None) -> WishState:
    if job.state in ("done", "closed"):
        return "fulfilled"
    if lead is None or job.state in ("pending", "ruling"):
        return "waiting"
    return "offered" if lead.state == "sent" else "claimed"
