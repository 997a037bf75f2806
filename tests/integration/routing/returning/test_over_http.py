"""Returns of a running platform: over HTTP and on the command line, with every refusal as its problem type."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from tests.integration.routing.on_pages import platform_on_pages
from tests.integration.routing.returning.desk import (
    QI,
    file,
    give_back,
    leading,
    pleas,
    post,
    ruled_case,
    told,
)
from whistle.errors import WhistleError
from whistle.testing import wait_for
from whistle_routing.cli import dispatch

RETURNS = """
[returns]
review = true
reviewer = "street"
arbiter = "street"

[[classes]]
class = "any"
since = 2026-01-01
handle = "5 working days"
extension = "3 working days"
"""


@pytest.fixture(scope="module")
def platform(tmp_path_factory):
    """A district that reviews returns; all its parties work on the pages, so that nobody acts but the test."""
    folder = tmp_path_factory.mktemp("returns")
    with platform_on_pages(folder, rules=RETURNS) as started:
        yield started


def test_a_case_goes_through_review_and_ruling_and_everybody_can_follow_it(platform):
    """Two reviewed returns, a ruling, its precedent, no third bounce; owner and steps are on the case's own page of events."""
    no, first, plea = ruled_case(platform)
    ruling = post(platform, f"rulings/{plea['id']}", party=first["party"], reason="管线归属台账载明")
    assert (200, "granted", first["party"]) == (
        ruling.status,
        ruling.body["state"],
        ruling.body["assigned"],
    )
    about = leading(platform, no)
    assert (first["party"], "ruled", first["party"], 2) == tuple(
        about[name] for name in ("party", "bound", "owner", "hops")
    )
    refused = give_back(platform, about)
    assert (409, "/problems/already-ruled") == (refused.status, refused.body["type"])
    assert first["due_at"] == about["due_at"]

    (data,) = told(platform, no, "dispatch.ruled")
    assert (first["party"], ruling.body["precedent"]) == (data["party"], data["precedent"])
    case = platform.case(no)
    assert (first["party"], first["due_at"]) == (case["owner"], case["due_at"])
    assert 2 == len(told(platform, no, "dispatch.returned"))
    (whole,) = [
        one
        for one in platform.http("GET", f"/api/v1/clocks?no={no}").body["clocks"]
        if one["kind"] == "handle" and one["dispatch"] is None
    ]
    assert (first["sent_at"], first["due_at"]) == (whole["started_at"], whole["due_at"])


def test_a_precedent_is_listed_followed_traced_and_revoked(platform):
    """The next equal case goes where the ruling said, the trace says why; revoked, the rules decide again."""
    _, first, plea = ruled_case(platform, "小区水管爆了")
    body = {"category": "", "keywords": ["水管爆了"]}
    ruled = post(platform, f"rulings/{plea['id']}", party="street", reason="历史遗留管线", precedent=body)
    ident = ruled.body["precedent"]
    listed = platform.http("GET", f"/api/v1/dispatches/precedents?district={QI}").body["precedents"]
    assert [("street", ["水管爆了"])] == [
        (one["party"], one["keywords"]) for one in listed if one["id"] == ident
    ]
    equal = file(platform, "楼下水管爆了")
    assert "street" == leading(platform, equal)["party"]
    (decision,) = platform.http("GET", f"/api/v1/dispatches/decisions/{equal}").body["decisions"]
    assert ("precedent", f"precedent.{ident}") == (
        decision["by"],
        decision["decision"]["reasons"][0]["rule"],
    )
    below = post(platform, f"precedents/{ident}/revocation", role="street", reason="职责已划转")
    assert 403 == below.status
    gone = post(platform, f"precedents/{ident}/revocation", reason="职责已划转")
    assert (200, "王局长", 409) == (
        gone.status,
        gone.body["revoked_by"],
        post(platform, f"precedents/{ident}/revocation", reason="x").status,
    )
    assert first["party"] == leading(platform, file(platform, "隔壁水管爆了"))["party"]


