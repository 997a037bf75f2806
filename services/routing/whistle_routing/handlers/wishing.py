"""
The need list (需求清单): micro-wishes with who claimed them and what became of each.
"""

from __future__ import annotations

from dataclasses import replace

from whistle_routing.domain import Dispatch, Job
from whistle_routing.domain.wishes import MicroWish, WishState, as_wish, is_wish
from whistle_routing.store import RoutingUnit


def list_wishes(
    unit: RoutingUnit, district: str, *, state: WishState | None, after: str, limit: int
) -> tuple[list[MicroWish], str | None]:
    """A page of a district's wishes in this state (None: all), in the order of their numbers, and behind which the next begins."""
    found: list[MicroWish] = []
    while len(found) < limit:
        page = unit.wishes(district, after=after, limit=limit)
        unit.preload([job.no for job in page])
        for job in page:
            wish, after = as_wish(job, unit.dispatches_of(job.no)), job.no
            if state in (None, wish.state):
                found.append(wish)
            if len(found) == limit:
                return found, after
        if len(page) < limit:
            return found, None
    return found, after


def offered_on(job: Job, changed: Dispatch) -> Job:
    """A wish that was declined: it is no hop on the way to the arbiter, and whoever was offered it first does not own it."""
    if not is_wish(job.category):
        return job
    return replace(job, owner=None if changed.role == "lead" and job.owner == changed.party else job.owner)
