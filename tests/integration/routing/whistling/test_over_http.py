"""Whistles over HTTP and on the command line: what users do from the blowing to the publication, and every refusal."""

from __future__ import annotations

import csv
import datetime as dt
import json
import os

import pytest
from python_calamine import CalamineWorkbook
from typer.testing import CliRunner

from tests.integration.routing.on_pages import QI, WHISTLES, platform_on_pages
from whistle.calendar.days import CHINA
from whistle.errors import WhistleError
from whistle.testing import wait_for
from whistle_routing.cli import blow, consult

PARTIES = ("water", "estate-a", "estate-b", "street", "desk")


@pytest.fixture(scope="module")
def platform(tmp_path_factory):
    """A platform whose parties all work on pages, so that nobody acts but the test."""
    folder = tmp_path_factory.mktemp("whistles")
    with platform_on_pages(folder, rules=WHISTLES) as started:
        yield started


@pytest.fixture
def no(platform):
    """A case that the water company has."""
    body = {"text": "小区停水三天", "district": QI, "grid": "g1", "door": "office_phone", "contact": {}}
    filed = platform.people().call("POST", "/api/v1/cases", body)["no"]
    wait_for(lambda: dispatches(platform, filed), what="the dispatch")
    return filed


def token(platform, role="worker", scope=QI, sub="wang"):
    return platform.token(role, scope, sub=sub)


def dispatches(platform, no):
    return {one["party"]: one for one in platform.dispatches(district=QI) if one["case_no"] == no}


def post(platform, path, body, **who):
    return platform.http("POST", f"/api/v1/whistles{path}", body, token=token(platform, **who))


def blown(platform, no, *, whistle_class="daily", lead="water", co=("estate-a", "estate-b"), **who):
    body = {
        "case_no": no,
        "class": whistle_class,
        "lead": lead,
        "co_handlers": list(co),
        "reason": "管线多家",
    }
    answer = post(platform, "", body, **who)
    assert 201 == answer.status, answer.body
    return answer.body


def act(platform, ident, action, status=200, who=None, **said):
    answer = post(platform, f"/{ident}/actions", {"action": action, **said}, **(who or {}))
    assert status == answer.status, answer.body
    return answer.body


def party(platform, no, name, *actions, **more):
    """The party's page: what it does, in order."""
    for action in actions:
        said = {"action": action, "by": "张工", "text": "已办", **more}
        if action == "sign":
            said = {"action": "sign", "by": "张工"}
        path = f"/api/v1/dispatches/{dispatches(platform, no)[name]['id']}/actions"
        answer = platform.http("POST", path, said)
        assert 200 == answer.status, answer.body


def state(platform, no):
    return platform.case(no)["state"]


def test_from_the_blowing_to_the_assessment(platform, no):
    """Blown by a grid worker; nobody answers before all are done; a veto takes it back; scores differ; all on the timeline."""
    whistle = blown(platform, no)
    assert ("blown", "wang", "worker") == (whistle["state"], whistle["by"], whistle["role"])
    assert 6 == len(whistle["code"])
    act(platform, whistle["id"], "summon", party="street", reason="协调")
    for name in ("water", "estate-a", "estate-b"):
        party(platform, no, name, "sign", "report")
    refused = act(platform, whistle["id"], "close", 409)
    assert ["street"] == refused["missing"]
    early = platform.http("POST", f"/api/v1/cases/{no}/answer", {"way": "platform", "text": "已办"})
    assert 409 == early.status
    act(platform, whistle["id"], "release", party="street", reason="无需街道到场")
    wait_for(lambda: state(platform, no) == "resolved", what="the case to be resolved")
    act(platform, whistle["id"], "veto", party="estate-a", reason="现场仍有积水")
    wait_for(lambda: state(platform, no) == "handling", what="the case to be handled again")
    party(platform, no, "estate-a", "report")
    wait_for(lambda: state(platform, no) == "resolved", what="the case to be resolved again")
    for name, score in (("water", 95), ("estate-a", 60), ("estate-b", 80), ("street", 70)):
        act(platform, whistle["id"], "evaluate", party=name, score=score, verdict="satisfied")
    act(platform, whistle["id"], "assess", party="water", grade="excellent", comment="到得快")
    shown = platform.http("GET", f"/api/v1/whistles/{whistle['id']}", token=token(platform, sub="other")).body
    assert "code" not in shown
    assert {
        "water": (95, "excellent"),
        "estate-a": (60, None),
        "estate-b": (80, None),
        "street": (70, None),
    } == {one["party"]: (one["score"], one.get("grade")) for one in shown["responders"]}
    kinds = [one["kind"] for one in shown["steps"]]
    assert [kinds.count(kind) for kind in ("blown", "called", "vetoed", "released", "closed")] == [
        1,
        4,
        1,
        1,
        2,
    ]
    wanted = ("blown", "summoned", "released", "vetoed", "evaluated", "assessed", "closed")
    wait_for(
        lambda: (
            {f"whistle.{kind}" for kind in wanted}
            <= {entry["kind"] for entry in platform.case(no)["timeline"]}
        ),
        what="everything on the timeline",
    )


