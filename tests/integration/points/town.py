"""Telling the points service what happened, in batches as the kit does, without a broker."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from whistle.contracts import CaseClosed, CaseReopened, Event, new_event
from whistle.storage import Job, run_together
from whistle_points import handlers
from whistle_points.rules import Rules

NOON = dt.datetime(2026, 3, 1, 4, 0, tzinfo=dt.UTC)
HANDLERS: dict[type, Any] = {CaseClosed: handlers.award_helpers, CaseReopened: handlers.take_back}
DEFAULT = Rules()


def closed(
    case_no="26-00001-2",
    *,
    members=("m-1",),
    rating="satisfied",
    case_round=1,
    district="mawei",
    category=None,
):
    """A new message that tells of a closing."""
    data = CaseClosed(outcome="resolved", rating=rating, round=case_round, members=members, category=category)
    return new_event(data, source="intake", district=district, time=NOON, case_no=case_no)


def reopened(case_no="26-00001-2", *, case_round=2, district="mawei"):
    """A new message that tells of a reopening."""
    data = CaseReopened(reason="dissatisfied", round=case_round)
    return new_event(data, source="intake", district=district, time=NOON, case_no=case_no)


def tell(database, events: Sequence[Event], *, spoiled: frozenset[str] = frozenset(), rules: Rules = DEFAULT):
    """
    One batch. Events whose id is in ``spoiled`` are handled and then fail.

    Returns the results by event id.
    """

    def job(event):
        def run(unit):
            HANDLERS[type(event.data)](unit, event, rules=rules)
            if event.id in spoiled:
                raise RuntimeError("spoiled")

        return Job(run=run, cause=event)

    def prepare(unit, jobs):
        unit.preload({job.cause.case_no for job in jobs})
        return jobs

    jobs = {job(event): event.id for event in events}
    results = run_together(database, list(jobs), prepare=prepare)
    return {jobs[job]: result for job, result in results.items()}