def test_every_refusal_of_a_return_has_its_own_problem_type(platform):
    """No basis, a party that is none, twice, declined."""
    about = leading(platform, file(platform))

    def refused(**more):
        answer = give_back(platform, about, **more)
        return answer.status, answer.body["type"].rpartition("/")[2]

    assert (422, "no-legal-basis") == refused(basis="不归我管")
    assert (422, "invalid") == refused(suggested="nobody")
    assert (422, "invalid") == refused(basis="")
    assert 200 == give_back(platform, about, suggested="street").status
    assert (409, "under-review") == refused()
    (plea,) = pleas(platform, "return", about["case_no"])
    below = post(platform, f"reviews/{plea['id']}", role="community", accept=True, reason="x")
    assert (403, True) == (below.status, "street" in below.body["detail"])
    assert 404 == post(platform, "reviews/nothing", accept=True, reason="x").status
    assert 404 == post(platform, f"rulings/{plea['id']}", party="street", reason="x").status
    assert 200 == post(platform, f"reviews/{plea['id']}", accept=False, reason="确属贵单位").status
    again = post(platform, f"reviews/{plea['id']}", accept=True, reason="x")
    assert (409, "declined") == (again.status, again.body["state"])
    assert (409, "return-declined") == refused()


def test_staff_of_another_district_decide_nothing(platform):
    """Scope goes before everything."""
    about = leading(platform, file(platform))
    token = platform.token("district", "elsewhere", sub="外人")
    for path, body in (
        (f"{about['id']}/recall", {"reason": "x"}),
        ("precedents/x/revocation", {"reason": "x"}),
    ):
        assert 403 == platform.http("POST", f"/api/v1/dispatches/{path}", body, token=token).status
    assert 403 == platform.http("GET", f"/api/v1/dispatches/pleas?district={QI}", token=token).status


def test_an_extension_is_asked_for_and_granted_by_another(platform):
    """Who asked is refused; the deadline of the case follows."""
    about = leading(platform, file(platform))
    ask = {"action": "extend", "by": "王局长", "span": "2 个工作日", "reason": "等配件"}
    assert 200 == post(platform, f"{about['id']}/actions", role="worker", **ask).status
    (plea,) = pleas(platform, "extension", about["case_no"])
    own = post(platform, f"extensions/{plea['id']}", grant=True, reason="同意")
    assert (403, "/problems/own-request") == (own.status, own.body["type"])
    low = post(platform, f"extensions/{plea['id']}", role="street", sub="李主任", grant=True, reason="同意")
    assert 403 == low.status
    done = post(platform, f"extensions/{plea['id']}", sub="李主任", grant=True, reason="同意")
    assert (200, "granted") == (done.status, done.body["state"])
    (moved,) = told(platform, about["case_no"], "dispatch.extended")
    assert ("王局长", "李主任") == (moved["by"], moved["approved_by"])
    wait_for(lambda: platform.case(about["case_no"])["due_at"] == moved["due_at"], what="the new deadline")


def test_a_dispatch_is_recalled_to_whom_is_named(platform):
    """The street recalls; a grid worker may not; what has ended is not recalled."""
    about = leading(platform, file(platform))
    path = f"{about['id']}/recall"
    assert 403 == post(platform, path, role="community", reason="误派").status
    assert 422 == post(platform, path, role="street", reason="误派", to="nobody").status
    done = post(platform, path, role="street", reason="误派", to="street")
    assert (200, "recalled") == (done.status, done.body["state"])
    now = leading(platform, about["case_no"])
    assert ("street", "street") == (now["party"], now["owner"])
    assert 409 == post(platform, path, role="street", reason="误派").status


def test_a_party_decides_with_its_own_token_what_it_is_asked(platform):
    """The arbiter rules as a party; another party may not, and nobody on its own request."""
    no, first, plea = ruled_case(platform)
    tokens = {
        party: platform.require("party", "token", f"{QI}/{party}").split()[-1]
        for party in ("street", first["party"])
    }
    body = {"party": first["party"], "reason": "台账载明", "precedent": None}
    path = f"/api/v1/dispatches/rulings/{plea['id']}"
    assert 403 == platform.http("POST", path, body, token=tokens[first["party"]]).status
    ruled = platform.http("POST", path, body, token=tokens["street"])
    assert (200, "street", None) == (ruled.status, ruled.body["decided_by"], ruled.body["precedent"])
    assert first["party"] == leading(platform, no)["party"]


