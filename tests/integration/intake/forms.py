"""Pages as a browser without scripts uses them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import urlencode, urlsplit

from whistle.testing import wait_for
from whistle.testing.platform import Answer, EmbeddedPlatform

FORM = "application/x-www-form-urlencoded"
FILING = {
    "district": "mawei",
    "text": "三号楼前的路灯三天不亮了,老人夜里出门不安全。",
    "contact.phone": "13812345678",
}


class Browser:
    """
    One visitor of a platform's pages.

    Args:
        token: of staff that has logged in; sent as the cookie that the login sets.
    """

    def __init__(self, platform: EmbeddedPlatform, *, token: str = "", **headers: str) -> None:
        self._platform = platform
        cookie = {"Cookie": f"whistle_token={token}"} if token else {}
        self._headers = {"Accept": "text/html", **cookie, **headers}

    def get(self, path: str, **headers: str) -> Answer:
        """Open a page."""
        return self._platform.http("GET", path, token="", **{**self._headers, **headers})

    def post(self, path: str, fields: Mapping[str, str], **headers: str) -> Answer:
        """Send a form from a page of the platform."""
        own = {"Sec-Fetch-Site": "same-origin", "Content-Type": FORM}
        body = urlencode(fields).encode()
        return self._platform.http("POST", path, body, token="", **{**self._headers, **own, **headers})

    def file(self, **changes: str) -> str:
        """File a case by the form; the path that the browser is sent to."""
        answer = self.post("/file", {**FILING, "token": form_token(self), **changes})
        assert 303 == answer.status, answer.body
        return answer.headers["Location"]


def form_token(browser: Browser) -> str:
    """The hidden token of a fresh form."""
    found = re.search(r'name="token" value="([^"]+)"', browser.get("/file").body)
    assert found is not None
    return found[1]


def number_in(location: str) -> str:
    """The case number in the path of its page."""
    return urlsplit(location).path.removeprefix("/cases/")


def wait_until_resolved(platform: EmbeddedPlatform, no: str) -> None:
    """Until the simulated parties have done their work."""

    def resolved() -> bool:
        platform.people().act_for_parties()
        return platform.case(no)["state"] == "resolved"

    wait_for(resolved, timeout=60, what=f"{no} to be resolved", every=0.05)