def test_an_answer_ends_the_time_for_vetoes(platform, no):
    """The resident has been told."""
    whistle = blown(platform, no, co=("estate-a",))
    for name in ("water", "estate-a"):
        party(platform, no, name, "sign", "report")
    wait_for(lambda: state(platform, no) == "resolved", what="the case to be resolved")
    platform.people().call("POST", f"/api/v1/cases/{no}/answer", {"way": "platform", "text": "已办"})

    def answered():
        return platform.http("GET", f"/api/v1/whistles/{whistle['id']}").body["answered_at"]

    wait_for(answered, what="routing to hear of the answer")
    assert "not-allowed-now" in str(act(platform, whistle["id"], "veto", 409, party="estate-a", reason="晚"))


def test_where_reports_are_accepted_the_case_is_resolved_by_the_last_acceptance(platform, no):
    """Intake hears it from the whistle's end: the reports themselves did not complete the case."""
    street = {"role": "street", "sub": "li"}
    whistle = blown(platform, no, whistle_class="major", co=("estate-a",), **street)
    for name in ("water", "estate-a"):
        party(platform, no, name, "sign", "report")
        act(platform, whistle["id"], "evaluate", party=name, score=90, verdict="satisfied", who=street)
    wait_for(lambda: state(platform, no) == "resolved", what="the case to be resolved")
    reported = [e["data"] for e in platform.case(no)["timeline"] if e["kind"] == "dispatch.reported"]
    assert [False, False] == [data["case_done"] for data in reported]


def test_a_principal_approves_or_declines(platform, no):
    """The worker asks, the street decides; the request has a clock of its own."""
    asked = blown(platform, no, whistle_class="major")
    assert "requested" == asked["state"]
    (clock,) = [
        one
        for one in platform.http("GET", f"/api/v1/clocks?no={no}").body["clocks"]
        if one["kind"] == "approve"
    ]
    assert ("street", "running") == (clock["party"], clock["state"])
    act(platform, asked["id"], "approve", 403)
    act(platform, asked["id"], "approve", 403, who={"role": "street", "sub": "wang"})
    act(platform, asked["id"], "decline", 422, who={"role": "street", "sub": "li"})
    street = {"role": "street", "sub": "li"}
    assert "declined" == act(platform, asked["id"], "decline", who=street, reason="先自行处理")["state"]
    act(platform, asked["id"], "approve", 409, who=street)
    again = blown(platform, no, whistle_class="major")
    assert "blown" == act(platform, again["id"], "approve", who=street)["state"]


