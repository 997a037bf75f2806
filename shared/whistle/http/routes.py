"""
Routes as data: what a service declares (:class:`RouteSpec`), what its method is given (:class:`Request`) and what it may
answer (:class:`Response`).
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from marshmallow import Schema

from whistle.auth import Principal, role_named
from whistle.errors import Misconfigured

Kind = Literal["read", "write"]
Language = Literal["zh", "en"]
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
JSON = "application/json"
HTML = "text/html; charset=utf-8"
FORM = "application/x-www-form-urlencoded"
ELDER_COOKIE = "whistle_elder"
"""``1`` for who wants larger text (长辈版)."""


@dataclass(frozen=True, kw_only=True)
class RouteSpec:
    """
    One route. ``service`` and ``name`` are filled in where the route is bound to a method (:meth:`bound_to`).

    Args:
        method: one of :data:`METHODS`; GET answers HEAD as well.
        path: werkzeug rule, ``/api/v1/cases/<case_no>``; a variable named ``case_no`` is in the access log.
        body: marshmallow schema of the JSON body; None: the route takes none.
        raw: media types whose bytes are handed over unread as ``request.body`` (uploads); instead of ``body``.
        query: marshmallow schema of the query; None: the query is ignored.
        answer: marshmallow schema by which an object that the method returns is dumped.
        status: of an answer that names none.
        other_answers: schemas of answers with other statuses that are no problems, for the API document.
        role: the lowest role that may call; None: everybody.
        kind: whether it changes anything; by default what the method says.
        quick: a read by single statements, each of which may see what is committed then: it gets no transaction.
        form: also takes ``application/x-www-form-urlencoded`` from pages (with ``body`` None the fields are given
            unchecked as ``request.payload``, so that the page can show them again).
        max_body: bytes; None: the server's default.
        answer_type: media type of answers; HTML pages are not part of the API document.
    """

    method: str
    path: str
    service: str = ""
    name: str = ""
    body: type[Schema] | None = None
    raw: tuple[str, ...] = ()
    query: type[Schema] | None = None
    answer: type[Schema] | None = None
    status: int = 200
    other_answers: Mapping[int, type[Schema]] = field(default_factory=dict, hash=False)
    role: str | None = None
    kind: Kind | None = None
    quick: bool = False
    form: bool = False
    max_body: int | None = None
    answer_type: str = JSON
    summary_zh: str = ""
    summary_en: str = ""
    tags: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.method not in METHODS:
            raise self._wrong(
                f"方法应为 {', '.join(METHODS)}", f"the method must be one of {', '.join(METHODS)}"
            )
        if not self.path.startswith("/"):
            raise self._wrong("路径须以 / 开头", "the path must start with /")
        if self.method == "GET" and (self.body or self.raw):
            raise self._wrong("GET 不带请求体", "GET takes no body")
        if self.body and self.raw:
            raise self._wrong("body 与 raw 只能选一", "body and raw exclude each other")
        if self.role is not None:
            role_named(self.role)
        if self.kind is None:
            object.__setattr__(self, "kind", "read" if self.method == "GET" else "write")

    def bound_to(self, *, service: str, name: str) -> RouteSpec:
        """The same route, belonging to a method of a service."""
        return dataclasses.replace(self, service=self.service or service, name=self.name or name)

    @property
    def is_page(self) -> bool:
        return self.answer_type.startswith("text/html")

    def _wrong(self, zh: str, en: str) -> Misconfigured:
        where = f"{self.method} {self.path}"
        return Misconfigured(f"路由 {where}：{zh}", f"route {where}: {en}")


@dataclass(frozen=True, kw_only=True, slots=True)
class Request:
    """
    What a route's method is given: everything is read, checked and limited already.

    ``body`` is what the schema loaded (or bytes of a ``raw`` route), ``payload`` the JSON value before the schema,
    ``path`` the variables of the rule, ``target`` the decoded path. ``repr`` shows no contents: they may name people.
    """

    method: str
    url: str
    target: str
    route: str
    request_id: str
    remote: str
    path: Mapping[str, Any] = field(default_factory=dict)
    query: Any = field(default_factory=dict, repr=False)
    body: Any = field(default=None, repr=False)
    payload: Any = field(default=None, repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    cookies: Mapping[str, str] = field(default_factory=dict, repr=False)
    principal: Principal | None = None
    idempotency_key: str | None = field(default=None, repr=False)
    language: Language = "zh"
    form: bool = False
    secure: bool = False


@dataclass(frozen=True, kw_only=True)
class Cookie:
    """A cookie to set; always HttpOnly and for the whole origin, ``Secure`` when the request came over https."""

    name: str
    value: str
    max_age: int | None = None
    same_site: Literal["Lax", "Strict"] = "Lax"


Body = bytes | str | Mapping[str, Any] | Sequence[Any] | None


@dataclass(frozen=True)
class Response:
    """
    An answer. Text is HTML unless ``content_type`` says otherwise; a mapping or a list is JSON as it stands (it does
    not pass the route's answer schema); ``status`` None means the route's.
    """

    body: Body = None
    status: int | None = None
    content_type: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    cookies: tuple[Cookie, ...] = ()


Call = Callable[[Request], Any]
"""``call(request) -> Response | mapping | dataclass | list | None``, run in the connection's thread."""


def redirect(location: str, *, status: int = 303, cookies: tuple[Cookie, ...] = ()) -> Response:
    """Send the browser elsewhere; 303 so that a form is not posted twice. ``location`` is a path of ours."""
    return Response(None, status=status, headers={"Location": location}, cookies=cookies)


def log_facts(variables: Mapping[str, Any]) -> dict[str, Any]:
    """What of a path belongs on every line that is logged about its request, under the names that messages use."""
    known = {"case": variables.get("case_no"), "district": variables.get("district")}
    return {name: value for name, value in known.items() if value is not None}
