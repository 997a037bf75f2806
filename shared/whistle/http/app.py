"""
One request from head to answer: find the route, read, call, answer; every failure a problem document, one log line each.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any, Protocol

import structlog

from whistle.auth import Tokens
from whistle.http.answers import Answer, cookie_text, make_answer
from whistle.http.callers import LANGUAGE_COOKIE, pick_language, prefers_html, read_cookies
from whistle.http.problems import problem_answer, speaks
from whistle.http.reading import RequestReader, language_cookie
from whistle.http.router import Route, Router
from whistle.http.routes import ELDER_COOKIE, Cookie, RouteSpec, log_facts
from whistle.http.settings import HttpSettings
from whistle.http.wire import Head
from whistle.ids import new_id
from whistle.log import about

_log = structlog.get_logger("whistle.http")
_QUIET = frozenset({"/livez", "/readyz", "/metrics", "/static/<service>/<path:name>"})
_YEAR = 365 * 24 * 3600


class Observer(Protocol):
    """Counts requests; see :mod:`whistle.http.metrics`."""

    def observe(self, spec: RouteSpec | None, *, status: int, seconds: float) -> None: ...


class Application:
    """Everything of the server that knows no sockets."""

    def __init__(self, settings: HttpSettings, tokens: Tokens, observer: Observer | None = None) -> None:
        self.router = Router()
        self._reader = RequestReader(settings, tokens)
        self._observer = observer

    def handle(self, head: Head, *, peer: str, take_body: Callable[[], bytes]) -> Answer:
        """The answer to a request; raises nothing that a request could cause."""
        started = time.monotonic()
        request_id = new_id()
        route: Route | None = None
        case_no = None
        try:
            route, variables = self.router.find(head.method, head.path)
            case_no = variables.get("case_no")
            with about(request_id=request_id, service=route.spec.service, **log_facts(variables)):
                answer = self._call(
                    route, variables, head=head, peer=peer, request_id=request_id, take_body=take_body
                )
        except KeyboardInterrupt:
            raise
        # eventlet.Timeout and SystemExit of a library must end neither the thread nor the process
        except BaseException as error:  # noqa: BLE001
            answer = self._failed(error, head, route=route, request_id=request_id)
        self._finish(route, head.method, answer, started=started, request_id=request_id, case_no=case_no)
        return Answer(answer.status, (*answer.headers, ("X-Request-Id", request_id)), answer.body)

    def refuse(self, error: BaseException) -> Answer:
        """The answer to what never became a request: a head that cannot be read, a timeout, a full house."""
        started = time.monotonic()
        request_id = new_id()
        answer = problem_answer(error, request_id=request_id)
        self._finish(None, "-", answer, started=started, request_id=request_id, case_no=None)
        return Answer(answer.status, (*answer.headers, ("X-Request-Id", request_id)), answer.body)

    def _call(
        self,
        route: Route,
        variables: Mapping[str, Any],
        *,
        head: Head,
        peer: str,
        request_id: str,
        take_body: Callable[[], bytes],
    ) -> Answer:
        request = self._reader.read(
            route, variables, head=head, peer=peer, request_id=request_id, take_body=take_body
        )
        answer = make_answer(route.call(request), route.spec, route.answer, request)
        chosen = language_cookie(request, head.query) if route.spec.is_page else None
        if chosen is None:
            return answer
        cookie = cookie_text(Cookie(name=LANGUAGE_COOKIE, value=chosen, max_age=_YEAR), secure=request.secure)
        return Answer(answer.status, (*answer.headers, ("Set-Cookie", cookie)), answer.body)

    def _failed(self, error: BaseException, head: Head, *, route: Route | None, request_id: str) -> Answer:
        if not speaks(error):
            where = route.spec.path if route else "-"
            service = route.spec.service if route else None
            with about(request_id=request_id, service=service):
                _log.error("http.failed", route=where, method=head.method, exc_info=error)
        headers = head.headers
        cookies = read_cookies(headers.get("cookie"))
        return problem_answer(
            error,
            request_id=request_id,
            html=prefers_html(headers.get("accept")),
            language=pick_language(headers, cookies),
            elder=cookies.get(ELDER_COOKIE) == "1",
        )

    def _finish(
        self,
        route: Route | None,
        method: str,
        answer: Answer,
        *,
        started: float,
        request_id: str,
        case_no: object,
    ) -> None:
        """The one line of the access log: the route's pattern instead of the URL, nothing that was sent."""
        seconds = time.monotonic() - started
        spec = route.spec if route else None
        if self._observer is not None:
            self._observer.observe(spec, status=answer.status, seconds=seconds)
        path = spec.path if spec else "-"
        facts = {"case_no": case_no} if case_no is not None else {}
        log = _log.debug if path in _QUIET and answer.status < 400 else _log.info
        log(
            "http.request",
            method=method,
            route=path,
            service=spec.service if spec else None,
            status=answer.status,
            ms=round(seconds * 1000, 1),
            request_id=request_id,
            **facts,
        )
