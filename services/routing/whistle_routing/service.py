"""
Routing: a table of contents.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from whistle.contracts import Action, CaseAnswered, CaseClosed, CaseFiled, CaseReopened, Event
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
from whistle_routing.api import parties as api_parties
from whistle_routing.handlers import mail
from whistle_routing.office import PostOffice
from whistle_routing.pages.look import load_look
from whistle_routing.routes import (
    ConsultationRoutes,
    DeskRoutes,
    ReturnRoutes,
    SittingRoutes,
    WhistleRoutes,
    WishRoutes,
)
from whistle_routing.schemas import parties as bodies
from whistle_routing.store import RoutingUnit
from whistle_routing.tools import Tools

PARTY = "/api/v1/parties/<district>/<party>"
ORGANISATION = "/api/v1/districts/<district>/organisation"


class RoutingService(ConsultationRoutes, DeskRoutes, ReturnRoutes, SittingRoutes, WhistleRoutes, WishRoutes):
    """Owns who must act and until when."""

    name = "routing"
    unit = RoutingUnit
    tools = Provide(Tools.of)
    office = Provide(PostOffice.of)
    look = Provide(lambda _host: load_look())

    # --- events -----------------------------------------------------------------------------------------------

    @subscribe(CaseFiled, ahead="foresee")
    def take_case(
        self, unit: RoutingUnit, event: Event[CaseFiled], foreseen: handlers.Foreseen | None
    ) -> None:
        handlers.take_case(unit, event, tools=self.tools, foreseen=foreseen)

    def foresee(self, events: Sequence[Event[CaseFiled]]) -> handlers.Foreseen:
        return handlers.foresee(self.tools, events)

    @subscribe(CaseReopened)
    def reopen_case(self, unit: RoutingUnit, event: Event[CaseReopened]) -> None:
        handlers.reopen_case(unit, event, tools=self.tools)

    @subscribe(CaseClosed)
    def close_case(self, unit: RoutingUnit, event: Event[CaseClosed]) -> None:
        handlers.close_case(unit, event, tools=self.tools)

    @subscribe(CaseAnswered)
    def follow_answer(self, unit: RoutingUnit, event: Event[CaseAnswered]) -> None:
        handlers.follow_answer(unit, event, tools=self.tools)

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
    def follow_orders(self) -> int:
        return handlers.follow_orders(self.tools)

    @work(every=3600.0)
    def tell_calendars(self) -> int:
        return handlers.tell_calendars(self.tools)

    @work()
    def fire_clocks(self) -> int:
        return handlers.fire_clocks(self.tools)

    @work(every=10.0)
    def follow_calendars(self) -> int:
        return handlers.follow_calendars(self.tools)

    @work(every=5.0)
    def tell_organisations(self) -> int:
        return handlers.tell_organisations(self.tools.database)

    @work(every=60.0)
    def tell_sittings(self) -> int:
        return handlers.tell_sittings(self.tools)

    @work()
    def deliver_webhooks(self) -> int:
        return mail.deliver_webhooks(self.office)

    # --- HTTP -------------------------------------------------------------------------------------------------

    @route(
        "GET", "/api/v1/dispatches", query=schemas.DispatchQuery, answer=schemas.DispatchPage, role="worker"
    )
    def list_dispatches(self, unit: RoutingUnit, request: Request) -> Any:
        return api.list_dispatches(unit, request, tools=self.tools)

    @route(
        "POST",
        "/api/v1/dispatches/<dispatch>/actions",
        body=schemas.ActionBody,
        answer=schemas.DispatchAnswer,
        role="party",
    )
    def post_action(self, unit: RoutingUnit, request: Request) -> Any:
        return api.post_action(unit, request, tools=self.tools)

    @route("GET", "/api/v1/clocks", query=schemas.ClockQuery, answer=schemas.ClockPage, role="worker")
    def list_clocks(self, unit: RoutingUnit, request: Request) -> Any:
        return api.list_clocks(unit, request)

    @route("GET", "/api/v1/clocks/<clock>", answer=schemas.ExplainedClock, role="worker")
    def get_clock(self, unit: RoutingUnit, request: Request) -> Any:
        return api.get_clock(unit, request, tools=self.tools)

    @route(
        "POST",
        "/api/v1/clocks/<clock>/actions",
        body=schemas.ClockActionBody,
        answer=schemas.ClockAnswer,
        role="street",
    )
    def move_clock(self, unit: RoutingUnit, request: Request) -> Any:
        return api.move_clock(unit, request, tools=self.tools)

    @route(
        "GET",
        "/api/v1/supervisions",
        query=schemas.SupervisionQuery,
        answer=schemas.SupervisionPage,
        role="worker",
    )
    def list_supervisions(self, unit: RoutingUnit, request: Request) -> Any:
        return api.list_supervisions(unit, request)

    @route("GET", "/api/v1/parties", query=schemas.DistrictQuery, role="worker")
    def list_parties(self, unit: RoutingUnit, request: Request) -> Any:
        return api.list_parties(unit, request)

    @route("GET", "/api/v1/districts/<district>", role="worker")
    def get_district(self, unit: RoutingUnit, request: Request) -> Any:
        return api.get_district(unit, request, tools=self.tools)

    @route("GET", "/api/v1/plugins", role="district")
    def list_plugins(self, _unit: RoutingUnit, _request: Request) -> Any:
        return api.list_plugins(self.tools)

    @route("GET", "/api/v1/plugins/<district>", role="district")
    def get_plugin(self, unit: RoutingUnit, request: Request) -> Any:
        return api.get_plugin(unit, request, tools=self.tools)

    @route("POST", "/api/v1/plugins/<district>/<verb>", body=schemas.OrderBody, role="district", status=202)
    def post_plugin_order(self, unit: RoutingUnit, request: Request) -> Any:
        return api.post_plugin_order(unit, request, tools=self.tools)

    @route("GET", "/api/v1/plugins/<district>/shadow", query=schemas.ShadowQuery, role="district")
    def list_shadow_decisions(self, unit: RoutingUnit, request: Request) -> Any:
        return api.list_shadow_decisions(unit, request)

    @route("GET", "/api/v1/dispatches/decisions/<case_no>", role="worker")
    def get_decisions(self, unit: RoutingUnit, request: Request) -> Any:
        return api.get_decisions(unit, request)

    # --- parties ----------------------------------------------------------------------------------------------

    @route("GET", PARTY, role="party")
    def get_party(self, unit: RoutingUnit, request: Request) -> Any:
        return api_parties.get_party(unit, request, tools=self.tools)

    @route("GET", f"{PARTY}/messages", query=bodies.LettersQuery, role="party")
    def list_letters(self, unit: RoutingUnit, request: Request) -> Any:
        return api_parties.list_letters(unit, request, tools=self.tools)

    @route("POST", f"{PARTY}/replay", body=bodies.ReplayBody, role="party", status=202)
    def post_replay(self, unit: RoutingUnit, request: Request) -> Any:
        return api_parties.post_replay(unit, request, tools=self.tools, office=self.office)

    @route("PUT", f"{PARTY}/way", body=bodies.WayBody, role="district")
    def put_way(self, unit: RoutingUnit, request: Request) -> Any:
        return api_parties.put_way(unit, request, tools=self.tools, office=self.office)

    @route("POST", f"{PARTY}/pledges", body=bodies.PledgeBody, role="community", status=201)
    def post_pledge(self, unit: RoutingUnit, request: Request) -> Any:
        return api_parties.post_pledge(unit, request, tools=self.tools)

    @route("GET", "/api/v1/districts/<district>/pledges", role="worker")
    def list_pledges(self, unit: RoutingUnit, request: Request) -> Any:
        return api_parties.list_pledges(unit, request)

    @route("POST", "/api/v1/districts/<district>/trace", body=bodies.TraceBody, role="district", kind="read")
    def post_trace(self, unit: RoutingUnit, request: Request) -> Any:
        return api_parties.post_trace(unit, request)

    # --- the organisation -------------------------------------------------------------------------------------

    @route("GET", f"{ORGANISATION}", query=schemas.NodeQuery, role="worker")
    def list_nodes(self, unit: RoutingUnit, request: Request) -> Any:
        return api.list_nodes(unit, request, tools=self.tools)

    @route("GET", f"{ORGANISATION}/nodes/<code>", query=schemas.AsOfQuery, role="worker")
    def get_node(self, unit: RoutingUnit, request: Request) -> Any:
        return api.get_node(unit, request, tools=self.tools)

    @route("GET", f"{ORGANISATION}/nodes/<code>/roster", query=schemas.AsOfQuery, role="worker")
    def get_roster(self, unit: RoutingUnit, request: Request) -> Any:
        return api.get_roster(unit, request, tools=self.tools)

    @route("GET", f"{ORGANISATION}/nodes/<code>/duty", query=schemas.DutyQuery, role="worker")
    def get_duty(self, unit: RoutingUnit, request: Request) -> Any:
        return api.get_duty(unit, request, tools=self.tools)

    @route("GET", f"{ORGANISATION}/people", query=schemas.PeopleQuery, role="worker")
    def list_people(self, unit: RoutingUnit, request: Request) -> Any:
        return api.list_people(unit, request, tools=self.tools)

    @route("GET", f"{ORGANISATION}/coverage", query=schemas.AsOfQuery, role="worker")
    def get_coverage(self, unit: RoutingUnit, request: Request) -> Any:
        return api.get_coverage(unit, request, tools=self.tools)

    @route("GET", f"{ORGANISATION}/vacancies", query=schemas.UnderQuery, role="worker")
    def get_vacancies(self, unit: RoutingUnit, request: Request) -> Any:
        return api.get_vacancies(unit, request, tools=self.tools)

    @route("GET", f"{ORGANISATION}/dormant", query=schemas.DormantQuery, role="worker")
    def get_dormant(self, unit: RoutingUnit, request: Request) -> Any:
        return api.get_dormant(unit, request, tools=self.tools)

    @route("GET", f"{ORGANISATION}/cases", query=schemas.ReportQuery, role="worker")
    def report_cases(self, unit: RoutingUnit, request: Request) -> Any:
        return api.report_cases(unit, request, tools=self.tools)

    @route("GET", f"{ORGANISATION}/changes", query=schemas.ChangesQuery, role="worker")
    def list_changes(self, unit: RoutingUnit, request: Request) -> Any:
        return api.list_changes(unit, request)

    @route("POST", f"{ORGANISATION}/changes", body=schemas.ChangeBody, role="district")
    def post_change(self, unit: RoutingUnit, request: Request) -> Any:
        return api.post_change(unit, request, tools=self.tools)

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
