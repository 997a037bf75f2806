"""
From what a route's method returns to bytes.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from enum import Enum
from typing import Any
from uuid import UUID

from marshmallow import Schema

from whistle.http.routes import HTML, JSON, Cookie, Request, Response, RouteSpec

_NAME = re.compile(r"[A-Za-z0-9-]+")
_VALUE = re.compile(r"[\t -~]*")


@dataclasses.dataclass(frozen=True, slots=True)
class Answer:
    """An answer ready for the wire: status, headers without those of the server, body."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes


def _plain(value: Any) -> Any:
    """JSON for what json does not know. Times are ISO 8601."""
    if isinstance(value, dt.datetime | dt.date | dt.time):
        return value.isoformat()
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Decimal | UUID):
        return str(value)
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, set | frozenset):
        return sorted(value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
    raise TypeError(f"{type(value).__name__} has no JSON form")


_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False, default=_plain).encode


def to_json(value: Any) -> bytes:
    """Compact UTF-8 JSON, Chinese not escaped. Raises TypeError or ValueError for what has no JSON form."""
    return _encode(value).encode()


def make_answer(result: Any, spec: RouteSpec, dump: Schema | None, request: Request) -> Answer:
    """The answer for whatever the method returned: see :data:`whistle.http.routes.Call`."""
    if isinstance(result, Response):
        return _from_response(result, spec, request)
    if result is None:
        return Answer(204 if spec.status == 200 else spec.status, (), b"")
    if dump is not None:
        result = dump.dump(result, many=isinstance(result, list | tuple))
    return Answer(spec.status, ((("Content-Type", JSON)),), to_json(result))


def _from_response(response: Response, spec: RouteSpec, request: Request) -> Answer:
    body, content_type = response.body, response.content_type
    if isinstance(body, str):
        raw, fallback = body.encode(), HTML
    elif isinstance(body, bytes):
        raw, fallback = body, spec.answer_type
    elif body is None:
        raw, fallback = b"", ""
    else:
        raw, fallback = to_json(body), JSON
    status = response.status if response.status is not None else spec.status
    if body is None and status == 200:
        status = 204
    return Answer(status, tuple(_headers(response, content_type or fallback, secure=request.secure)), raw)


def _headers(response: Response, content_type: str, *, secure: bool) -> Iterator[tuple[str, str]]:
    if content_type:
        yield _checked("Content-Type", content_type)
    for name, value in response.headers.items():
        yield _checked(name, value)
    for cookie in response.cookies:
        yield "Set-Cookie", cookie_text(cookie, secure=secure)


def _checked(name: str, value: str) -> tuple[str, str]:
    """The header itself. Raises ValueError for one that would break its line: a defect, or somebody's input in it."""
    if not (_NAME.fullmatch(name) and _VALUE.fullmatch(value)):
        raise ValueError(f"the header {name!r} cannot be written")
    return name, value


def cookie_text(cookie: Cookie, *, secure: bool) -> str:
    """The value of Set-Cookie. Raises ValueError for a name or value that would break it."""
    text = cookie.name + cookie.value
    if any(char in ';, "\\' or not "!" <= char <= "~" for char in text):
        raise ValueError(f"the cookie {cookie.name!r} cannot be written")
    age = "" if cookie.max_age is None else f"; Max-Age={cookie.max_age}"
    return f"{cookie.name}={cookie.value}; Path=/; HttpOnly; SameSite={cookie.same_site}{age}{'; Secure' if secure else ''}"