def test_arriving_is_proved(platform, no):
    """Where the class asks for it: with place and photo, or the code that the blower sees."""
    whistle = blown(platform, no, whistle_class="urgent", role="community", sub="zhao", co=("estate-a",))
    party(platform, no, "estate-a", "sign")
    path = f"/api/v1/dispatches/{dispatches(platform, no)['estate-a']['id']}/actions"
    bare = platform.http("POST", path, {"action": "arrive", "by": "张工"})
    assert (422, ["proof"]) == (bare.status, list(bare.body["errors"]))
    wrong = {"place": "3号楼", "photo": "s3://1.jpg", "sha256": "x"}
    refused = platform.http("POST", path, {"action": "arrive", "by": "张工", "proof": wrong})
    assert 422 == refused.status
    early = platform.http("POST", path, {"action": "report", "by": "张工", "text": "已办"})
    assert 409 == early.status
    proof = {"place": "3号楼", "code": whistle["code"]}
    assert 200 == platform.http("POST", path, {"action": "arrive", "by": "张工", "proof": proof}).status
    shown = platform.http("GET", f"/api/v1/whistles/{whistle['id']}").body
    (found,) = [one for one in shown["responders"] if one["party"] == "estate-a"]
    assert ({"place": "3号楼", "coded": True}, "arrived") == (found["proof"], found["state"])


def test_a_joint_consultation_is_called_and_held_and_may_call_others(platform, no):
    """联合会商: participants, minutes, decision; whom it decides on is summoned."""
    whistle = blown(platform, no, co=("estate-a",))
    invitation = {
        "parties": ["water", "estate-a"],
        "guests": ["律师"],
        "meet_at": "2026-11-24T14:00:00+08:00",
        "place": "街道综治中心",
        "subject": "费用分担",
    }
    act(platform, whistle["id"], "consult", 422, **{**invitation, "parties": ["nobody"]})
    act(platform, whistle["id"], "consult", 422, **{**invitation, "parties": ["water"], "guests": []})
    (called,) = act(platform, whistle["id"], "consult", **invitation)["consultations"]
    held = {
        "consultation": called["id"],
        "present": ["water", "律师"],
        "minutes": "各方陈述。",
        "decision": "由供水公司更换管线,乙物业配合。",
        "summon": ["estate-b"],
    }
    act(platform, whistle["id"], "hold", 404, **{**held, "consultation": "nothing"})
    act(platform, whistle["id"], "hold", 422, **{**held, "present": ["estate-b"]})
    after = act(platform, whistle["id"], "hold", **held)
    assert ["estate-b"] == after["consultations"][0]["summoned"]
    assert "estate-b" in {one["party"] for one in after["responders"]}
    act(platform, whistle["id"], "hold", 409, **held)
    wait_for(
        lambda: (
            {"consultation.called", "consultation.held"}
            <= {entry["kind"] for entry in platform.case(no)["timeline"]}
        ),
        what="the consultation on the timeline",
    )


def test_a_case_is_carried_upward_and_the_plugin_s_answer_is_recorded(platform, no):
    """S3-10: registered by a person, decided by the plugin, both with their time."""
    answer = post(platform, "/escalations", {"case_no": no, "reason": "需更换全部管线"})
    assert (202, "pending") == (answer.status, answer.body["state"])
    entry = wait_for(
        lambda: next((e for e in platform.case(no)["timeline"] if e["kind"] == "whistle.escalated"), None),
        what="the escalation on the timeline",
    )
    data = entry["data"]
    assert ("out_of_powers", "wang", "需更换全部管线") == (data["trigger"], data["by"], data["detail"])
    assert data["registered_at"]


