"""
``/livez``, ``/readyz`` and ``/version``: alive means that the process answers and nothing in it is stuck, ready that
everything it needs is there.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from marshmallow import Schema, fields

from whistle.errors import WhistleError
from whistle.http.routes import Call, Request, Response, RouteSpec

Check = Callable[[], str | None]
"""Returns None if all is well, else the reason; may raise. Reasons are shown to anybody: no secrets, no contact data."""

_FRESH = 1.0


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check found; ``reason`` is None when all is well."""

    name: str
    reason: str | None


class _Watched:
    """
    One check, run in a thread of its own with a time limit, at most once a second, and never twice at the same time: a database
    that does not answer must hold up neither ``/readyz`` nor pile up threads.
    """

    def __init__(self, name: str, check: Check, timeout: float) -> None:
        self._name = name
        self._timeout = timeout
        self._check = check
        self._lock = threading.Lock()
        self._done: threading.Event | None = None
        self._reason: str | None = "还没有检查 / not checked yet"
        self._at = float("-inf")

    def begin(self) -> None:
        """Run the check unless it runs already or has just run."""
        with self._lock:
            if self._done is None and time.monotonic() - self._at >= _FRESH:
                self._done = threading.Event()
                threading.Thread(target=self._run, args=(self._done,), daemon=True).start()

    def find(self) -> Finding:
        """What it found, or that it takes too long."""
        done = self._done
        if done is not None and not done.wait(self._timeout):
            return Finding(
                self._name, f"{self._timeout:g} 秒内没有回应 / no answer within {self._timeout:g} s"
            )
        return Finding(self._name, self._reason)

    def _run(self, done: threading.Event) -> None:
        try:
            reason = self._check()
        except WhistleError as error:
            reason = str(error)
        except BaseException as error:  # noqa: BLE001 — an eventlet.Timeout is an answer too; the text may hold secrets
            reason = type(error).__name__
        with self._lock:
            self._reason, self._at, self._done = reason, time.monotonic(), None
        done.set()


class Health:
    """The checks of one process, by name: ``database.intake``, ``broker``, ``relay.lag``; each has ``timeout`` seconds."""

    def __init__(self, *, timeout: float = 2.0) -> None:
        self._timeout = timeout
        self._ready: list[_Watched] = []
        self._alive: list[_Watched] = []

    def add(self, name: str, check: Check, *, alive: bool = False) -> None:
        """A check for readiness; with ``alive`` also for liveness, whose failure makes a supervisor restart the process."""
        watched = _Watched(name, check, self._timeout)
        self._ready.append(watched)
        if alive:
            self._alive.append(watched)

    def ready(self) -> tuple[Finding, ...]:
        """What every check finds."""
        return _find(self._ready)

    def alive(self) -> tuple[Finding, ...]:
        """What the checks of liveness find."""
        return _find(self._alive)


def _find(checks: list[_Watched]) -> tuple[Finding, ...]:
    for check in checks:
        check.begin()
    return tuple(check.find() for check in checks)


class CheckSchema(Schema):
    """One check."""

    name = fields.String(required=True)
    ok = fields.Boolean(required=True)
    reason = fields.String(required=True, allow_none=True)


class HealthSchema(Schema):
    """All checks."""

    ok = fields.Boolean(required=True)
    checks = fields.List(fields.Nested(CheckSchema), required=True)


class VersionSchema(Schema):
    """What runs here."""

    name = fields.String(required=True)
    version = fields.String(required=True)
    services = fields.List(fields.String(), required=True)


def _answer(findings: tuple[Finding, ...]) -> Response:
    ok = all(one.reason is None for one in findings)
    checks: list[dict[str, Any]] = [
        {"name": one.name, "ok": one.reason is None, "reason": one.reason} for one in findings
    ]
    return Response({"ok": ok, "checks": checks}, status=200 if ok else 503)


def routes(
    health: Health, *, version: str, services: Callable[[], list[str]]
) -> tuple[tuple[RouteSpec, Call], ...]:
    """The three routes; ``services`` names what this process runs."""

    def show_alive(_request: Request) -> Response:
        return _answer(health.alive())

    def show_ready(_request: Request) -> Response:
        return _answer(health.ready())

    def show_version(_request: Request) -> Response:
        return Response({"name": "whistle", "version": version, "services": services()})

    found = []
    for path, call, answer, zh, en in (
        ("/livez", show_alive, HealthSchema, "进程是否存活", "is the process alive"),
        ("/readyz", show_ready, HealthSchema, "是否就绪，逐项列出", "is it ready, check by check"),
        ("/version", show_version, VersionSchema, "版本", "the version"),
    ):
        spec = RouteSpec(
            method="GET",
            path=path,
            service="http",
            name=call.__name__,
            answer=answer,
            other_answers={503: HealthSchema} if answer is HealthSchema else {},
            summary_zh=zh,
            summary_en=en,
            tags=("health",),
        )
        found.append((spec, call))
    return tuple(found)
