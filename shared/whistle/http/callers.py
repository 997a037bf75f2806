"""
Who calls, from where, in which language: tokens, cookies and the check that a form came from a page of ours.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal
from urllib.parse import urlsplit

from whistle.auth import Principal, Tokens
from whistle.errors import Forbidden, Unauthenticated
from whistle.http.problems import not_permitted
from whistle.http.routes import Language, RouteSpec
from whistle.http.settings import HttpSettings

TOKEN_COOKIE = "whistle_token"  # noqa: S105 — a name
LANGUAGE_COOKIE = "whistle_lang"
Origin = Literal["same", "cross", "unknown"]
_NO_COOKIES: Mapping[str, str] = {}


def read_cookies(value: str | None) -> Mapping[str, str]:
    """The cookies of a Cookie header; parts that are none are left out, the first of a name counts."""
    if not value:
        return _NO_COOKIES
    cookies: dict[str, str] = {}
    for part in value.split(";"):
        name, found, text = part.strip().partition("=")
        if found:
            cookies.setdefault(name, text.strip('"'))
    return cookies


def form_origin(headers: Mapping[str, str], public_url: str) -> Origin:
    """Did a page of ours send this? By Sec-Fetch-Site, else by Origin or Referer against Host and the public address."""
    site = headers.get("sec-fetch-site")
    if site is not None:
        return "same" if site == "same-origin" else "cross"
    source = headers.get("origin") or headers.get("referer")
    if source is None:
        return "unknown"
    try:
        sender = urlsplit(source).netloc.lower()
        own = {headers.get("host", "").lower(), urlsplit(public_url).netloc.lower()} - {""}
    except ValueError:
        return "cross"
    return "same" if sender in own else "cross"


def find_principal(
    spec: RouteSpec,
    tokens: Tokens,
    *,
    headers: Mapping[str, str],
    cookies: Mapping[str, str],
    cookie_counts: bool,
) -> Principal | None:
    """
    The caller, if known. A bad bearer token is refused everywhere; a bad cookie only where a role is needed.

    Raises Unauthenticated or Forbidden if the route's role is not met.
    """
    principal = _principal(spec, tokens, headers=headers, cookies=cookies if cookie_counts else _NO_COOKIES)
    if spec.role is None:
        return principal
    if principal is None:
        raise Unauthenticated(
            "请先登录：网页用登录链接，接口带 Authorization: Bearer 令牌",
            "log in first: on the pages by your login link, elsewhere with Authorization: Bearer token",
        )
    if not principal.may(spec.role):
        raise not_permitted(spec.role)
    return principal


def _principal(
    spec: RouteSpec, tokens: Tokens, *, headers: Mapping[str, str], cookies: Mapping[str, str]
) -> Principal | None:
    authorization = headers.get("authorization")
    if authorization is not None:
        scheme, _, token = authorization.partition(" ")
        if scheme.lower() != "bearer":
            raise Unauthenticated("只接受 Bearer 令牌", "only bearer tokens are taken")
        return tokens.verify(token.strip())
    token = cookies.get(TOKEN_COOKIE, "")
    if not token:
        return None
    try:
        return tokens.verify(token)
    except Unauthenticated:
        if spec.role is not None:
            raise
        return None


def check_form_origin(origin: Origin) -> None:
    """Raises Forbidden for a form that another site sent."""
    if origin == "cross":
        raise Forbidden("表单不是从本站提交的", "the form was not sent from this site")


def pick_language(
    headers: Mapping[str, str], cookies: Mapping[str, str], chosen: str | None = None
) -> Language:
    """zh unless English was chosen (``?lang=en``, then the cookie) or is preferred over Chinese by Accept-Language."""
    for choice in (chosen, cookies.get(LANGUAGE_COOKIE)):
        if choice in ("zh", "en"):
            return choice  # type: ignore[return-value]
    wanted = headers.get("accept-language")
    if not wanted:
        return "zh"
    weights = _weights(re.sub(r"-[^,;]*", "", wanted))
    return "en" if weights.get("en", 0.0) > weights.get("zh", 0.0) else "zh"


def prefers_html(accept: str | None) -> bool:
    """Would the caller rather have a page than JSON? Browsers would; curl's ``*/*`` would not."""
    if not accept or "text/html" not in accept.lower():
        return False
    weights = _weights(accept)
    json = max(weights.get("application/json", 0.0), weights.get("application/problem+json", 0.0))
    return weights.get("text/html", 0.0) > json


def _weights(value: str) -> dict[str, float]:
    """Names and their greatest q of an Accept-like header."""
    best: dict[str, float] = {}
    for part in value.lower().split(",")[:30]:
        name, *parameters = (piece.strip() for piece in part.split(";"))
        quality = next((piece[2:] for piece in parameters if piece.startswith("q=")), "1")
        try:
            weight = float(quality)
        except ValueError:
            weight = 0.0
        best[name] = max(weight, best.get(name, 0.0))
    return best


def remote_of(headers: Mapping[str, str], peer: str, settings: HttpSettings) -> tuple[str, bool]:
    """
    The caller's address, and whether it came over https. ``X-Forwarded-*`` counts only from a trusted proxy, and of
    ``X-Forwarded-For`` the last address that is not a proxy's.
    """
    if peer not in settings.trusted_proxies:
        return peer, settings.public_url.startswith("https://")
    hops = [hop.strip() for hop in headers.get("x-forwarded-for", "").split(",") if hop.strip()]
    remote = next((hop for hop in reversed(hops) if hop not in settings.trusted_proxies), peer)
    return remote[:64], headers.get("x-forwarded-proto", "").lower() == "https"
