"""
Intake: a table of contents.
"""

from __future__ import annotations

from typing import Any

from whistle.contracts import (
    ClockOverdue,
    ClockStarted,
    ClockStopped,
    ClockWarned,
    DispatchArrived,
    DispatchProgressed,
    DispatchReported,
    DispatchReturned,
    DispatchSent,
    DispatchSigned,
    Event,
    NoticeDelivered,
    NoticeFailed,
    WhistleBlown,
    WhistleClosed,
)
from whistle.http.routes import Request
from whistle.messaging.subscribe import subscribe
from whistle.runtime.host import Provide
from whistle.runtime.web import route
from whistle_intake import api, handlers, schemas
from whistle_intake.store import IntakeUnit
from whistle_intake.tools import Tools


class IntakeService:
    """Owns the case: doors, ledger, timeline, answers, ratings."""

    name = "intake"
    unit = IntakeUnit
    tools = Provide(Tools.of)

    # --- events -----------------------------------------------------------------------------------------------

    @subscribe(
        DispatchSent,
        DispatchSigned,
        DispatchArrived,
        DispatchProgressed,
        DispatchReported,
        DispatchReturned,
        WhistleBlown,
        WhistleClosed,
        ClockStarted,
        ClockWarned,
        ClockOverdue,
        ClockStopped,
        NoticeDelivered,
        NoticeFailed,
    )
    def follow_dispatch(self, unit: IntakeUnit, event: Event[Any]) -> None:
        handlers.follow_dispatch(unit, event, tools=self.tools)

    # --- HTTP -------------------------------------------------------------------------------------------------

    @route("POST", "/api/v1/cases", body=schemas.FilingBody, answer=schemas.FiledAnswer, status=201)
    def post_case(self, unit: IntakeUnit, request: Request) -> Any:
        return api.post_case(unit, request, tools=self.tools)

    @route("GET", "/api/v1/cases", query=schemas.LedgerQuery, answer=schemas.LedgerPage, role="worker")
    def list_cases(self, unit: IntakeUnit, request: Request) -> Any:
        return api.list_cases(unit, request)

    @route("GET", "/api/v1/cases/<no>", query=schemas.CaseQuery, answer=schemas.CaseWithTimeline)
    def get_case(self, unit: IntakeUnit, request: Request) -> Any:
        return api.get_case(unit, request, tools=self.tools)

    @route("POST", "/api/v1/cases/<no>/answer", body=schemas.AnswerBody, answer=schemas.CaseAnswer, role="worker")
    def post_answer(self, unit: IntakeUnit, request: Request) -> Any:
        return api.post_answer(unit, request)

    @route("POST", "/api/v1/cases/<no>/rating", body=schemas.RatingBody, answer=schemas.FiledAnswer)
    def post_rating(self, unit: IntakeUnit, request: Request) -> Any:
        return api.post_rating(unit, request, tools=self.tools)
