"""
The page of what people must do: oldest first, within the reader's scope, each to be ticked off.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode

from whistle.auth import role_named
from whistle.calendar.days import CHINA
from whistle.errors import Invalid, NotAllowedNow
from whistle.http.look import Look
from whistle.http.routes import Language, Request, Response, redirect
from whistle.http.validation import load
from whistle.privacy import mask_text
from whistle_notify import api, words
from whistle_notify.schemas import DoneForm
from whistle_notify.store import NotifyUnit, list_tasks

ROWS = 30


def load_look() -> Look:
    """Read templates and translations."""
    known = {"PURPOSES": words.PURPOSES, "WAYS": words.WAYS, "RESULTS": words.RESULTS}
    return Look.load("notify", filters=_filters, words=known)


def _filters(_language: Language) -> Mapping[str, Callable[..., Any]]:
    return {
        "when": lambda at: f"{at.astimezone(CHINA):%Y-%m-%d %H:%M}",
        "stamp": lambda at: at.isoformat(timespec="seconds"),
        "masked": mask_text,
    }


def show_tasks(
    unit: NotifyUnit, request: Request, *, look: Look, status: int = 200, wrong: str = ""
) -> Response:
    """A page of open tasks; ``after`` is the id below which it begins."""
    found, following = list_tasks(unit, api.open_tasks(request, limit=ROWS))
    who = request.principal
    return look.page(
        request,
        "tasks.html",
        status=status,
        path="/tasks",
        tasks=[(task, who is not None and who.may(task.owner), role_named(task.owner)) for task in found],
        next_page="?" + urlencode({"after": following}) if following else None,
        first_page="/tasks" if request.query.get("after") else None,
        wrong=wrong,
        now=unit.now,
    )


def take_done(unit: NotifyUnit, request: Request, *, look: Look) -> Response:
    """Tick a task off and show what is left."""
    try:
        given = load(DoneForm(), request.payload, what_zh="表单", what_en="form")
        api.close_task(unit, request, given)
    except Invalid as error:
        return show_tasks(unit, request, look=look, status=422, wrong=error.in_full())
    except NotAllowedNow as error:
        return show_tasks(unit, request, look=look, status=409, wrong=str(error))
    return redirect("/tasks")
