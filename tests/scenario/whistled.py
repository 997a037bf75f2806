"""A whistle blown by a grid worker on a case, and what its responders and its blower do."""

from __future__ import annotations

from functools import partial
from typing import Any

from tests.scenario.problems import DISTRICT
from tests.scenario.steps import dispatches_of
from whistle.contracts import Report, Sign
from whistle.testing import wait_for
from whistle.testing.platform import Platform

CO = ("dihao-property", "junzhu-property", "justice-office")
_DONE = {"sign": "signed", "report": "reported"}


class Whistled:
    """
    Args:
        no: a case that ``maxian-property`` leads; it goes on leading. within: how long the three others may take.
    """

    def __init__(self, platform: Platform, no: str, *, within: str | None = None) -> None:
        self._platform, self._no = platform, no
        wait_for(self.states, what="the dispatch")
        self._ready_to_speak()
        body = {
            "case_no": no,
            "class": "daily",
            "lead": "maxian-property",
            "co_handlers": list(CO),
            "reason": "几家物业共用门禁",
            "within": within,
        }
        answer = platform.http("POST", "/api/v1/whistles", body, token=self._token)
        assert (201, "blown") == (answer.status, answer.body.get("state")), answer.body
        self.id = answer.body["id"]

    @property
    def _token(self) -> str:
        return self._platform.token("worker", DISTRICT, sub="grid-worker")

    def _ready_to_speak(self) -> None:
        """Let each party have its account before time counts; what they say about nothing is refused."""
        before = self._platform.verify()["facts"]["refused_actions"]
        for party in ("maxian-property", *CO):
            self._platform.speak(DISTRICT, party, Sign(dispatch="nothing", by="张工"))
        wait_for(
            lambda: self._platform.verify()["facts"]["refused_actions"] == before + 4,
            timeout=20,
            what="the refusals",
            every=0.2,
        )

    def states(self) -> dict[str, str]:
        return {one["party"]: one["state"] for one in dispatches_of(self._platform, self._no)}

    def say(self, party: str, *verbs: str) -> None:
        """Over the bus, one after the other."""
        (dispatch,) = [one for one in dispatches_of(self._platform, self._no) if one["party"] == party]
        for verb in verbs:
            sign = Sign(dispatch=dispatch["id"], by="张工")
            report = Report(dispatch=dispatch["id"], by="张工", text=f"{party} 已办")
            self._platform.speak(DISTRICT, party, sign if verb == "sign" else report)
            done = (party, _DONE[verb])
            wait_for(partial(self._has_come_to, *done), what=f"{party} to {verb}")

    def _has_come_to(self, party: str, state: str) -> bool:
        return self.states()[party] == state

    def use(self, action: str, *, status: int = 200, **said: Any) -> Any:
        """One of the blower's powers."""
        path = f"/api/v1/whistles/{self.id}/actions"
        answer = self._platform.http("POST", path, {"action": action, **said}, token=self._token)
        assert status == answer.status, answer.body
        return answer.body

    def responders(self) -> dict[str, dict[str, Any]]:
        shown = self._platform.http("GET", f"/api/v1/whistles/{self.id}").body
        return {one["party"]: one for one in shown["responders"]}
