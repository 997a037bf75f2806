"""
What is read as rows and counts, to be shown and to be checked.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Any

import sqlalchemy as sa

from whistle.contracts.organisation import KINDS
from whistle.topology import actions_queue
from whistle_routing.store.mail_marks import gaps
from whistle_routing.store.organisation_tables import nodes
from whistle_routing.store.return_tables import pleas, precedents
from whistle_routing.store.tables import (
    OPEN_STATES,
    actions,
    clocks,
    decisions,
    dispatches,
    jobs,
    kit,
    parties,
    whistles,
)

outbox = kit.outbox


class Reading:
    """Reads of routing's unit of work that leave nothing to write back."""

    connection: sa.Connection
    _workloads: dict[str, dict[str, int]]

    def party_rows(self, district: str | None = None) -> list[dict[str, Any]]:
        """The known parties."""
        query = sa.select(parties).order_by(parties.c.district, parties.c.id)
        if district:
            query = query.where(parties.c.district == district)
        return [dict(row) for row in self.connection.execute(query).mappings()]

    def grid_rows(self, district: str, day: dt.date) -> list[dict[str, Any]]:
        """The grid tree of a district on a day, down to the micro-grid."""
        light = [kind.code for kind in KINDS.values() if kind.light]
        query = sa.select(nodes.c.district, nodes.c.code, nodes.c.parent, nodes.c.kind, nodes.c.name)
        query = query.where(nodes.c.district == district, nodes.c.kind.in_(light))
        query = query.where(nodes.c.start <= day, nodes.c.end > day).order_by(nodes.c.code)
        return [dict(row) for row in self.connection.execute(query).mappings()]

    def workload(self, district: str) -> dict[str, int]:
        """How many dispatches each party of a district has that are not reported; read once a unit of work."""
        known: dict[str, int] | None = self._workloads.get(district)
        if known is None:
            query = sa.select(dispatches.c.party, sa.func.count()).group_by(dispatches.c.party)
            query = query.where(dispatches.c.district == district, dispatches.c.state.in_(OPEN_STATES))
            known = {row[0]: row[1] for row in self.connection.execute(query)}
            self._workloads[district] = known
        return known

    def repeats(
        self, district: str, grids: Collection[str], since: dt.datetime, *, but: Collection[str]
    ) -> dict[str, dict[str, int]]:
        """How many cases of each category were filed for these grids since then, without ``but``; by grid and category."""
        query = sa.select(jobs.c.grid, jobs.c.category, sa.func.count()).where(
            jobs.c.district == district,
            jobs.c.grid.in_(grids),
            jobs.c.filed_at >= since,
            jobs.c.category.is_not(None),
            jobs.c.no.not_in(but),
        )
        found: dict[str, dict[str, int]] = {}
        for grid, category, count in self.connection.execute(query.group_by(jobs.c.grid, jobs.c.category)):
            found.setdefault(grid, {})[category] = count
        return found

    def decisions_of(self, case_no: str) -> list[dict[str, Any]]:
        """The decisions about a case with their reasons, oldest first."""
        query = sa.select(decisions).where(decisions.c.case_no == case_no).order_by(decisions.c.id)
        return [dict(row) for row in self.connection.execute(query).mappings()]

    def tries_again(self, dispatch: str, *, before: str) -> bool:
        """
        Whether an action about the dispatch, whose id is below ``before``, could not be handled yet and waits for its next try.
        Ids of one sender grow with time.
        """
        waits = sa.and_(
            outbox.c.published_at.is_(None),
            outbox.c.kind == "later",
            outbox.c.routing_key == actions_queue().name,
            outbox.c.message_id < before,
            outbox.c.body.contains(dispatch, autoescape=True),
        )
        return bool(self.connection.scalar(sa.select(sa.exists().where(waits))))

    def missing_cases(self, numbers: Collection[str]) -> set[str]:
        """Which of these cases routing does not know."""
        known = set(self.connection.scalars(sa.select(jobs.c.no).where(jobs.c.no.in_(numbers))))
        return set(numbers) - known

    def facts(self) -> dict[str, int]:
        """Counts for reports."""
        count = sa.func.count()
        queries = {
            "routed": sa.select(sa.func.count(decisions.c.case_no.distinct())),
            "dispatches": sa.select(count).select_from(dispatches),
            "whistles": sa.select(count).select_from(whistles),
            "returned": sa.select(count).select_from(dispatches).where(dispatches.c.state == "returned"),
            "refused_actions": sa.select(count).select_from(actions).where(actions.c.refused.is_not(None)),
            "fallbacks": sa.select(count)
            .select_from(decisions)
            .where(decisions.c.source.in_(("fallback", "duty-desk"))),
            "rulings": sa.select(count).select_from(pleas).where(pleas.c.kind == "ruling"),
            "precedents": sa.select(count).select_from(precedents),
        }
        return {name: self.connection.scalar(query) or 0 for name, query in queries.items()}

    def differences(self) -> list[str]:
        """What of routing's own books does not fit together, one line each (zh / en)."""
        sent = sa.select(dispatches.c.case_no).where(dispatches.c.case_no == jobs.c.no)
        orphans = sa.select(jobs.c.no).where(jobs.c.state == "routed", ~sent.exists())
        unread = sa.select(whistles.c.id).where(whistles.c.state == "blown", whistles.c.acceptance)
        to_accept = sa.and_(dispatches.c.state == "reported", dispatches.c.whistle.in_(unread))
        at_work = sa.select(dispatches.c.case_no).where(
            dispatches.c.case_no == jobs.c.no,
            dispatches.c.round == jobs.c.round,
            sa.or_(dispatches.c.state.in_(OPEN_STATES), to_accept),
        )
        stuck = sa.select(jobs.c.no).where(jobs.c.state == "routed", sent.exists(), ~at_work.exists())
        clockless = sa.select(dispatches.c.id).where(
            ~sa.select(clocks.c.id).where(clocks.c.id == dispatches.c.id).exists()
        )
        asked = sa.select(pleas.c.id).where(
            pleas.c.id == jobs.c.ruling, pleas.c.kind == "ruling", pleas.c.state == "open"
        )
        unruled = sa.select(jobs.c.no).where(jobs.c.state == "ruling", ~asked.exists())
        ownerless = sa.select(jobs.c.no).where(jobs.c.state.in_(("routed", "done")), jobs.c.owner.is_(None))
        return [
            *(
                f"{no} 待裁定却无人受理裁定 / {no} waits for a ruling that nobody is asked for"
                for no in self.connection.scalars(unruled)
            ),
            *(f"{no} 没有首办单位 / {no} has no owner" for no in self.connection.scalars(ownerless)),
            *(
                f"{no} 已分派却没有派单 / {no} is routed without a dispatch"
                for no in self.connection.scalars(orphans)
            ),
            *(
                f"{no} 无人在办却未办结 / {no} is not done although nobody is at work on it"
                for no in self.connection.scalars(stuck)
            ),
            *(
                f"派单 {one} 没有时限 / dispatch {one} has no clock"
                for one in self.connection.scalars(clockless)
            ),
            *gaps(self.connection),
        ]
