"""
One case all the way: filed, routed, dispatched, handled over the bus, answered, rated, rewarded and told, with
the same assertions on the embedded platform and on RabbitMQ with PostgreSQL.
"""

from __future__ import annotations

from collections import Counter

import pytest

from tests.scenario.problems import DISTRICT, GATE, LIFT, NOISE, WATER
from tests.scenario.returned import returned_twice
from tests.scenario.steps import (
    answer_and_rate,
    dispatches_of,
    earned,
    entries,
    file,
    post,
    wait_for_entries,
    wait_for_state,
)
from tests.scenario.whistled import Whistled
from whistle.contracts import Report, Sign
from whistle.testing import wait_for
from whistle.testing.platform import Platform

WAYS = ("home_visit", "on_site", "platform", "hotline", "letter", "meeting")


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


def test_a_case_returned_twice_is_ruled_upon_and_the_ruling_routes_the_next(platform: Platform) -> None:
    """D3: a ruling task to the arbiter, no third bounce, the clock of the whole case unbroken, a precedent."""
    returned_twice(platform)


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


# --- whistles --------------------------------------------------------------------------------------------------------


def test_d1_who_never_reports_alone_is_red_and_the_case_waits_for_it(platform: Platform) -> None:
    """One lead and three co-handlers, one silent: yellow, red, supervised alone; released with a reason; scores differ."""
    no = file(platform, GATE, grid="maxian-1")
    story = Whistled(platform, no, within="0.2 分钟")
    story.say("justice-office", "sign")
    for party in ("maxian-property", "dihao-property", "junzhu-property"):
        story.say(party, "sign", "report")
    assert {"justice-office"} == set(story.use("close", status=409)["missing"])
    assert 409 == post(platform, no, "answer", {"way": "platform", "text": "已办。"}).status
    opened = wait_for(lambda: entries(platform, no, "supervision.opened"), timeout=40, what="the supervision")
    late = [entries(platform, no, f"clock.{name}") for name in ("warned", "overdue")]
    assert [["justice-office"]] * 3 == [
        [entry["data"]["party"] for entry in found] for found in (*late, opened)
    ]
    # the district's plugin is asked, and calls the street
    wait_for(lambda: "luoxing-street" in story.states(), what="the street to be called")
    for party in ("luoxing-street", "justice-office"):
        story.use("release", party=party, reason="不涉及")
    wait_for_state(platform, no, "resolved")
    scores = {"maxian-property": 95, "dihao-property": 80, "junzhu-property": 60, "justice-office": 0}
    for party, score in scores.items():
        story.use("evaluate", party=party, score=score, verdict="satisfied" if score else "dissatisfied")
    assert scores == {name: one["score"] for name, one in story.responders().items() if name in scores}
    assert "closed" == answer_and_rate(platform, no, "satisfied").body["state"]


def test_a_vetoed_report_makes_the_case_wait_for_the_next_one(platform: Platform) -> None:
    """What the blower does not accept is not answered: the party reports anew, over the bus."""
    no = file(platform, GATE, grid="maxian-1")
    story = Whistled(platform, no)
    for party in ("maxian-property", "dihao-property", "junzhu-property", "justice-office"):
        story.say(party, "sign", "report")
    wait_for(lambda: platform.case(no)["state"] == "resolved", what="the case to be resolved")
    story.use("veto", party="dihao-property", reason="门禁仍打不开")
    wait_for(lambda: platform.case(no)["state"] == "handling", what="the case to be handled again")
    assert 409 == post(platform, no, "answer", {"way": "platform", "text": "已办。"}).status
    story.say("dihao-property", "report")
    assert "closed" == answer_and_rate(platform, no, "satisfied").body["state"]
    assert 1 == story.responders()["dihao-property"]["vetoes"]


def test_gaochang_registers_reports_to_the_street_and_lets_the_grid_whistle(platform: Platform) -> None:
    """S3-10: exactly this path; each step is stamped, and stands on the case's timeline."""
    no = file(platform, LIFT, district="gaochang", grid="laochenglu-1")
    wait_for(lambda: entries(platform, no, "dispatch.sent"), what="the dispatch")
    for times in (1, 2):
        said = {"case_no": no, "reason": "需更换电梯,涉及多家"}
        assert 202 == platform.http("POST", "/api/v1/whistles/escalations", said).status
        wait_for_entries(platform, no, "whistle.escalated", times)
    first, second = (entry["data"] for entry in entries(platform, no, "whistle.escalated"))
    paths = [[step.partition(": ")[0] for step in data["steps"][:2]] for data in (first, second)]
    assert [["S3-10 登记入册", "S3-10 上报街道党工委研讨"], ["S3-10 登记入册", "S3-10 网格吹哨"]] == paths
    assert (["laochenglu-street"], None) == (first["called"], first["whistle"])
    shown = platform.http("GET", f"/api/v1/whistles/{second['whistle']}").body
    path = [one for one in shown["steps"] if one["kind"] in ("registered", "escalated", "blown")]
    assert ["registered", "escalated", "registered", "blown", "escalated"] == [one["kind"] for one in path]
    assert [one["at"] for one in path] == sorted(one["at"] for one in path)
    assert ("major", None, "laochenglu-street") == (shown["class"], shown["by"], shown["lead"])
    assert "closed" == answer_and_rate(platform, no, "satisfied").body["state"]


# --- joint consultations ---------------------------------------------------------------------------------------------


def test_a_consultation_without_a_whistle_calls_who_joins(platform: Platform) -> None:
    """联合会商 (S4-21): called by the street, held; whom it names handles the case too; both stand on the case's timeline."""
    no = file(platform, GATE, grid="maxian-1")
    wait_for(lambda: dispatches_of(platform, no), what="the dispatch")
    street = platform.token("street", DISTRICT, sub="li-street")
    asked = {
        "case_no": no,
        "parties": ["maxian-property", "justice-office"],
        "guests": ["社区智囊团"],
        "meet_at": "2036-01-01T14:00:00+08:00",
        "place": "社区居委会",
        "subject": "单元门改造费用",
    }
    low = platform.http(
        "POST", "/api/v1/whistles/consultations", asked, token=platform.token("community", DISTRICT)
    )
    called = platform.http("POST", "/api/v1/whistles/consultations", asked, token=street)
    assert (403, 201, None) == (low.status, called.status, called.body["whistle"])
    held = {
        "present": ["maxian-property", "社区智囊团"],
        "minutes": "商定分摊办法",
        "decision": "司法所参加调解",
        "join": ["justice-office"],
    }
    path = f"/api/v1/whistles/consultations/{called.body['id']}"
    assert 200 == platform.http("POST", f"{path}/minutes", held, token=street).status
    shown = platform.http("GET", path, token=street).body
    assert (["justice-office"], "li-street") == (shown["summoned"], shown["held_by"])
    wait_for_entries(platform, no, "consultation.held", 1)
    wait_for_entries(platform, no, "dispatch.sent", 2)
    assert "社区居委会" == entries(platform, no, "consultation.called")[0]["data"]["place"]
    roles = {one["party"]: (one["role"], one["whistle"]) for one in dispatches_of(platform, no)}
    assert {"maxian-property": ("lead", None), "justice-office": ("co", None)} == roles
    assert "closed" == answer_and_rate(platform, no, "satisfied").body["state"]


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
    numbers = {case["no"] for case in platform.cases()}
    platform.wait_until_closed(numbers)
    report = platform.wait_until_clean()
    assert ([], 0, 0) == (report["differences"], report["lost"], report["dead"])
    assert len(numbers) == report["facts"]["filed"] == report["facts"]["closed"] == report["facts"]["routed"]
