"""Clocks of a running platform: over HTTP, on the command line, and on the case's own page of events."""

from __future__ import annotations

import datetime as dt
import json
import os

import pytest
from typer.testing import CliRunner

from tests.plugins.packs import TABLES, write_pack
from whistle.errors import WhistleError
from whistle.testing import wait_for
from whistle.testing.platform import EmbeddedPlatform
from whistle_routing.cli import clock

QI = "qi"
CLASSES = """
[[classes]]
class = "any"
since = 2026-01-01
handle = "5 working days"
sign = "4 working hours"
answer = "2 working days"
extension = "5 working days"
pause = true
basis = "测试〔2026〕1 号"
"""


@pytest.fixture(scope="module")
def platform(tmp_path_factory):
    """A platform with one district whose classes have deadlines in working days, and whose water company works on pages."""
    folder = tmp_path_factory.mktemp("clocks")
    water = 'name = "自来水公司"'
    write_pack(folder, QI, tables=TABLES.replace(water, f'{water}\nchannel = "page"') + CLASSES)
    folder.chmod(0o755)
    paths = os.pathsep.join(filter(None, (str(folder), os.environ.get("PYTHONPATH"))))
    with EmbeddedPlatform(folder / "run", PYTHONPATH=paths, WHISTLE_DISTRICTS=QI) as started:
        yield started


@pytest.fixture(scope="module")
def numbers(platform):
    filed = []
    for text in ("小区停水三天", "路灯不亮", "楼道垃圾没人清"):
        body = {"text": text, "district": QI, "door": "office_phone", "contact": {}}
        filed.append(platform.people().call("POST", "/api/v1/cases", body)["no"])
    wait_for(lambda: len(clocks(platform)) >= 6, timeout=30, what="three cases to be dispatched")
    return filed


def clocks(platform, query="limit=500", **more):
    answer = platform.http("GET", f"/api/v1/clocks?{query}", **more)
    assert 200 == answer.status, answer.body
    return answer.body["clocks"]


def handling(platform, no):
    (found,) = [one for one in clocks(platform, f"no={no}") if one["kind"] == "handle"]
    return found


def act(platform, found, role="district", **body):
    path = f"/api/v1/clocks/{found['id']}/actions"
    return platform.http(
        "POST", path, {"reason": "需停电施工", **body}, token=platform.token(role, QI, sub="王局长")
    )


def test_open_clocks_are_listed_by_when_they_are_due_and_paged_by_key(platform, numbers):
    """Every clock once, the first due first, in pages of two."""
    found, after = [], ""
    while after is not None:
        page = platform.http("GET", f"/api/v1/clocks?limit=2&after={after}").body
        found += page["clocks"]
        after = page["next"]
    assert len(found) == len({one["id"] for one in found}) == 6
    assert found == sorted(found, key=lambda one: (dt.datetime.fromisoformat(one["due_at"]), one["id"]))
    assert set(numbers) == {one["case_no"] for one in found}
    assert {"handle", "sign"} == {one["kind"] for one in found}


@pytest.mark.parametrize(
    ("query", "count"),
    [
        (f"district={QI}", 6),
        ("state=running", 6),
        ("state=overdue", 0),
        ("due=2000-01-01T00:00:00%2B08:00", 0),
        ("due=2099-01-01T00:00:00%2B08:00", 6),
        ("no=26-99999-9", 0),
    ],
)
def test_clocks_are_filtered(platform, numbers, query, count):
    """By district, state, and when they are due."""
    assert count == len(clocks(platform, query))


def test_who_may_see_and_move_clocks(platform, numbers):
    """Staff of another district sees none of them; a street may not extend; residents see nothing."""
    found = handling(platform, numbers[0])
    elsewhere = platform.token("district", "mawei")
    assert [] == clocks(platform, token=elsewhere)
    statuses = [
        platform.http("GET", f"/api/v1/clocks/{found['id']}", token=elsewhere).status,
        platform.http("GET", f"/api/v1/clocks?district={QI}", token=elsewhere).status,
        platform.http("GET", "/api/v1/clocks", token="").status,
        act(platform, found, role="worker", action="pause").status,
        act(platform, found, role="street", action="extend", span="3 working days").status,
    ]
    assert [403, 403, 401, 403, 403] == statuses


