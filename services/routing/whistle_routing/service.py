"""
Routing: a table of contents.
"""

from __future__ import annotations

from typing import Any

from whistle.contracts import Action, CaseClosed, CaseFiled, CaseReopened, Event
from whistle.http.routes import Request
from whistle.messaging.subscribe import subscribe, subscribe_actions
from whistle.plugins.loader import load_packs
from whistle.privacy import KeyRing
from whistle.runtime.host import Provide
from whistle.runtime.web import route
from whistle.runtime.work import work
from whistle.settings import with_secret
from whistle.topology import Queue, party_queue
from whistle_routing import api, handlers, schemas
from whistle_routing.store import RoutingUnit
from whistle_routing.tools import Tools


class RoutingService:
    """Owns who must act and until when."""

    name = "routing"
    unit = RoutingUnit
    tools = Provide(Tools.of)

    # --- events -----------------------------------------------------------------------------------------------

    @subscribe(CaseFiled)
    def take_case(self, unit: RoutingUnit, event: Event[CaseFiled]) -> None:
        handlers.take_case(unit, event)

    @subscribe(CaseReopened)
    def reopen_case(self, unit: RoutingUnit, event: Event[CaseReopened]) -> None:
        handlers.reopen_case(unit, event)

    @subscribe(CaseClosed)
    def close_case(self, unit: RoutingUnit, event: Event[CaseClosed]) -> None:
        handlers.close_case(unit, event)

    @subscribe_actions()
    def take_action(self, unit: RoutingUnit, event: Event[Action], user: str | None) -> None:
        handlers.take_action(unit, event, user, tools=self.tools)

    # --- background work --------------------------------------------------------------------------------------

    @work()
    def route_pending(self) -> int:
        handlers.route_pending(self.tools)
        return 0  # the lanes go on by themselves

    @work(every=3600.0)
    def tell_waiting(self) -> int:
        return handlers.tell_waiting(self.tools)

    @work()
    def fire_clocks(self) -> int:
        return handlers.fire_clocks(self.tools)

    # --- HTTP -------------------------------------------------------------------------------------------------

    @route(
        "GET", "/api/v1/dispatches", query=schemas.DispatchQuery, answer=schemas.DispatchPage, role="worker"
    )
    def list_dispatches(self, unit: RoutingUnit, request: Request) -> Any:
        return api.list_dispatches(unit, request)

    @route(
        "POST",
        "/api/v1/dispatches/<dispatch>/actions",
        body=schemas.ActionBody,
        answer=schemas.DispatchAnswer,
        role="worker",
    )
    def post_action(self, unit: RoutingUnit, request: Request) -> Any:
        return api.post_action(unit, request)

    @route("GET", "/api/v1/parties", query=schemas.DistrictQuery, role="worker")
    def list_parties(self, unit: RoutingUnit, request: Request) -> Any:
        return api.list_parties(unit, request)

    @route("GET", "/api/v1/districts/<district>", role="worker")
    def get_district(self, unit: RoutingUnit, request: Request) -> Any:
        return api.get_district(unit, request, tools=self.tools)

    @route("GET", "/api/v1/plugins", role="district")
    def list_plugins(self, _unit: RoutingUnit, _request: Request) -> Any:
        return api.list_plugins(self.tools)

    @route("GET", "/api/v1/dispatches/decisions/<case_no>", role="worker")
    def get_decisions(self, unit: RoutingUnit, request: Request) -> Any:
        return api.get_decisions(unit, request)

    @classmethod
    def prepare(cls, database: Any, settings: Any) -> None:
        """Load the organisation of the installed packs; called with the migrations."""
        packs = load_packs(settings.districts or None)
        handlers.load_organisations(database, packs, keys=lambda: KeyRing(with_secret(settings)))

    @classmethod
    def complaints(cls, unit: RoutingUnit, settings: Any) -> list[str]:
        """What ``whistle verify`` and ``whistle doctor`` say about this database under these settings."""
        return handlers.complaints(unit, load_packs(settings.districts or None).keys())

    @classmethod
    def queues(cls, settings: Any) -> list[Queue]:
        """
        The parties' queues, declared with the service's own: work waits there before the party has
        connected for the first time.
        """
        if not settings.party_queues:
            return []
        packs = load_packs(settings.districts or None)
        return [
            party_queue(district, party.id)
            for district, pack in packs.items()
            for party in pack.tables.parties
            if party.channel == "queue"
        ]
