"""Steps that several tests of a whole case take."""

from __future__ import annotations

from typing import Any

from tests.scenario.problems import DISTRICT, WATER, Problem
from whistle.testing import wait_for
from whistle.testing.platform import Answer, Platform


def file(platform: Platform, problem: Problem = WATER, **more: Any) -> str:
    answer = platform.http("POST", "/api/v1/cases", problem.body(**more))
    assert answer.status == 201, answer.body
    return str(answer.body["no"])


def post(platform: Platform, no: str, what: str, body: dict[str, Any]) -> Answer:
    return platform.http("POST", f"/api/v1/cases/{no}/{what}", body)


def entries(platform: Platform, no: str, kind: str) -> list[dict[str, Any]]:
    return [entry for entry in platform.case(no)["timeline"] if entry["kind"] == kind]


def wait_for_entries(platform: Platform, no: str, kind: str, count: int) -> None:
    """So many lines of a kind on the timeline."""
    wait_for(lambda: len(entries(platform, no, kind)) == count, what=f"{count} of {kind}", every=0.05)


def wait_for_state(platform: Platform, no: str, state: str) -> dict[str, Any]:
    """The case, once it is in that state; parties that work on the platform's pages are played meanwhile."""

    def there() -> dict[str, Any] | None:
        platform.people().act_for_parties()
        case = platform.case(no)
        return case if case["state"] == state else None

    found = wait_for(there, timeout=30, what=f"{no} to be {state}", every=0.05)
    assert found is not None
    return found


def answer_and_rate(platform: Platform, no: str, rating: str) -> Answer:
    wait_for_state(platform, no, "resolved")
    assert post(platform, no, "answer", {"way": "platform", "text": "已处理完毕,请您查看。"}).status == 200
    return post(platform, no, "rating", {"rating": rating, "comment": ""})


def dispatches_of(platform: Platform, no: str) -> list[dict[str, Any]]:
    return [one for one in platform.dispatches(district=DISTRICT) if one["case_no"] == no]


def earned(platform: Platform, no: str) -> list[tuple[str, int]]:
    """(member, tenths) of every posting that the case led to."""
    members = {
        name for entry in entries(platform, no, "dispatch.reported") for name in entry["data"]["members"]
    }
    found: list[tuple[str, int]] = []
    for member in sorted(members):
        shown = platform.http("GET", f"/api/v1/points/members/{member}?district={DISTRICT}&limit=500")
        found += [(member, one["tenths"]) for one in shown.body["entries"] if one["case_no"] == no]
    return found
