"""The service: what it does with a case, the case's title says."""

from __future__ import annotations

import sys
from typing import Any

import eventlet
import structlog
from eventlet.patcher import original

from tests.integration.kit.parcels.store import ParcelsUnit
from whistle.contracts import ACTIONS, MESSAGES, Action, CaseFiled, CaseResolved, Event
from whistle.errors import DependencyDown, Poison, Rejected, Transient
from whistle.http.routes import Request
from whistle.messaging.subscribe import subscribe, subscribe_actions
from whistle.runtime.web import route
from whistle.runtime.work import work

log = structlog.get_logger()
_write = original("os").write  # a green one may not be called by two green threads at once
EVENTS = tuple(message for message in MESSAGES if message not in ACTIONS and message is not CaseFiled)


def say(*words: str) -> None:
    """A line to whoever started this process."""
    _write(1, (" ".join(words) + "\n").encode())


def _raise(error: BaseException) -> None:
    raise error


def _late() -> None:
    with eventlet.Timeout(0.01):
        eventlet.sleep(60)


def _forever() -> None:
    while True:
        eventlet.sleep(1)


def _blocked() -> None:
    while True:
        pass


def _slow() -> None:
    eventlet.sleep(0.02)


TITLES: dict[str, Any] = {
    "raise": lambda: _raise(ValueError("13812345678 knows")),
    "rejected": lambda: _raise(Rejected("不行", "no")),
    "transient": lambda: _raise(Transient("忙", "busy")),
    "down": lambda: _raise(DependencyDown("不在", "away")),
    "poison": lambda: _raise(Poison("毒", "poison")),
    "timeout": _late,
    "exit": lambda: sys.exit(3),
    "forever": _forever,
    "slow": _slow,
    "log": lambda: log.warning("in_handler"),
    "left": lambda: eventlet.Timeout(0.05),
    "blocked": _blocked,
}


class Parcels:
    """Takes everything."""

    name = "parcels"
    unit = ParcelsUnit
    looked = False

    @subscribe(CaseFiled)
    def take(self, unit: ParcelsUnit, event: Event[CaseFiled]) -> None:
        title, _, rest = event.data.title.partition(" ")
        say("took", title, event.id)
        unit.effect(event.data.title, event=event.id, case_no=event.case_no, kind=event.type)
        if title in TITLES:
            TITLES[title]()
        if title == "weigh":
            unit.weigh(rest, 1)
        if title == "emit":
            unit.emit(CaseResolved(result="r"), district=event.district, case_no=event.case_no)

    @subscribe(*EVENTS)
    def note(self, unit: ParcelsUnit, event: Event[Any]) -> None:
        unit.effect(repr(event.data), event=event.id, case_no=event.case_no, kind=event.type)

    @route("POST", "/api/v1/parcels")
    def send(self, unit: ParcelsUnit, _request: Request) -> dict[str, str]:
        data = CaseFiled(title="ok over http", text="-", door="hotline", filed_at=unit.now)
        return {"event": unit.emit(data, district="mawei", case_no="26-00421-7")}

    @route("POST", "/api/v1/parcels/<title>")
    def fail(self, unit: ParcelsUnit, request: Request) -> dict[str, str]:
        unit.effect(request.path["title"])
        TITLES[request.path["title"]]()
        return {"title": request.path["title"]}

    @route("POST", "/api/v1/cases/<case_no>/logs")
    def log_write(self, unit: ParcelsUnit, _request: Request) -> None:
        log.warning("in_write")

    @route("GET", "/api/v1/cases/<case_no>/logs")
    def log_read(self, unit: ParcelsUnit, _request: Request) -> None:
        log.warning("in_read")

    @work()
    def look(self) -> int:
        if not self.looked:
            log.warning("in_work")
            self.looked = True
        return 0

    @subscribe_actions()
    def act(self, unit: ParcelsUnit, event: Event[Action], user: str | None) -> None:
        unit.effect(str(user), event=event.id, case_no=event.case_no, kind=event.type)


class Renamed:
    """The same service after somebody renamed its methods and its class."""

    name = "parcels"
    unit = ParcelsUnit

    @subscribe_actions()
    def on_whatever(self, unit: ParcelsUnit, event: Event[Action], user: str | None) -> None:
        unit.effect(str(user))

    @subscribe(CaseFiled, *EVENTS)
    def on_anything(self, unit: ParcelsUnit, event: Event[Any]) -> None:
        unit.effect("renamed " + getattr(event.data, "title", ""), event=event.id, kind=event.type)