@pytest.mark.parametrize(
    ("change", "who", "status"),
    [
        ({}, {"scope": "mawei"}, 403),
        ({}, {"scope": f"{QI}/g2"}, 403),
        ({"case_no": "26-99999-9"}, {}, 403),
        ({"class": "urgent"}, {}, 403),
        ({"class": "loud"}, {}, 422),
        ({"lead": "nobody"}, {}, 422),
        ({"co_handlers": ["water"]}, {}, 422),
        ({"reason": ""}, {}, 422),
        ({"within": "soon"}, {}, 422),
        ({"co_handlers": []}, {}, 422),
    ],
)
def test_a_wrong_whistle_is_refused(platform, no, change, who, status):
    """Place, role, class, parties, reason, time; and nothing is called."""
    body = {
        "case_no": no,
        "class": "daily",
        "lead": "water",
        "co_handlers": ["estate-a"],
        "reason": "管线多家",
    }
    answer = post(platform, "", {**body, **change}, **who)
    assert status == answer.status, answer.body
    assert {"water"} == set(dispatches(platform, no))


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_nobody_in_particular_sees_or_blows(platform, method):
    """Without a token, or as a resident or a party."""
    body = None if method == "GET" else {"case_no": "26-00001-1"}
    assert 401 == platform.http(method, "/api/v1/whistles", body, token="").status
    for role in ("resident", "party"):
        scope = f"{QI}/water" if role == "party" else QI
        assert (
            403
            == platform.http(
                method, "/api/v1/whistles", body, token=token(platform, role=role, scope=scope)
            ).status
        )


def test_an_action_says_what_it_lacks(platform, no):
    """By field, in both languages."""
    whistle = blown(platform, no)
    assert ["score", "verdict"] == sorted(
        act(platform, whistle["id"], "evaluate", 422, party="water")["errors"]
    )
    act(platform, whistle["id"], "sing", 422)
    act(platform, "nothing", "close", 403)
    act(platform, whistle["id"], "veto", 404, party="desk", reason="x")


def test_whistles_are_listed_by_district_state_and_class_in_pages(platform, no):
    """Every one once, the oldest first; staff of elsewhere sees none."""
    blown(platform, no)
    found, after = [], ""
    while after is not None:
        page = platform.http("GET", f"/api/v1/whistles?class=daily&limit=1&after={after}").body
        found += page["whistles"]
        after = page["next"]
    assert [one["id"] for one in found] == sorted({one["id"] for one in found})
    assert {"daily"} == {one["class"] for one in found}
    elsewhere = platform.http("GET", "/api/v1/whistles", token=token(platform, scope="mawei")).body
    assert [] == elsewhere["whistles"]


def month():
    return dt.datetime.now(dt.timezone(dt.timedelta(hours=8))).strftime("%Y-%m")


def test_the_month_is_published_to_everybody_without_anybody(platform, no):
    """Who came and who did not, by party and class; no person, no case."""
    whistle = blown(platform, no, co=("estate-b",))
    party(platform, no, "estate-b", "sign", "report")
    act(platform, whistle["id"], "evaluate", party="estate-b", score=88, verdict="satisfied")
    answer = platform.http("GET", f"/api/v1/whistles/publication?district={QI}&month={month()}", token="")
    assert 200 == answer.status
    rows = {(one["party"], one["class"]): one for one in answer.body["rows"]}
    assert rows["estate-b", "daily"]["in_time"] >= 1
    assert rows["estate-b", "daily"]["highest"] >= 88
    for row in rows.values():
        parts = ("in_time", "late", "never", "open", "released", "returned")
        assert row["called"] == sum(row[name] for name in parts)
    assert no not in str(answer.body)
    assert "wang" not in str(answer.body)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_page_of_the_month_is_for_everybody(platform, no, language):
    """Parties by name with their counts, in both languages; no case, no person."""
    blown(platform, no)
    page = platform.http(
        "GET", f"/whistles?district={QI}", token="", cookie=f"whistle_lang={language}", accept="text/html"
    )
    assert 200 == page.status
    words = {"zh": ("应哨公布", "测试区"), "en": ("Whistles answered", "Never")}[language]
    assert [] == [word for word in (*words, "自来水公司") if word not in page.body]
    assert [] == [word for word in (no, "wang", "grid-worker") if word in page.body]


def test_the_page_says_what_is_no_month(platform):
    """Still a page, with the form to try again."""
    page = platform.http("GET", f"/whistles?district={QI}&month=2199-01", token="", accept="text/html")
    assert (422, True) == (page.status, "/whistles" in page.body)


@pytest.mark.parametrize(
    "query", ["district=qi&month=2026-13", "district=qi&month=2199-01", "district=nowhere&month=2026-11", ""]
)
def test_what_is_no_month_or_district_is_refused(platform, query):
    """By field."""
    answer = platform.http("GET", f"/api/v1/whistles/publication?{query}", token="")
    assert (422, True) == (answer.status, bool(answer.body["errors"]))


