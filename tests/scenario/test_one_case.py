"""
One case all the way: filed, routed, dispatched, handled over the bus, answered, rated, rewarded and told, with
the same assertions on the embedded platform and on RabbitMQ with PostgreSQL.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from tests.scenario.problems import DISTRICT, NOISE, WATER, Problem
from whistle.contracts import Report, Sign
from whistle.testing import wait_for
from whistle.testing.platform import Answer, Platform

WAYS = ("home_visit", "on_site", "platform", "hotline", "letter", "meeting")


# --- steps that several tests take -----------------------------------------------------------------------------------


def file(platform: Platform, problem: Problem = WATER, **more: Any) -> str:
    answer = platform.http("POST", "/api/v1/cases", problem.body(**more))
    assert answer.status == 201, answer.body
    return str(answer.body["no"])


def post(platform: Platform, no: str, what: str, body: dict[str, Any]) -> Answer:
    return platform.http("POST", f"/api/v1/cases/{no}/{what}", body)


def entries(platform: Platform, no: str, kind: str) -> list[dict[str, Any]]:
    return [entry for entry in platform.case(no)["timeline"] if entry["kind"] == kind]


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


# --- doors -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("door", ["hotline", "wechat_group", "city_12345", "grid_walk"])
def test_staff_file_through_any_door(platform: Platform, door: str) -> None:
    """A case filed by staff keeps its door and has a number that reads back."""
    no = file(platform, door=door)
    assert (door, "case.filed") == (platform.case(no)["door"], platform.case(no)["timeline"][0]["kind"])


def test_a_resident_files_without_an_account_and_follows_by_phone_tail(platform: Platform) -> None:
    """Nobody in particular files through the public door, and sees the case with the last digits of the phone."""
    body = WATER.body(door="platform", contact={"name": "李四", "phone": "13900001234"})
    no = platform.http("POST", "/api/v1/cases", body, token="").body["no"]
    seen = [
        platform.http("GET", f"/api/v1/cases/{no}?tail={tail}", token="").status for tail in ("1234", "9999")
    ]
    assert [200, 403] == seen


def test_a_resident_cannot_use_a_door_of_the_staff(platform: Platform) -> None:
    """Without a token every other door is refused, by the name of the field."""
    refused = platform.http("POST", "/api/v1/cases", WATER.body(door="grid_walk"), token="")
    assert 400 <= refused.status < 500
    assert "door" in str(refused.body)


def test_the_same_idempotency_key_files_one_case(platform: Platform) -> None:
    """Same key and body: the stored answer; same key, other body: refused."""
    body = WATER.body()
    key = "the-same-key"
    first, again = (platform.http("POST", "/api/v1/cases", body, idempotency_key=key) for _ in range(2))
    other = platform.http("POST", "/api/v1/cases", WATER.body(), idempotency_key=key)
    assert (first.body, 201, 422) == (again.body, again.status, other.status)
    assert 1 == sum(case["title"] == body["title"] for case in platform.cases(district=DISTRICT))


# --- routing ---------------------------------------------------------------------------------------------------------


def test_the_plugin_decides_and_says_why(platform: Platform) -> None:
    """The timeline tells who must act, by which plugin, for which reasons, until when."""
    no = file(platform)
    (sent,) = wait_for(lambda: entries(platform, no, "dispatch.sent"), what="the dispatch")
    assert ("water-company", "lead", "plugin") == tuple(
        sent["data"][name] for name in ("party", "role", "source")
    )
    assert "whistle-district-mawei 1.0.0" == sent["data"]["plugin"]
    assert any("自来水" in reason for reason in sent["data"]["reasons"])
    case = platform.case(no)
    assert case["due_at"] > case["filed_at"]


def test_the_department_signs_arrives_and_reports_over_the_bus(platform: Platform) -> None:
    """What the party says on the bus is on the timeline, in order, and resolves the case."""
    no = file(platform)
    case = wait_for_state(platform, no, "resolved")
    told = [entry["kind"] for entry in case["timeline"] if entry["kind"].startswith("dispatch.")]
    assert ["dispatch.sent", "dispatch.signed", "dispatch.arrived", "dispatch.reported"] == told
    assert "water-company" in {entry["actor"] for entry in case["timeline"]}


def test_what_a_party_returns_goes_to_another(platform: Platform) -> None:
    """A return with its legal basis is on the timeline, and another party leads."""
    no = file(platform, returned=True)
    wait_for_state(platform, no, "resolved")
    leads = [(one["party"], one["state"]) for one in dispatches_of(platform, no) if one["role"] == "lead"]
    assert [("water-company", "returned"), ("environment-bureau", "reported")] == leads
    assert "三定方案" in entries(platform, no, "dispatch.returned")[0]["data"]["basis"]


def test_a_whistle_calls_lead_and_co_handlers_and_closes_when_all_have_reported(platform: Platform) -> None:
    """Two parties handle one case together: one whistle, resolved only after both reports."""
    no = file(platform, NOISE)
    case = wait_for_state(platform, no, "resolved")
    wait_for(lambda: entries(platform, no, "whistle.closed"), what="the whistle to close")
    called = {(one["party"], one["role"], one["state"]) for one in dispatches_of(platform, no)}
    assert {("urban-management", "lead", "reported"), ("housing-bureau", "co", "reported")} == called
    done = [entry["data"]["case_done"] for entry in case["timeline"] if entry["kind"] == "dispatch.reported"]
    assert ([False, True], 1) == (done, len(entries(platform, no, "whistle.blown")))


# --- answer and rating -----------------------------------------------------------------------------------------------


def test_a_case_is_answered_in_each_of_the_six_ways(platform: Platform) -> None:
    """All six ways of answering are taken; the case says which it was."""
    numbers = {way: file(platform) for way in WAYS}
    for way, no in numbers.items():
        wait_for_state(platform, no, "resolved")
        assert 200 == post(platform, no, "answer", {"way": way, "text": "已处理完毕。"}).status
    assert {no: (way, "answered") for way, no in numbers.items()} == {
        no: (case["answer_way"], case["state"]) for no in numbers.values() for case in [platform.case(no)]
    }


def test_a_satisfied_resident_closes_the_case_and_helpers_earn_points_once(platform: Platform) -> None:
    """Satisfied: closed, and every member who helped has two points for it, once."""
    no = file(platform, NOISE)
    assert "closed" == answer_and_rate(platform, no, "satisfied").body["state"]
    members = {
        name for entry in entries(platform, no, "dispatch.reported") for name in entry["data"]["members"]
    }
    expected = sorted((member, 20) for member in members)
    wait_for(lambda: earned(platform, no) == expected, what=f"{expected} to be earned")


def test_a_dissatisfied_resident_reopens_the_case(platform: Platform) -> None:
    """Dissatisfied: a second round with supervision; satisfied then closes it, and only that round earns."""
    no = file(platform)
    assert "reopened" == answer_and_rate(platform, no, "dissatisfied").body["state"]
    assert "closed" == answer_and_rate(platform, no, "very_satisfied").body["state"]
    assert 2 == platform.case(no)["round"]
    assert {1, 2} == {one["round"] for one in dispatches_of(platform, no)}
    wait_for(lambda: earned(platform, no), what="points of the second round")
    assert {20: len(earned(platform, no))} == Counter(tenths for _, tenths in earned(platform, no))


def test_nothing_is_answered_or_rated_before_its_time(platform: Platform) -> None:
    """A rating before the answer is refused with the state that forbids it."""
    refused = post(platform, file(platform), "rating", {"rating": "satisfied", "comment": ""})
    assert 409 == refused.status
    assert "application/problem+json" in refused.headers["Content-Type"]


# --- people are told -------------------------------------------------------------------------------------------------


def test_whoever_can_be_reached_is_told_and_for_the_others_there_is_a_task(platform: Platform) -> None:
    """The staff's notice is delivered; the answer to a resident without a machine channel becomes a person's task."""
    no = file(platform, contact={"name": "王五", "phone": "13900004321"})
    answer_and_rate(platform, no, "satisfied")

    def notices() -> dict[str, str]:
        found = platform.http("GET", f"/api/v1/notices?case_no={no}").body["notices"]
        return {notice["purpose"]: notice["state"] for notice in found}

    wait_for(lambda: notices().get("to-answer") == "delivered", what="the staff's notice")
    wait_for(lambda: notices().get("answer") == "handed_over", what="the answer to be handed over")
    tasks = platform.http("GET", f"/api/v1/tasks?case_no={no}").body["tasks"]
    assert ["answer"] == [task["purpose"] for task in tasks]
    done = platform.http("POST", f"/api/v1/tasks/{tasks[0]['id']}/done", {"result": "reached"})
    assert (200, "done") == (done.status, done.body["state"])
    wait_for(lambda: notices()["answer"] == "delivered", what="the answer to be delivered by a person")


# --- what is wrong ---------------------------------------------------------------------------------------------------


def test_an_action_for_somebody_elses_dispatch_is_refused_and_recorded(platform: Platform) -> None:
    """A stranger's report changes nothing but the record of refused actions."""
    no = file(platform)
    wait_for_state(platform, no, "resolved")
    before = platform.verify()["facts"]["refused_actions"]
    (dispatch,) = dispatches_of(platform, no)
    platform.speak(DISTRICT, "stranger", Report(dispatch=dispatch["id"], by="冒名者", text="已办"))
    wait_for(lambda: platform.verify()["facts"]["refused_actions"] == before + 1, timeout=20, every=0.2)
    assert [dispatch] == dispatches_of(platform, no)
    assert 1 == len(entries(platform, no, "dispatch.reported"))


