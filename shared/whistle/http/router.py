"""
From method and path to a route. Paths without variables are looked up in a dict, the others by werkzeug.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from marshmallow import Schema, fields
from werkzeug.exceptions import MethodNotAllowed
from werkzeug.exceptions import NotFound as NoSuchPath
from werkzeug.routing import Map, RequestRedirect, Rule

from whistle.errors import Misconfigured, NotFound, Refused
from whistle.http.routes import METHODS, Call, RouteSpec
from whistle.http.validation import strict

_NO_VARIABLES: Mapping[str, Any] = {}


@dataclass(frozen=True, slots=True)
class Route:
    """A registered route with its schemas made: ``body`` for JSON, ``form`` for forms, where everything is text."""

    spec: RouteSpec
    call: Call
    body: Schema | None
    form: Schema | None
    query: Schema | None
    answer: Schema | None
    lists: frozenset[str]


class Router:
    """All routes of one listener."""

    def __init__(self) -> None:
        self._map = Map(strict_slashes=False, merge_slashes=False, redirect_defaults=False)
        self._adapter = self._map.bind("")
        self._fixed: dict[tuple[str, str], Route] = {}
        self._taken: dict[tuple[str, str], Route] = {}

    def add(self, spec: RouteSpec, call: Call) -> None:
        """Raises Misconfigured if another route has the same method and path, or the path is no werkzeug rule."""
        key = (spec.method, spec.path)
        if key in self._taken:
            other = self._taken[key].spec
            raise Misconfigured(
                f"路由 {spec.method} {spec.path} 重复：{other.service}.{other.name} 与 {spec.service}.{spec.name}",
                f"the route {spec.method} {spec.path} belongs to {other.service}.{other.name} and {spec.service}.{spec.name}",
            )
        body = strict(spec.body()) if spec.body else None
        names = (
            (name for name, field in body.fields.items() if isinstance(field, fields.List)) if body else ()
        )
        route = Route(
            spec,
            call,
            body,
            spec.body() if spec.body and spec.form else None,
            spec.query() if spec.query else None,
            spec.answer() if spec.answer else None,
            frozenset(names),
        )
        try:
            self._map.add(Rule(spec.path, methods=[spec.method], endpoint=route))
        except (ValueError, LookupError) as error:
            raise Misconfigured(
                f"路由 {spec.path} 无效：{error}", f"the route {spec.path} is not valid: {error}"
            ) from error
        self._taken[key] = route
        if "<" not in spec.path:
            self._fixed[key] = route

    def specs(self) -> tuple[RouteSpec, ...]:
        """Every route, in the order of registration."""
        return tuple(route.spec for route in self._taken.values())

    def find(self, method: str, path: str) -> tuple[Route, Mapping[str, Any]]:
        """The route and its variables; HEAD finds GET. Raises NotFound, or Refused (405 with Allow)."""
        wanted = "GET" if method == "HEAD" else method
        route = self._fixed.get((wanted, path))
        if route is not None:
            return route, _NO_VARIABLES
        if path == "*":
            raise self._not_allowed(method, ("HEAD", *METHODS))
        try:
            return self._adapter.match(path, method=wanted)
        except MethodNotAllowed as error:
            raise self._not_allowed(method, tuple(error.valid_methods or ())) from error
        except (NoSuchPath, RequestRedirect) as error:
            raise NotFound("没有这个地址", "there is no such address") from error

    def _not_allowed(self, method: str, valid: tuple[str, ...]) -> Refused:
        allow = ", ".join(sorted(valid))
        return Refused(
            f"这个地址不接受 {method}，可用：{allow}",
            f"this address does not take {method}, only: {allow}",
            http_status=405,
            allow=allow,
        )
