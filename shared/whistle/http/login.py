"""
Logging in to the pages: ``/login?token=…`` (the link that the embedded mode prints) puts the token into a cookie.
"""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from whistle.auth import Tokens
from whistle.clock import Clock
from whistle.http.callers import TOKEN_COOKIE
from whistle.http.routes import HTML, Call, Cookie, Request, Response, RouteSpec, redirect


class LoginQuery(Schema):
    """The query of a login link."""

    token = fields.String(required=True, validate=validate.Length(max=4096))


def routes(tokens: Tokens, clock: Clock) -> tuple[tuple[RouteSpec, Call], ...]:
    """
    ``GET /login?token=…`` leads a party to its desk and staff to the front page; ``POST /logout`` leads to the front page.
    """

    def log_in(request: Request) -> Response:
        token = request.query["token"]
        left = (tokens.expires(token) - clock.now()).total_seconds()
        place = "/desk" if tokens.verify(token).role == "party" else "/"
        return redirect(place, cookies=(Cookie(name=TOKEN_COOKIE, value=token, max_age=max(1, int(left))),))

    def log_out(_request: Request) -> Response:
        return redirect("/", cookies=(Cookie(name=TOKEN_COOKIE, value="", max_age=0),))

    return (
        (
            RouteSpec(
                method="GET", path="/login", service="http", name="log_in", query=LoginQuery, answer_type=HTML,
                summary_zh="用登录链接登录", summary_en="log in by a link",
            ),
            log_in,
        ),
        (
            RouteSpec(
                method="POST", path="/logout", service="http", name="log_out", form=True, answer_type=HTML,
                summary_zh="退出登录", summary_en="log out",
            ),
            log_out,
        ),
    )  # fmt: skip