# --- the command line -----------------------------------------------------------------------------------------------------


@pytest.fixture
def run(platform, monkeypatch):
    """``whistle dispatch …`` in this process, with the platform's settings; an error of ours is returned."""
    for name, value in platform.environment.items():
        if name.startswith("WHISTLE_"):
            monkeypatch.setenv(name, value)
    monkeypatch.syspath_prepend(str(platform.folder.parent))

    def invoke(*arguments):
        done = CliRunner().invoke(dispatch, arguments)
        if done.exception is not None and not isinstance(done.exception, WhistleError):
            raise done.exception
        return done.exception or done.stdout

    return invoke


def test_the_command_line_reviews_rules_recalls_and_revokes(platform, run):
    """What a person at a terminal does; the running platform publishes it."""
    no = file(platform)
    first = leading(platform, no)
    give_back(platform, first)
    assert no in run("pleas", "--kind", "return")
    (plea,) = [one for one in json.loads(run("pleas", "--json"))["pleas"] if one["case_no"] == no]
    why = ("--by", "李主任", "--reason", "属实", "--json")
    assert "granted" == json.loads(run("accept", plea["id"], *why))["state"]
    give_back(platform, leading(platform, no, but={first["id"]}))
    (plea,) = pleas(platform, "return", no)
    run("accept", plea["id"], *why)
    (plea,) = pleas(platform, "ruling", no)
    ruled = json.loads(run("rule", plea["id"], "street", "--keyword", "停水", "--until", "2036-01-01", *why))
    assert ("granted", "street") == (ruled["state"], ruled["assigned"])
    assert ruled["precedent"] in run("precedents", "--district", QI)
    assert "李主任" == json.loads(run("revoke", ruled["precedent"], *why))["revoked_by"]
    assert ruled["precedent"] not in run("precedents")
    assert "首办 / owner: " + first["party"] in run("show", no)
    about = leading(platform, no)
    assert "recalled" == json.loads(run("recall", about["id"], "--to", first["party"], *why))["state"]
    assert {"dispatch.recalled", "dispatch.ruled"} <= {
        entry["kind"]
        for entry in wait_for(
            lambda: told(platform, no, "dispatch.recalled") and platform.case(no)["timeline"],
            what="the recall on the timeline",
        )
    }


def test_extensions_and_declined_returns_on_the_command_line(platform, run):
    """Granted, refused, declined."""
    about = leading(platform, file(platform))
    why = ("--by", "李主任", "--reason", "-", "--json")
    for command, state in (("refuse", "declined"), ("grant", "granted")):
        post(
            platform,
            f"{about['id']}/actions",
            role="worker",
            action="extend",
            by="张工",
            span="1 个工作日",
            reason="等配件",
        )
        (plea,) = pleas(platform, "extension", about["case_no"])
        assert state == json.loads(run(command, plea["id"], *why))["state"]
    give_back(platform, about)
    (plea,) = pleas(platform, "return", about["case_no"])
    assert "declined" == json.loads(run("decline", plea["id"], *why))["state"]
    assert "退单不成立/declined" in run("show", about["case_no"])


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (("show", "26-99999-9"), "没有派单"),
        (("pleas", "--kind", "wish"), "可用"),
        (("accept", "x", "--by", "-", "--reason", "-"), "whistle dispatch pleas"),
        (("rule", "x", "street", "--by", "-", "--reason", "-", "--until", "soon"), "2026-03-15"),
        (("recall", "x", "--by", "-", "--reason", "-"), "没有派单 x"),
        (("revoke", "x", "--by", "-", "--reason", "-"), "whistle dispatch precedents"),
    ],
)
def test_misuse_says_what_is_wrong(run, arguments, word):
    """And where to look."""
    assert word in str(run(*arguments))
