"""
HTTP of the notify service: who may see and do what.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from whistle.auth import Principal
from whistle.errors import Forbidden
from whistle.http.problems import not_permitted
from whistle.http.routes import Request
from whistle.privacy import mask_text
from whistle_notify import handlers
from whistle_notify.settings import NotifySettings
from whistle_notify.store import NotifyUnit, list_notices, list_tasks
from whistle_notify.store.reading import Where


def show_notices(unit: NotifyUnit, request: Request, settings: NotifySettings) -> dict[str, Any]:
    """A page of notices inside the caller's scope."""
    found, following = list_notices(unit, _where(request, settings))
    return {"notices": found, "next": following}


def show_tasks(unit: NotifyUnit, request: Request, settings: NotifySettings) -> dict[str, Any]:
    """A page of tasks inside the caller's scope."""
    found, following = list_tasks(unit, _where(request, settings))
    return {"tasks": found, "next": following}


def finish_task(unit: NotifyUnit, request: Request) -> Any:
    """As :func:`close_task`, with what the body says."""
    return close_task(unit, request, request.body)


def close_task(unit: NotifyUnit, request: Request, given: Mapping[str, Any]) -> Any:
    """
    The caller says what came of the task of the path.

    Raises:
        NotFound, Forbidden, NotAllowedNow.
    """
    caller = _caller(request)
    task = handlers.find_task(unit, request.path["id"])
    if not caller.covers(task.district, task.grid):
        raise Forbidden("不在您的管辖范围内", "outside your scope")
    if not caller.may(task.owner):
        raise not_permitted(task.owner)
    note = given["note"]
    return handlers.finish_task(
        unit, task, result=given["result"], note=mask_text(note) if note else None, by=caller.sub[:120]
    )


def open_tasks(request: Request, *, limit: int) -> Where:
    """What is to be done within the caller's scope, oldest first, after the task that the query names."""
    caller = _caller(request)
    own = caller.scope.partition("/")[0]
    return Where(
        exact={"district": None if own == "*" else own, "state": "open"},
        extent=caller.extent() if own != "*" else None,
        after=request.query.get("after"),
        oldest_first=True,
        limit=limit,
    )


def _where(request: Request, settings: NotifySettings) -> Where:
    caller, query = _caller(request), request.query
    own = caller.scope.partition("/")[0]
    district = query["district"]
    if own != "*":
        if district not in (None, own):
            raise Forbidden("不在您的管辖范围内", "outside your scope")
        district = own
    return Where(
        exact={"district": district, "case_no": query["case_no"], "state": query["state"]},
        extent=caller.extent() if own != "*" else None,
        before=query["after"],
        limit=min(query["limit"] or settings.page, settings.page),
    )


def _caller(request: Request) -> Principal:
    if request.principal is None:
        raise Forbidden("需要登录", "log in first")
    return request.principal
