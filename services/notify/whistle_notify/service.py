"""
The notify service: a table of contents.
"""

from __future__ import annotations

from typing import Any

from whistle.contracts import Event, OrganisationTold
from whistle.http.routes import HTML, Request, Response
from whistle.messaging.subscribe import subscribe
from whistle.runtime.host import Provide
from whistle.runtime.web import route
from whistle.runtime.work import work
from whistle.storage.atlas import take_places
from whistle_notify import api, delivering, handlers, pages, schemas
from whistle_notify.domain import MESSAGES
from whistle_notify.store import NotifyUnit, places
from whistle_notify.tools import Tools


class NotifyService:
    """Tells people what happened, by machine or by a person."""

    name = "notify"
    unit = NotifyUnit
    tools = Provide(Tools.of)
    look = Provide(lambda _host: pages.load_look())

    @subscribe(*MESSAGES, patience=0.3)
    def follow(self, unit: NotifyUnit, event: Event[Any]) -> None:
        handlers.follow(unit, event, texts=self.tools.texts)

    @subscribe(OrganisationTold)
    def take_places(self, unit: NotifyUnit, event: Event[OrganisationTold]) -> None:
        take_places(unit, places, event)

    @work(every=1.0)
    def deliver(self) -> int:
        return delivering.deliver(self.tools)

    @route(
        "GET",
        "/api/v1/notices",
        role="worker",
        query=schemas.NoticeQuery,
        answer=schemas.NoticePage,
        summary_zh="通知记录",
        summary_en="Notices",
        tags=("notify",),
    )
    def show_notices(self, unit: NotifyUnit, request: Request) -> Any:
        return api.show_notices(unit, request, self.tools.settings)

    @route(
        "GET",
        "/api/v1/tasks",
        role="worker",
        query=schemas.TaskQuery,
        answer=schemas.TaskPage,
        summary_zh="人工任务",
        summary_en="Tasks for people",
        tags=("notify",),
    )
    def show_tasks(self, unit: NotifyUnit, request: Request) -> Any:
        return api.show_tasks(unit, request, self.tools.settings)

    @route(
        "POST",
        "/api/v1/tasks/<id>/done",
        role="worker",
        body=schemas.DoneBody,
        answer=schemas.TaskSchema,
        summary_zh="任务办结",
        summary_en="A task is done",
        tags=("notify",),
    )
    def finish_task(self, unit: NotifyUnit, request: Request) -> Any:
        return api.finish_task(unit, request)

    # --- pages ------------------------------------------------------------------------------------------------

    @route("GET", "/tasks", role="worker", query=schemas.TasksPageQuery, answer_type=HTML)
    def show_tasks_page(self, unit: NotifyUnit, request: Request) -> Response:
        return pages.show_tasks(unit, request, look=self.look)

    @route("POST", "/tasks/<id>/done", role="worker", form=True, answer_type=HTML)
    def take_done(self, unit: NotifyUnit, request: Request) -> Response:
        return pages.take_done(unit, request, look=self.look)
