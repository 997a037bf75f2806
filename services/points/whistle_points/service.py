"""
The points service: a table of contents. What it answers over HTTP stands in :mod:`whistle_points.routes`.
"""

from __future__ import annotations

from whistle.contracts import ActivityCompleted, CaseClosed, CaseReopened, Event, OrganisationTold
from whistle.messaging.subscribe import subscribe
from whistle.runtime.host import Provide
from whistle.runtime.work import work
from whistle_points import handlers
from whistle_points.pages.look import load_look
from whistle_points.routes import (
    AccountRoutes,
    ActivityRoutes,
    ClaimRoutes,
    FlagRoutes,
    GridRoutes,
    PageRoutes,
    PlaceRoutes,
    RecordRoutes,
    ReportRoutes,
    RewardRoutes,
    StatementRoutes,
)
from whistle_points.store import PointsUnit, keep_tree
from whistle_points.tools import Tools


class PointsService(
    AccountRoutes,
    ActivityRoutes,
    ClaimRoutes,
    RewardRoutes,
    RecordRoutes,
    ReportRoutes,
    StatementRoutes,
    PlaceRoutes,
    FlagRoutes,
    GridRoutes,
    PageRoutes,
):
    """Awards points, takes them back, holds and settles what they are spent for, and shows and checks the books."""

    name = "points"
    unit = PointsUnit
    tools = Provide(Tools.of)
    look = Provide(lambda _host: load_look())

    @subscribe(CaseClosed)
    def award(self, unit: PointsUnit, event: Event[CaseClosed]) -> None:
        handlers.hear_of(unit, event, rules=self.tools.rules)

    @subscribe(CaseReopened)
    def take_back(self, unit: PointsUnit, event: Event[CaseReopened]) -> None:
        handlers.take_back(unit, event, rules=self.tools.rules)

    @subscribe(ActivityCompleted)
    def award_time(self, unit: PointsUnit, event: Event[ActivityCompleted]) -> None:
        handlers.hear_of(unit, event, rules=self.tools.rules)

    @subscribe(OrganisationTold)
    def keep_tree(self, unit: PointsUnit, event: Event[OrganisationTold]) -> None:
        keep_tree(unit, event)

    @work(every=20.0)
    def sweep(self) -> int:
        return handlers.sweep(self.tools)

    @work(every=20.0)
    def score_deeds(self) -> int:
        return handlers.score_deeds(self.tools)

    @work(every=3600.0)
    def plan_ahead(self) -> int:
        return handlers.plan_ahead(self.tools)

    @work(every=3600.0)
    def watch(self) -> int:
        return handlers.watch(self.tools)
