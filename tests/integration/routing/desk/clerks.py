"""Clerks at the desk: browsers without scripts, logged in as a party or as staff, on a running platform of one district."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from html import unescape
from typing import Any
from urllib.parse import urlencode

from whistle.auth import Tokens
from whistle.clock import SystemClock
from whistle.storage import Database, make_engine
from whistle.testing import wait_for
from whistle.testing.platform import Answer, EmbeddedPlatform
from whistle_routing.handlers import mail
from whistle_routing.store import RoutingUnit

QI = "qi"
BASIS = "《城市供水条例》第三条"
FORM = "application/x-www-form-urlencoded"
Fields = Mapping[str, str | Sequence[str]]


class Clerk:
    """One visitor with the cookie that a login sets."""

    def __init__(self, platform: EmbeddedPlatform, token: str) -> None:
        self._platform = platform
        self._headers = {"Accept": "text/html", "Cookie": f"whistle_token={token}"} if token else {}

    def get(self, path: str, **headers: str) -> Answer:
        return self._platform.http(
            "GET", path, token="", **{"Accept": "text/html", **self._headers, **headers}
        )

    def body(self, path: str) -> str:
        """The page, which must be there."""
        found = self.get(path)
        assert 200 == found.status, found.body
        return str(found.body)

    def post(self, path: str, fields: Fields, **headers: str) -> Answer:
        """Send a form as it is."""
        own = {"Sec-Fetch-Site": "same-origin", "Content-Type": FORM, "Accept": "text/html"}
        body = urlencode(fields, doseq=True).encode()
        return self._platform.http("POST", path, body, token="", **{**self._headers, **own, **headers})

    def send(self, path: str, at: str, **fields: Any) -> Answer:
        """Fill in the form ``at`` of a page, which must be on it, and send it."""
        hidden = hidden_of(self.body(path), at)
        named = {name.replace("__", "."): value for name, value in fields.items()}
        return self.post(path, {**hidden, **named})

    def do(self, path: str, at: str, **fields: Any) -> str:
        """The same, which must succeed; the page that it leads to."""
        answer = self.send(path, at, **fields)
        assert 303 == answer.status, told(answer)
        return self.body(answer.headers["Location"])


def staff(platform: EmbeddedPlatform, role: str = "district", scope: str = QI, sub: str = "王局长") -> Clerk:
    return Clerk(platform, platform.token(role, scope, sub=sub))


def party(platform: EmbeddedPlatform, ident: str) -> Clerk:
    """A party with a fresh token; the one it had before does not count any more."""
    return Clerk(platform, token_of(platform, ident))


def token_of(platform: EmbeddedPlatform, ident: str) -> str:
    engine = make_engine(f"sqlite:///{platform.folder / 'data' / 'routing.db'}", schema="routing")
    database = Database(engine, RoutingUnit, clock=SystemClock())
    try:
        with database.write() as unit:
            return mail.give_token(unit, QI, ident, tokens=Tokens(platform.secret, SystemClock()))
    finally:
        database.close()


def forms_of(page: str) -> list[str]:
    """Which forms a page offers, by what they do."""
    return re.findall(r'name="do" value="([^"]+)"', page)


def hidden_of(page: str, at: str) -> dict[str, str]:
    """The hidden fields of a form."""
    found = re.search(rf'<details class="act" id="{re.escape(at)}".*?</details>', page, re.DOTALL)
    assert found is not None, (at, forms_of(page))
    pairs = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', found[0])
    return {name: unescape(value) for name, value in pairs}


def told(answer: Answer) -> str:
    """The refusal that a page shows next to a form."""
    found = re.search(r'<div class="notice bad" role="alert">(.*?)</div>', str(answer.body), re.DOTALL)
    return re.sub(r"<[^>]+>|\s+", "", found[1]) if found else str(answer.body)


def file(platform: EmbeddedPlatform, text: str = "小区停水三天", **more: Any) -> str:
    body = {"text": text, "district": QI, "door": "office_phone", "contact": {}, **more}
    return str(platform.people().call("POST", "/api/v1/cases", body)["no"])


def dispatch(platform: EmbeddedPlatform, no: str, name: str = "") -> dict[str, Any]:
    """The last dispatch of a case, or of one party with it, once there is one that is open."""

    def found() -> Any:
        rows = platform.http("GET", f"/api/v1/dispatches?no={no}").body["dispatches"]
        rows = [
            one
            for one in rows
            if one["state"] in ("sent", "signed", "arrived") and name in ("", one["party"])
        ]
        return rows[-1] if rows else None

    answer: dict[str, Any] = wait_for(found, timeout=30, what=f"a dispatch of {no} to {name or 'somebody'}")
    return answer


def pleas(platform: EmbeddedPlatform, no: str, kind: str = "", state: str = "open") -> list[dict[str, Any]]:
    asked = f"&kind={kind}" if kind else ""
    page = platform.http("GET", f"/api/v1/dispatches/pleas?no={no}&state={state}{asked}").body
    found: list[dict[str, Any]] = page["pleas"]
    return found
