"""A case that two units give back, on a running platform (domain D3)."""

from __future__ import annotations

from typing import Any

from tests.scenario.problems import DISTRICT, DOOR
from tests.scenario.steps import dispatches_of, file, wait_for_state
from whistle.contracts import Return
from whistle.testing import wait_for
from whistle.testing.platform import Platform

FIRST, SECOND, ARBITER = "maxian-property", "dihao-property", "petition-office"
BASIS = "三定方案第二条"


def leading(platform: Platform, no: str, party: str) -> dict[str, Any]:
    """The open dispatch by which that party leads the case, once it does."""

    def found() -> dict[str, Any] | None:
        ours = [one for one in dispatches_of(platform, no) if (one["party"], one["role"]) == (party, "lead")]
        return next((one for one in ours if one["state"] == "sent"), None)

    about = wait_for(found, timeout=30, what=f"{party} to lead {no}")
    assert about is not None
    return about


def give_back(platform: Platform, no: str, party: str) -> None:
    """Over the bus, with a basis."""
    about = leading(platform, no, party)
    platform.speak(DISTRICT, party, Return(dispatch=about["id"], by="张工", basis=BASIS))


def task_of(platform: Platform, no: str) -> dict[str, Any]:
    """What the arbiter is asked, once it is."""

    def found() -> list[dict[str, Any]]:
        page = platform.http("GET", f"/api/v1/dispatches/pleas?kind=ruling&no={no}").body
        return list(page["pleas"])

    (task,) = wait_for(found, timeout=30, what="the arbiter's task")
    return task


def rule(platform: Platform, task: dict[str, Any], party: str) -> None:
    """For this case and all about such doors."""
    precedent = {"category": "", "keywords": [DOOR.title]}
    body = {"party": party, "reason": "物业服务合同载明", "precedent": precedent}
    assert 200 == platform.http("POST", f"/api/v1/dispatches/rulings/{task['id']}", body).status


def whole_clock(platform: Platform, no: str) -> dict[str, Any]:
    """The handling clock of the whole case."""
    clocks = platform.http("GET", f"/api/v1/clocks?no={no}").body["clocks"]
    (whole,) = [one for one in clocks if one["kind"] == "handle" and one["dispatch"] is None]
    return dict(whole)


def refused_actions(platform: Platform) -> int:
    """How many actions were refused by now."""
    return int(platform.verify()["facts"]["refused_actions"])


def returned_twice(platform: Platform) -> None:
    """The whole of D3 as it is written there."""
    no = file(platform, DOOR)
    first = leading(platform, no, FIRST)
    give_back(platform, no, FIRST)
    give_back(platform, no, SECOND)
    task = task_of(platform, no)
    assert (ARBITER, SECOND) == (task["decider"], task["party"])
    assert task["opened_at"] < task["due_at"]
    rule(platform, task, SECOND)
    ruled = leading(platform, no, SECOND)
    assert ("ruled", FIRST, 2) == (ruled["bound"], ruled["owner"], ruled["hops"])

    before = refused_actions(platform)
    give_back(platform, no, SECOND)
    wait_for(lambda: refused_actions(platform) == before + 1, timeout=20, every=0.2, what="a refusal")
    assert ruled == leading(platform, no, SECOND)
    whole = whole_clock(platform, no)
    assert (first["sent_at"], first["due_at"]) == (whole["started_at"], whole["due_at"])
    told = {entry["kind"] for entry in wait_for_state(platform, no, "resolved")["timeline"]}
    assert {"dispatch.returned", "dispatch.pleaded", "dispatch.ruled"} <= told

    following = file(platform, DOOR)
    assert SECOND == leading(platform, following, SECOND)["owner"]
    (decision,) = platform.http("GET", f"/api/v1/dispatches/decisions/{following}").body["decisions"]
    assert "precedent" == decision["by"]