# --- the command line -------------------------------------------------------------------------------------------------


@pytest.fixture
def cli(platform, monkeypatch):
    for name, value in platform.environment.items():
        if name.startswith("WHISTLE_"):
            monkeypatch.setenv(name, value)
    monkeypatch.syspath_prepend(platform.environment["PYTHONPATH"].split(os.pathsep)[0])

    def run(*words, code=0):
        answer = CliRunner().invoke(blow, list(words))
        if code:
            assert isinstance(answer.exception, WhistleError) or code == answer.exit_code, answer.output
        else:
            assert 0 == answer.exit_code, (answer.output, answer.exception)
        return answer.output

    return run


def test_everything_can_be_done_on_the_command_line(platform, cli, no, tmp_path):
    """Blow, summon, consult, hold, release, veto, evaluate, assess, close, list, show, publish."""
    said = ("--by", "李主任", "--reason", "管线多家")
    whistle = json.loads(
        cli("start", no, "--lead", "water", "--with", "estate-a", *said, "--as", "worker", "--json")
    )
    ident = whistle["id"]
    assert ("blown", "worker") == (whistle["state"], whistle["role"])
    cli("summon", ident, "estate-b", *said)
    sitting = ("--at", "2026-11-24 14:00", "--place", "综治中心", "--subject", "分担", "--by", "李主任")
    called = json.loads(cli("consult", ident, *sitting, "--party", "water", "--guest", "律师", "--json"))
    minutes = ("--minutes", "陈述", "--decision", "更换", "--present", "律师", "--by", "李主任")
    cli("hold", ident, called["consultations"][0]["id"], *minutes, "--summon", "street")
    cli("release", ident, "street", *said)
    for name in ("water", "estate-a", "estate-b"):
        party(platform, no, name, "sign", "report")
    cli("veto", ident, "estate-b", *said)
    party(platform, no, "estate-b", "report")
    cli("evaluate", ident, "water", "91", "--by", "李主任")
    cli("close", ident, "--by", "李主任")
    cli("assess", ident, "water", "excellent", "--by", "李主任")
    shown = json.loads(cli("show", ident, "--json"))
    assert ("closed", 91, "excellent") == (
        shown["state"],
        *next((one["score"], one["grade"]) for one in shown["responders"] if one["party"] == "water"),
    )
    assert "closed" in cli("show", ident)
    assert ident in cli("list", "--case", no)
    assert [ident] == [one["id"] for one in json.loads(cli("list", "--case", no, "--json"))["whistles"]]
    published = json.loads(cli("publication", QI, month(), "--json"))
    assert {"water"} <= {row["party"] for row in published["rows"]}
    assert "water" in cli("publication", QI, month())
    _check_sheets(cli, tmp_path, [row["party"] for row in published["rows"]])


