"""
Residents and staff that are not there: they use the platform as people do, over HTTP.
"""

from __future__ import annotations

import http.client
import json
from collections.abc import Callable, Iterable
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

    def page_dispatches(self) -> list[Any]:
        """Up to 500 dispatches that wait for parties that have no queue."""
        parties = self.call("GET", "/api/v1/parties")["parties"]
        on_pages = {(party["district"], party["id"]) for party in parties if party["channel"] == "page"}
        waiting = self.call("GET", "/api/v1/dispatches?state=sent&limit=500")["dispatches"]
        return [one for one in waiting if (one["district"], one["party"]) in on_pages]

    def act(self, dispatch: Any) -> None:
        """Work on the platform's pages for a party that has no queue: sign and report."""
        path = f"/api/v1/dispatches/{dispatch['id']}/actions"
        self.call("POST", path, {"action": "sign", "by": "值班员"})
        report = {"action": "report", "by": "值班员", "text": "已上门处理", "members": ["m-0001"]}
        self.call("POST", path, report)

    def answer(self, case: Any) -> None:
        """Answer a resolved case, each in turn by one of the six ways."""
        body = {"way": ANSWERS[case["serial"] % len(ANSWERS)], "text": "已处理完毕,请您查看。"}
        self.call("POST", f"/api/v1/cases/{case['no']}/answer", body)

    def rate(self, case: Any) -> None:
        """Rate an answered case; some residents are dissatisfied the first time."""
        rating = RATINGS[case["serial"] % len(RATINGS)] if case["round"] == 1 else "satisfied"
        self.call("POST", f"/api/v1/cases/{case['no']}/rating", {"rating": rating, "comment": ""})

    def pleas(self) -> list[Any]:
        """Up to 500 returns and rulings that wait to be decided."""
        found: list[Any] = self.call("GET", "/api/v1/dispatches/pleas?limit=500")["pleas"]
        return [plea for plea in found if plea["kind"] in ("return", "ruling")]

    def decide(self, plea: Any) -> None:
        """Accept a return; rule that a case goes to whoever is asked to rule, for this one case."""
        if plea["kind"] == "return":
            body: dict[str, Any] = {"accept": True, "reason": "经核实,不属该单位职责"}
            self.call("POST", f"/api/v1/dispatches/reviews/{plea['id']}", body)
            return
        body = {"party": plea["decider"], "reason": "两次退单,由本单位兜底办理", "precedent": None}
        self.call("POST", f"/api/v1/dispatches/rulings/{plea['id']}", body)

    def decide_pleas(self) -> int:
        """Decide every return and ruling that waits; returns how many."""
        return _each(self.pleas(), self.decide)

    def act_for_parties(self) -> int:
        """Act on every dispatch of parties without a queue; returns how many."""
        return _each(self.page_dispatches(), self.act)

    def answer_resolved(self) -> int:
        """Answer every resolved case; returns how many."""
        return _each(self.in_state("resolved"), self.answer)

    def rate_answered(self) -> int:
        """Rate every answered case; returns how many."""
        return _each(self.in_state("answered"), self.rate)


def _each(things: Iterable[Any], act: Callable[[Any], None]) -> int:
    count = 0
    for thing in things:
        act(thing)
        count += 1
    return count