def test_a_step_out_of_turn_is_refused(platform: Platform) -> None:
    """Who has reported cannot sign again, over the bus or on the pages."""
    no = file(platform)
    wait_for_state(platform, no, "resolved")
    before = platform.verify()["facts"]["refused_actions"]
    (dispatch,) = dispatches_of(platform, no)
    on_page = platform.http(
        "POST", f"/api/v1/dispatches/{dispatch['id']}/actions", {"action": "sign", "by": "值班员"}
    )
    platform.speak(DISTRICT, "water-company", Sign(dispatch=dispatch["id"], by="张工"))
    wait_for(lambda: platform.verify()["facts"]["refused_actions"] == before + 1, timeout=20, every=0.2)
    assert 409 == on_page.status
    assert [dispatch] == dispatches_of(platform, no)


# --- the end ---------------------------------------------------------------------------------------------------------


def test_every_case_reaches_its_end_and_the_books_agree(platform: Platform) -> None:
    """Everything that the other tests left open is closed; then nothing is lost, dead or on its way."""
    numbers = {case["no"] for case in platform.cases(district=DISTRICT)}
    platform.wait_until_closed(numbers)
    report = platform.wait_until_clean()
    assert ([], 0, 0) == (report["differences"], report["lost"], report["dead"])
    assert len(numbers) == report["facts"]["filed"] == report["facts"]["closed"] == report["facts"]["routed"]
