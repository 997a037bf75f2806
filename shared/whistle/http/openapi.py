"""
The API's own description: OpenAPI 3.1 from the routes, by apispec. Pages and files are not part of it.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Iterable
from typing import Any

from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin
from marshmallow import Schema, fields

from whistle.errors import NotFound
from whistle.http.problems import KINDS, PROBLEM_JSON
from whistle.http.routes import FORM, JSON, Call, Request, Response, RouteSpec

_VARIABLE = re.compile(r"<(?:(?P<converter>[a-z_]+)(?:\([^)]*\))?:)?(?P<name>[A-Za-z_][A-Za-z0-9_]*)>")
_CONVERTERS: dict[str, dict[str, Any]] = {
    "int": {"type": "integer", "minimum": 0},
    "float": {"type": "number"},
    "uuid": {"type": "string", "format": "uuid"},
}
_PROBLEM = {
    "type": "object",
    "description": "RFC 9457; `detail` 为中文，`detail_en` is the same in English.",
    "required": ["type", "title", "status", "detail", "instance"],
    "properties": {
        "type": {"type": "string", "examples": [f"/problems/{code}" for code in KINDS]},
        "title": {"type": "string"},
        "title_en": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "detail_en": {"type": "string"},
        "instance": {"type": "string", "description": "the request's id, for the operator"},
        "errors": {
            "type": "object",
            "description": "by field name, with `invalid`",
            "additionalProperties": {"type": "array", "items": {"type": "string"}},
        },
    },
}
_REFUSALS = {
    400: "malformed, refused",
    401: "unauthenticated",
    403: "forbidden",
    404: "not-found",
    405: "refused",
    408: "refused",
    409: "not-allowed-now, stale-version",
    413: "too-large",
    415: "refused",
    422: "invalid, rejected, idempotency-mismatch",
    500: "internal",
    503: "try-again, dependency-down",
}


def document(specs: Iterable[RouteSpec], *, version: str, service: str | None = None) -> dict[str, Any]:
    """
    The OpenAPI document of all services of the process, or of one of them.
    """
    spec = APISpec(
        title="Whistle 吹哨" + (f" · {service}" if service else ""),
        version=version,
        openapi_version="3.1.0",
        plugins=[MarshmallowPlugin()],
        info={
            "description": "社区治理平台接口。错误为 application/problem+json。 / Errors are problem documents."
        },
    )
    spec.components.security_scheme("token", {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"})
    spec.components.schema("Problem", _PROBLEM)
    for status, codes in _REFUSALS.items():
        content = {PROBLEM_JSON: {"schema": {"$ref": "#/components/schemas/Problem"}}}
        spec.components.response(f"Problem{status}", {"description": codes, "content": content})
    spec.components.parameter(
        "IdempotencyKey",
        "header",
        {
            "name": "Idempotency-Key",
            "required": False,
            "description": "同键同内容返回原答复 / same key and body: the stored answer",
            "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"},
        },
    )
    names: set[str] = set()
    with warnings.catch_warnings():
        # two services may name a schema alike; apispec numbers the second and warns of it
        warnings.simplefilter("ignore", UserWarning)
        for route in specs:
            if route.answer_type.startswith(JSON) and service in (None, route.service):
                spec.path(_path(route.path), operations={route.method.lower(): _operation(route, names)})
    return spec.to_dict()


def _path(rule: str) -> str:
    return _VARIABLE.sub(lambda found: "{" + found["name"] + "}", rule)


def _operation(route: RouteSpec, names: set[str]) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "operationId": _unique(f"{route.service}.{route.name}", names),
        "summary": " / ".join(filter(None, (route.summary_zh, route.summary_en))) or route.name,
        "tags": list(route.tags or (route.service,)),
        "parameters": _parameters(route),
        "responses": _responses(route),
    }
    content = {media: {"schema": {"type": "string", "format": "binary"}} for media in route.raw}
    if route.body is not None:
        content = {JSON: {"schema": route.body}}  # type: ignore[dict-item]
        if route.form:
            content[FORM] = {"schema": route.body}  # type: ignore[dict-item]
    if content:
        operation["requestBody"] = {"required": True, "content": content}
    if route.role is not None:
        operation["security"] = [{"token": []}]
        operation["x-required-role"] = route.role
    return operation


def _unique(name: str, names: set[str]) -> str:
    count, found = 1, name
    while found in names:
        count += 1
        found = f"{name}_{count}"
    names.add(found)
    return found


def _parameters(route: RouteSpec) -> list[Any]:
    found: list[Any] = [
        {
            "name": variable["name"],
            "in": "path",
            "required": True,
            "schema": _CONVERTERS.get(variable["converter"] or "", {"type": "string", "minLength": 1}),
        }
        for variable in _VARIABLE.finditer(route.path)
    ]
    if route.query is not None:
        found.append({"in": "query", "schema": route.query})
    if route.kind == "write":
        found.append("IdempotencyKey")
    return found


def _responses(route: RouteSpec) -> dict[str, Any]:
    found: dict[str, Any] = {str(status): f"Problem{status}" for status in _refusals(route)}
    found |= {str(status): _content(route, answer) for status, answer in route.other_answers.items()}
    found[str(route.status)] = _content(route, route.answer)
    if route.answer is None and route.status == 200:
        found["204"] = {"description": "done, nothing to say"}
    return found


def _content(route: RouteSpec, answer: type[Schema] | None) -> dict[str, Any]:
    if answer is None:
        return {"description": "OK"}
    return {"description": "OK", "content": {route.answer_type: {"schema": answer}}}


def _refusals(route: RouteSpec) -> list[int]:
    left_out = set()
    if route.role is None:
        left_out.add(403)
    if route.method == "GET":
        left_out |= {413, 415}
    return [status for status in _REFUSALS if status not in left_out and status != route.status]


class DocumentQuery(Schema):
    """The query of ``/openapi.json``."""

    service = fields.String()


def route(specs: Callable[[], tuple[RouteSpec, ...]], *, version: str) -> tuple[RouteSpec, Call]:
    """``GET /openapi.json`` and ``?service=intake``; made once for each set of routes."""
    made: dict[tuple[int, str | None], dict[str, Any]] = {}

    def show_document(request: Request) -> Response:
        found, service = specs(), request.query.get("service")
        if service is not None and service not in {spec.service for spec in found}:
            raise NotFound("这个进程没有这个服务", "this process has no such service")
        key = (len(found), service)
        if key not in made:
            made[key] = document(found, version=version, service=service)
        return Response(made[key])

    spec = RouteSpec(
        method="GET",
        path="/openapi.json",
        service="http",
        name="show_document",
        query=DocumentQuery,
        summary_zh="接口说明",
        summary_en="this document",
    )
    return spec, show_document