@pytest.mark.parametrize(
    ("body", "status", "word"),
    [
        ({"action": "extend"}, 422, "时长"),
        ({"action": "extend", "span": "3 weeks"}, 422, "时长"),
        ({"action": "extend", "span": "24 hours"}, 409, "同一单位"),
        ({"action": "extend", "span": "6 working days"}, 409, "合计不得超过 5 个工作日"),
        ({"action": "resume"}, 409, "不能恢复"),
        ({"action": "stop"}, 422, "pause"),
        ({"action": "pause", "reason": ""}, 422, "reason"),
    ],
)
def test_a_wrong_move_is_answered_with_what_is_wrong(platform, numbers, body, status, word):
    """Shape, unit, limit, state; and the clock stays as it was."""
    found = handling(platform, numbers[1])
    answer = act(platform, found, **body)

    assert status == answer.status
    assert word in json.dumps(answer.body, ensure_ascii=False)
    assert found == handling(platform, numbers[1])


def test_an_extension_reaches_the_case_and_is_explained(platform, numbers):
    """By HTTP: the new deadline, in words, on the timeline, and as the case's own."""
    found = handling(platform, numbers[0])
    answer = act(platform, found, action="extend", span="3 个工作日", by="张工")
    assert 200 == answer.status, answer.body
    assert (found["due_at"] < answer.body["due_at"], 3, "extended") == (
        True,
        answer.body["extended"],
        answer.body["state"],
    )

    explained = platform.http("GET", f"/api/v1/clocks/{found['id']}").body
    words = [step["zh"] for step in explained["steps"]]
    assert any("王局长 批准延期 3 个工作日(需停电施工)" in word for word in words)
    assert any(word.startswith("到期:") for word in words)
    assert answer.body == explained["clock"]

    def followed():
        case = platform.case(numbers[0])
        kinds = [entry["kind"] for entry in case["timeline"]]
        return "dispatch.extended" in kinds and case["due_at"] == answer.body["due_at"]

    wait_for(followed, timeout=30, what="the case to have its new deadline")


@pytest.fixture
def run(platform, monkeypatch):
    """``whistle clock …`` in this process, with the platform's settings; an error of ours is returned."""
    for name, value in platform.environment.items():
        if name.startswith("WHISTLE_"):
            monkeypatch.setenv(name, value)
    monkeypatch.syspath_prepend(str(platform.folder.parent))

    def invoke(*arguments):
        done = CliRunner().invoke(clock, arguments)
        if done.exception is not None and not isinstance(done.exception, WhistleError):
            raise done.exception
        return done.exception or done.stdout

    return invoke


def test_the_command_line_lists_explains_and_moves(platform, numbers, run):
    """What a person at a terminal does: look, pause, resume, extend; the running platform publishes it."""
    listed = json.loads(run("list", "--district", QI, "--json"))
    assert 6 == len(listed["clocks"])
    assert numbers[2] in run("list")
    words = run("explain", numbers[2])
    assert "办理时限:5 个工作日(依据 测试〔2026〕1 号)" in words
    assert "到期:" in words
    assert "due " in words

    by = ("--by", "李主任", "--reason", "待补材料")
    (paused,) = json.loads(run("pause", numbers[2], *by, "--json"))
    assert "paused" == paused["state"]
    done = platform.cli("clock", "pause", numbers[2], *by)
    assert (2, 1) == (done.code, len(done.stderr.splitlines()))
    (resumed,) = json.loads(run("resume", numbers[2], *by, "--json"))
    assert ("running", handling(platform, numbers[2])["due_at"]) == (resumed["state"], resumed["due_at"])
    approved = ("--approved-by", "王局长", "--json")
    (extended,) = json.loads(run("extend", numbers[2], "2 working days", *by, *approved))
    assert (2, "extended") == (extended["extended"], extended["state"])

    def told():
        kinds = [entry["kind"] for entry in platform.case(numbers[2])["timeline"]]
        return {"clock.paused", "clock.resumed", "dispatch.extended"} <= set(kinds)

    wait_for(told, timeout=30, what="the moves to be on the timeline")


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (("explain", "26-99999-9"), "没有时限"),
        (("explain", "abc"), "没有时限"),
        (("list", "--state", "late"), "可用"),
        (("list", "--due", "soon"), "2026-10-13"),
        (
            ("extend", "26-99999-9", "3 weeks", "--by", "-", "--approved-by", "-", "--reason", "-"),
            "5 个工作日",
        ),
    ],
)
def test_misuse_says_what_is_wrong(run, arguments, word):
    """And how it should look."""
    assert word in str(run(*arguments))


def test_recompute_looks_at_every_clock_once_more_and_changes_nothing(platform, numbers, run):
    """The calendar is the same."""
    before = clocks(platform)
    said = json.loads(run("recompute", QI, "--json"))

    assert {QI: before[0]["calendar"]} == said["calendars"]
    assert before == clocks(platform)


def test_nobody_is_supervised(platform, numbers):
    """Nothing is late."""
    assert {"supervisions": [], "next": None} == platform.http("GET", "/api/v1/supervisions").body