def _check_sheets(cli, folder, parties):
    """Both kinds of sheets hold the same rows."""
    for name in ("out.csv", "out.xlsx"):
        cli("publication", QI, month(), "--out", str(folder / name))
    with (folder / "out.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    sheet = CalamineWorkbook.from_path(folder / "out.xlsx").get_sheet_by_index(0).to_python()
    assert parties == [row[0] for row in rows[1:]] == [row[0] for row in sheet[1:]]
    cli("publication", QI, month(), "--out", str(folder / "out.doc"), code=1)


def test_approval_and_escalation_on_the_command_line(cli, no):
    """Asked for as a worker, declined, asked for again and approved; then carried upward."""
    said = ("--by", "王网格", "--reason", "管线多家")
    ask = ("start", no, "--lead", "water", "--with", "estate-a", "--class", "major", "--as", "worker", *said)
    first = json.loads(cli(*ask, "--json"))["id"]
    cli("decline", first, "--by", "李主任", "--reason", "先自行处理")
    second = json.loads(cli(*ask, "--json"))["id"]
    assert "已吹响" in cli("approve", second, "--by", "李主任")
    assert "registered" in cli("escalate", no, *said)


@pytest.mark.parametrize(
    "words",
    [
        ("start", "26-99999-9", "--lead", "water", "--by", "x", "--reason", "y"),
        ("start", "{no}", "--lead", "water", "--by", "x", "--reason", "y", "--class", "loud"),
        ("start", "{no}", "--lead", "water", "--by", "x", "--reason", "y", "--as", "mayor"),
        ("start", "{no}", "--lead", "water", "--by", " ", "--reason", "y"),
        ("show", "nothing"),
        ("close", "nothing", "--by", "x"),
        ("publication", QI, "never"),
    ],
)
def test_misuse_is_told_in_one_line(cli, no, words):
    """Refused with an error that the command line shows; nothing is done."""
    cli(*(word.format(no=no) for word in words), code=1)


def test_a_case_without_a_whistle_is_conferred_about_on_the_command_line(platform, cli, no):
    """Called, listed as coming, shown, held with who joins; misuse names what is wrong."""

    def run(*words, code=0):
        answer = CliRunner().invoke(consult, list(words))
        assert code == answer.exit_code or isinstance(answer.exception, WhistleError), answer.output
        return answer.output or str(answer.exception)

    about = ("--place", "综治中心", "--subject", "管线分担", "--by", "李主任")
    asked = ("call", no, "--party", "water", "--guest", "社区智囊团", *about)
    assert "2026-11-24 14:00" in run(*asked, "--at", "tomorrow", code=2)
    called = json.loads(run(*asked, "--at", "2026-11-24 14:00", "--json"))
    assert (None, "2026-11-24T14:00:00+08:00") == (
        called["whistle"],
        dt.datetime.fromisoformat(called["meet_at"]).astimezone(CHINA).isoformat(),
    )
    assert called["id"] in run("list", "--coming", "--case", no)
    assert "待举行" in run("show", called["id"])
    said = ("--minutes", "各方陈述", "--decision", "甲物业配合", "--by", "李主任")
    held = json.loads(run("hold", called["id"], "--present", "water", "--join", "estate-a", *said, "--json"))
    assert ["estate-a"] == held["summoned"]
    assert "决定加入 / called: estate-a" in run("show", called["id"])
    assert [] == json.loads(run("list", "--coming", "--case", no, "--json"))["consultations"]
    assert {"water", "estate-a"} == set(dispatches(platform, no))
    assert "已有纪要" in run("hold", called["id"], "--present", "water", *said, code=1)


def test_consultations_are_for_the_street_and_listed_in_scope(platform, no):
    """Over HTTP: a grid worker may not call one; who stands elsewhere sees none; what is lacking is named."""
    path = "/api/v1/whistles/consultations"
    asked = {
        "case_no": no,
        "parties": ["water", "estate-a"],
        "meet_at": "2026-11-24T14:00:00+08:00",
        "place": "综治中心",
        "subject": "分担",
    }
    street = token(platform, role="street", sub="li")
    assert 403 == platform.http("POST", path, asked, token=token(platform)).status
    lacking = platform.http("POST", path, {"case_no": no}, token=street)
    assert (422, ["meet_at", "place", "subject"]) == (lacking.status, sorted(lacking.body["errors"]))
    called = platform.http("POST", path, asked, token=street).body
    page = platform.http("GET", f"{path}?case_no={no}&held=false", token=street).body
    assert [called["id"]] == [one["id"] for one in page["consultations"]]
    elsewhere = token(platform, role="street", scope="mawei")
    assert [] == platform.http("GET", f"{path}?case_no={no}", token=elsewhere).body["consultations"]
    assert 403 == platform.http("GET", f"{path}/{called['id']}", token=elsewhere).status
    wrong = {"present": ["estate-b"], "minutes": "-", "decision": "-"}
    refused = platform.http("POST", f"{path}/{called['id']}/minutes", wrong, token=street)
    assert (422, ["present"]) == (refused.status, list(refused.body["errors"]))
