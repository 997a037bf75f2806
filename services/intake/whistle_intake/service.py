"""
Intake: a table of contents.
"""

from __future__ import annotations

from typing import Any

from whistle.contracts import (
    RETURN_MESSAGES,
    WHISTLE_MESSAGES,
    ClockOverdue,
    ClockPaused,
    ClockRecomputed,
    ClockResumed,
    ClockStarted,
    ClockStopped,
    ClockWarned,
    ConsultationCalled,
    ConsultationHeld,
    DispatchArrived,
    DispatchExtended,
    DispatchJoined,
    DispatchProgressed,
    DispatchPromoted,
    DispatchReported,
    DispatchReturned,
    DispatchSent,
    DispatchSigned,
    Event,
    NoticeDelivered,
    NoticeFailed,
    OrganisationTold,
    SupervisionClosed,
    SupervisionOpened,
)
from whistle.http.routes import HTML, Request, Response
from whistle.messaging.subscribe import subscribe
from whistle.runtime.host import Provide
from whistle.runtime.web import route
from whistle.runtime.work import work
from whistle.storage.atlas import take_places
from whistle_intake import api, handlers, schemas
from whistle_intake.pages import case, filing, front, ledger
from whistle_intake.pages.look import load_look
from whistle_intake.store import IntakeUnit, places
from whistle_intake.tools import Tools


class IntakeService:
    """Owns the case: doors, ledger, timeline, answers, ratings."""

    name = "intake"
    unit = IntakeUnit
    tools = Provide(Tools.of)
    database = Provide(lambda host: host.database)
    look = Provide(lambda _host: load_look())
    board = Provide(lambda _host: front.Board())

    # --- events -----------------------------------------------------------------------------------------------

    @subscribe(
        DispatchSent,
        DispatchSigned,
        DispatchArrived,
        DispatchProgressed,
        DispatchPromoted,
        DispatchJoined,
        DispatchReported,
        DispatchReturned,
        *RETURN_MESSAGES,
        DispatchExtended,
        *WHISTLE_MESSAGES,
        ConsultationCalled,
        ConsultationHeld,
        ClockStarted,
        ClockWarned,
        ClockOverdue,
        ClockPaused,
        ClockResumed,
        ClockRecomputed,
        ClockStopped,
        SupervisionOpened,
        SupervisionClosed,
        NoticeDelivered,
        NoticeFailed,
        patience=0.1,
    )
    def follow_dispatch(self, unit: IntakeUnit, event: Event[Any]) -> None:
        handlers.follow_dispatch(unit, event)

    @subscribe(OrganisationTold)
    def take_places(self, unit: IntakeUnit, event: Event[OrganisationTold]) -> None:
        take_places(unit, places, event)

    # --- background work --------------------------------------------------------------------------------------

    @work(every=60.0)
    def close_unrated(self) -> int:
        return handlers.close_unrated(self.database)

    # --- HTTP -------------------------------------------------------------------------------------------------

    @route("POST", "/api/v1/cases", body=schemas.FilingBody, answer=schemas.FiledAnswer, status=201)
    def post_case(self, unit: IntakeUnit, request: Request) -> Any:
        return api.post_case(unit, request, tools=self.tools)

    @route("GET", "/api/v1/cases", query=schemas.LedgerQuery, answer=schemas.LedgerPage, role="worker")
    def list_cases(self, unit: IntakeUnit, request: Request) -> Any:
        return api.list_cases(unit, request)

    @route("GET", "/api/v1/stats")
    def get_stats(self, unit: IntakeUnit, request: Request) -> Any:
        return api.get_stats(unit)

    @route(  # a write: it counts failed guesses of the phone's last digits
        "GET",
        "/api/v1/cases/<case_no>",
        query=schemas.CaseQuery,
        answer=schemas.CaseWithTimeline,
        kind="write",
    )
    def get_case(self, unit: IntakeUnit, request: Request) -> Any:
        return api.get_case(unit, request, tools=self.tools)

    @route(
        "POST",
        "/api/v1/cases/<case_no>/answer",
        body=schemas.AnswerBody,
        answer=schemas.CaseAnswer,
        role="worker",
    )
    def post_answer(self, unit: IntakeUnit, request: Request) -> Any:
        return api.post_answer(unit, request, tools=self.tools)

    @route("POST", "/api/v1/cases/<case_no>/rating", body=schemas.RatingBody, answer=schemas.FiledAnswer)
    def post_rating(self, unit: IntakeUnit, request: Request) -> Any:
        return api.post_rating(unit, request, tools=self.tools)

    # --- pages ------------------------------------------------------------------------------------------------

    @route("GET", "/", query=schemas.PageQuery, answer_type=HTML)
    def show_front(self, unit: IntakeUnit, request: Request) -> Response:
        return front.show_front(unit, request, look=self.look, tools=self.tools, board=self.board)

    @route("GET", "/now", query=schemas.PageQuery, answer_type=HTML)
    def show_now(self, unit: IntakeUnit, request: Request) -> Response:
        return front.show_now(unit, request, look=self.look, tools=self.tools, board=self.board)

    @route("GET", "/file", query=schemas.FilingPageQuery, answer_type=HTML)
    def show_filing(self, unit: IntakeUnit, request: Request) -> Response:
        return filing.show_form(request, look=self.look, tools=self.tools)

    @route("POST", "/file", form=True, answer_type=HTML)
    def take_filing(self, unit: IntakeUnit, request: Request) -> Response:
        return filing.take_form(unit, request, look=self.look, tools=self.tools)

    @route("GET", "/cases", query=schemas.PageQuery, answer_type=HTML)
    def show_lookup(self, unit: IntakeUnit, request: Request) -> Response:
        return case.show_lookup(request, look=self.look)

    @route("POST", "/cases", form=True, answer_type=HTML)
    def take_lookup(self, unit: IntakeUnit, request: Request) -> Response:
        return case.take_lookup(unit, request, look=self.look, tools=self.tools)

    @route("GET", "/cases/<case_no>", query=schemas.CasePageQuery, answer_type=HTML)
    def show_case(self, unit: IntakeUnit, request: Request) -> Response:
        return case.show_case(unit, request, look=self.look, tools=self.tools)

    @route("POST", "/cases/<case_no>/rating", form=True, answer_type=HTML)
    def take_rating(self, unit: IntakeUnit, request: Request) -> Response:
        return case.take_rating(unit, request, look=self.look, tools=self.tools)

    @route("POST", "/cases/<case_no>/answer", form=True, answer_type=HTML, role="worker")
    def take_answer(self, unit: IntakeUnit, request: Request) -> Response:
        return case.take_answer(unit, request, look=self.look, tools=self.tools)

    @route("GET", "/ledger", query=schemas.LedgerPageQuery, answer_type=HTML, role="worker")
    def show_ledger(self, unit: IntakeUnit, request: Request) -> Response:
        return ledger.show_ledger(unit, request, look=self.look, tools=self.tools)
