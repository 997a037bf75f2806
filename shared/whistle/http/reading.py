"""
From a head and a body to a :class:`Request`: caller, size, type, contents, in that order, so that the cheap refusals come first.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from whistle.auth import Principal, Tokens
from whistle.errors import Malformed, Refused, TooLarge
from whistle.http.bodies import is_json, media_type, read_form, read_json, read_pairs
from whistle.http.callers import (
    LANGUAGE_COOKIE,
    check_form_origin,
    find_principal,
    form_origin,
    pick_language,
    read_cookies,
    remote_of,
)
from whistle.http.idempotency import read_key
from whistle.http.router import Route
from whistle.http.routes import FORM, JSON, Request
from whistle.http.settings import HttpSettings
from whistle.http.validation import load
from whistle.http.wire import Head

_KEPT = (
    "accept", "accept-language", "content-type", "forwarded", "host", "if-none-match", "origin", "referer", "traceparent",
    "user-agent", "x-forwarded-for",
)  # fmt: skip
LANGUAGE_QUERY = "lang"


class RequestReader:
    """Makes requests; holds what all of them share."""

    def __init__(self, settings: HttpSettings, tokens: Tokens) -> None:
        self._settings = settings
        self._tokens = tokens

    def read(
        self,
        route: Route,
        variables: Mapping[str, Any],
        *,
        head: Head,
        peer: str,
        request_id: str,
        take_body: Callable[[], bytes],
    ) -> Request:
        """Raises what the caller has done wrong, as one of :mod:`whistle.errors`."""
        headers = head.headers
        cookies = read_cookies(headers.get("cookie"))
        media = media_type(headers.get("content-type", "")) if head.length else ""
        self._check_size(route, head)
        principal = self._principal(route, head, cookies=cookies, media=media)
        query, chosen = _query(route, head.query)
        payload, body = _body(route, media, take_body) if head.length else _no_body(route)
        remote, secure = remote_of(headers, peer, self._settings)
        return Request(
            method="GET" if head.method == "HEAD" else head.method,
            url=f"{'https' if secure else 'http'}://{headers.get('host', '')}{head.path}",
            target=head.path,
            route=route.spec.path,
            request_id=request_id,
            remote=remote,
            path=variables,
            query=query,
            body=body,
            payload=payload,
            headers={name: headers[name] for name in _KEPT if name in headers},
            cookies=cookies,
            principal=principal,
            idempotency_key=read_key(headers.get("idempotency-key")),
            language=pick_language(headers, cookies, chosen),
            form=media == FORM,
            secure=secure,
        )

    def _principal(
        self, route: Route, head: Head, *, cookies: Mapping[str, str], media: str
    ) -> Principal | None:
        """A cookie counts for reading, and for forms that a page of ours sent; never for other writes (CSRF)."""
        counts = head.method in ("GET", "HEAD")
        if route.spec.form and media in (FORM, ""):
            origin = form_origin(head.headers, self._settings.public_url)
            check_form_origin(origin)
            counts = counts or origin == "same"
        return find_principal(
            route.spec, self._tokens, headers=head.headers, cookies=cookies, cookie_counts=counts
        )

    def _check_size(self, route: Route, head: Head) -> None:
        if not head.length:
            return
        if route.spec.method == "GET":
            raise Refused(f"{head.method} 请求不应带请求体", f"a {head.method} request takes no body here")
        most = self._settings.max_body if route.spec.max_body is None else route.spec.max_body
        if head.length > most:
            raise TooLarge(
                f"请求体 {head.length} 字节，最多 {most} 字节",
                f"the body has {head.length} bytes; at most {most} are taken",
                limit=most,
            )


def _query(route: Route, raw: str) -> tuple[Any, str | None]:
    """The query as loaded, and the language chosen by ``?lang=`` on a page."""
    spec = route.spec
    if route.query is None and not (raw and spec.is_page):
        return {}, None
    pairs = read_pairs(raw, what_zh="查询参数", what_en="query", keep_blank=not spec.is_page)
    chosen = pairs.pop(LANGUAGE_QUERY, None) if spec.is_page else None
    if route.query is None:
        return {}, str(chosen) if chosen else None
    # links to pages are shared, and what shares them appends parameters of its own
    query = load(route.query, pairs, what_zh="查询参数", what_en="query", lenient=spec.is_page)
    return query, str(chosen) if chosen else None


def _no_body(route: Route) -> tuple[Any, Any]:
    if route.spec.raw:
        raise Malformed("请求体为空", "the body is empty")
    if route.body is None:
        return ({} if route.spec.form else None), None
    if route.form is not None:
        return {}, load(route.form, {}, what_zh="表单", what_en="form")
    return read_json(b""), None


def _body(route: Route, media: str, take_body: Callable[[], bytes]) -> tuple[Any, Any]:
    spec = route.spec
    if spec.raw:
        if media not in spec.raw:
            raise _wrong_type(media, spec.raw)
        return None, take_body()
    if spec.form and media == FORM:
        payload: Any = read_form(take_body(), route.lists)
        if route.form is None:  # the page checks it itself, to show the form again with what was typed
            return payload, None
        return payload, load(route.form, payload, what_zh="表单", what_en="form")
    if route.body is None:
        take_body()
        return None, None
    if not is_json(media):
        raise _wrong_type(media, (JSON, FORM) if spec.form else (JSON,))
    payload = read_json(take_body())
    return payload, load(route.body, payload, what_zh="内容", what_en="body")


def _wrong_type(media: str, taken: tuple[str, ...]) -> Refused:
    wanted = ", ".join(taken)
    shown = media[:60].encode("ascii", "replace").decode() or "-"
    return Refused(
        f"不支持内容类型 {shown}，请用 {wanted}",
        f"content type {shown} is not taken here; send {wanted}",
        http_status=415,
    )


def language_cookie(request: Request, raw_query: str) -> str | None:
    """The language to remember, if this page was asked for with ``?lang=``."""
    chosen = raw_query and f"{LANGUAGE_QUERY}={request.language}" in raw_query.split("&")
    return request.language if chosen and request.cookies.get(LANGUAGE_COOKIE) != request.language else None
