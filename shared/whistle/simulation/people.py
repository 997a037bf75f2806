"""
Residents and staff that are not there: they use the platform as people do, over HTTP.
"""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

from whistle.errors import DependencyDown
from whistle.ids import new_id

ANSWERS = ("hotline", "home_visit", "platform", "on_site", "letter", "meeting")
RATINGS = (
    "satisfied",
    "very_satisfied",
    "basically_satisfied",
    "satisfied",
    "dissatisfied",
    "satisfied",
    "very_satisfied",
)


class Client:
    """A keep-alive JSON client with a staff token."""

    def __init__(self, url: str, token: str) -> None:
        self._address = urlsplit(url).netloc
        self._connection = http.client.HTTPConnection(self._address, timeout=30)
        self._headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}

    def call(self, method: str, path: str, body: Any = None, *, key: str | None = None) -> Any:
        """
        One request.

        Raises:
            DependencyDown: anything but a success came back.
        """
        headers = {**self._headers, **({"Idempotency-Key": key} if key else {})}
        payload = None if body is None else json.dumps(body, ensure_ascii=False).encode()
        try:
            self._connection.request(method, path, body=payload, headers=headers)
            answer = self._connection.getresponse()
            text = answer.read()
        except (OSError, http.client.HTTPException) as error:
            self._connection.close()
            raise DependencyDown("平台没有响应", f"no answer from {self._address}: {error}") from None
        if answer.status >= 400:
            raise DependencyDown(f"{method} {path}: {answer.status}", text.decode()[:300])
        return json.loads(text) if text else None

    def file(self, bodies: Iterable[Any]) -> list[str]:
        """File cases; returns their numbers."""
        return [self.call("POST", "/api/v1/cases", body, key=new_id())["no"] for body in bodies]

    def in_state(self, state: str) -> list[Any]:
        """Up to 500 cases in a state."""
        found: list[Any] = self.call("GET", f"/api/v1/cases?state={state}&limit=500")["cases"]
        return found

    def act_for_parties(self) -> int:
        """
        Work on the platform's pages for the parties that have no queue: sign and report; returns how many
        dispatches.
        """
        parties = self.call("GET", "/api/v1/parties")["parties"]
        on_pages = {(party["district"], party["id"]) for party in parties if party["channel"] == "page"}
        waiting = self.call("GET", "/api/v1/dispatches?state=sent&limit=500")["dispatches"]
        mine = [one for one in waiting if (one["district"], one["party"]) in on_pages]
        for dispatch in mine:
            path = f"/api/v1/dispatches/{dispatch['id']}/actions"
            self.call("POST", path, {"action": "sign", "by": "值班员"})
            self.call(
                "POST",
                path,
                {"action": "report", "by": "值班员", "text": "已上门处理", "members": ["m-0001"]},
            )
        return len(mine)

    def answer_resolved(self) -> int:
        """Answer every resolved case, in turn by each of the six ways; returns how many."""
        cases = self.in_state("resolved")
        for case in cases:
            way = ANSWERS[case["serial"] % len(ANSWERS)]
            self.call(
                "POST", f"/api/v1/cases/{case['no']}/answer", {"way": way, "text": "已处理完毕,请您查看。"}
            )
        return len(cases)

    def rate_answered(self) -> int:
        """Rate every answered case; some are dissatisfied the first time; returns how many."""
        cases = self.in_state("answered")
        for case in cases:
            rating = RATINGS[case["serial"] % len(RATINGS)] if case["round"] == 1 else "satisfied"
            self.call("POST", f"/api/v1/cases/{case['no']}/rating", {"rating": rating, "comment": ""})
        return len(cases)
