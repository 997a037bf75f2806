"""Notices and tasks over HTTP and on the command line: who sees what, who may finish what."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from tests.integration.notify.house import CASE, MAIL, PHONE, House
from whistle.auth import Principal
from whistle.contracts import CaseAnswered, CaseClosed, CaseRated
from whistle.errors import Forbidden, NotAllowedNow, NotFound
from whistle.http.routes import Request
from whistle.storage import make_engine, migrations
from whistle_notify import api, schemas
from whistle_notify.cli import notice as notice_cli
from whistle_notify.settings import NotifySettings

ANSWERED = CaseAnswered(way="platform", text="已修好")


def request(*, role="worker", scope="mawei", schema=schemas.NoticeQuery, path=None, body=None, **query):
    return Request(
        method="GET",
        url="/",
        target="/",
        route="/",
        request_id="1",
        remote="127.0.0.1",
        path=path or {},
        query=schema().load(query),
        body=schemas.DoneBody().load(body or {}),
        principal=Principal(sub="worker-7", role=role, scope=scope),
    )


def shown(house, **options):
    with house.database.read() as unit:
        found = api.show_notices(unit, request(**options), NotifySettings(page=3))
        return schemas.NoticePage().dump(found)


def open_tasks(house, **options):
    with house.database.read() as unit:
        found = api.show_tasks(unit, request(schema=schemas.TaskQuery, **options), NotifySettings())
        return schemas.TaskPage().dump(found)["tasks"]


def finish(house, task, **options):
    with house.database.write() as unit:
        return schemas.TaskSchema().dump(api.finish_task(unit, request(path={"id": task}, **options)))


@pytest.fixture
def handed_over(house):
    """A house with an answer that a person must bring."""
    house.tell(house.filed(PHONE), house.event(ANSWERED))
    house.deliver()
    return house


def test_notices_are_listed_without_any_address(house):
    """State and text, the number of the case, and nothing by which somebody could be called."""
    house.tell(house.filed(MAIL))
    house.deliver()

    (notice,) = shown(house)["notices"]
    assert (CASE, "receipt", "delivered", f"case:{CASE}") == tuple(
        notice[name] for name in ("case_no", "purpose", "state", "recipient")
    )
    assert not [
        text
        for text in ("13812345678", "li@example.cn", "李四")
        if text in json.dumps(notice, ensure_ascii=False)
    ]


def test_notices_are_paged_by_key(house):
    """Newest first, each once."""
    house.tell(*(house.filed(MAIL, case_no=f"26-0000{number}-0") for number in range(7)))
    seen, after = [], None
    while True:
        page = shown(house, **({"after": after} if after else {}))
        seen += [notice["case_no"] for notice in page["notices"]]
        after = page["next"]
        if after is None:
            break

    assert [f"26-0000{number}-0" for number in range(6, -1, -1)] == seen


@pytest.mark.parametrize(
    ("scope", "count"), [("*", 1), ("mawei", 1), ("mawei/350105", 1), ("mawei/350199", 0), ("huantai", 0)]
)
def test_a_caller_sees_the_own_scope(handed_over, scope, count):
    """By district and by the front of the grid's code."""
    assert (count, count) == (
        len(open_tasks(handed_over, scope=scope)),
        len(shown(handed_over, scope=scope, state="handed_over")["notices"]),
    )


def test_a_foreign_district_is_refused(house):
    """Not an empty list, which would look like nothing to do."""
    with pytest.raises(Forbidden):
        shown(house, scope="huantai", district="mawei")


def test_a_finished_task_delivers_its_notice(handed_over):
    """By a person, on record who; the others are told; numbers in the note are masked."""
    (task,) = open_tasks(handed_over)
    done = finish(handed_over, task["id"], body={"note": "已电话13812345678告知"})

    assert ("done", "worker-7", "reached", "已电话138****5678告知") == tuple(
        done[name] for name in ("state", "done_by", "result", "note")
    )
    (notice,) = handed_over.notices(purpose="answer")
    assert ("delivered", "person") == (notice.state, notice.channel)
    assert ["notice.failed", "notice.delivered"] == [event.data.name for event in handed_over.said()]
    assert [] == handed_over.differences()


def test_who_could_not_be_reached_is_on_record(handed_over):
    """The task is done, the notice has failed, nobody claims delivery."""
    (task,) = open_tasks(handed_over)
    finish(handed_over, task["id"], body={"result": "unreachable"})

    (notice,) = handed_over.notices(purpose="answer")
    assert ("failed", "a person tried: unreachable") == (notice.state, notice.reason)
    assert [] == handed_over.differences()


def test_a_task_is_finished_once(handed_over):
    """The second caller is told who was first."""
    (task,) = open_tasks(handed_over)
    finish(handed_over, task["id"])

    with pytest.raises(NotAllowedNow) as refused:
        finish(handed_over, task["id"])
    assert "worker-7" == refused.value.detail["done_by"]


def test_a_task_needs_its_role_and_scope(house):
    """A grid worker does not close what the street must do, nor another grid's tasks."""
    house.tell(house.filed(PHONE), house.event(CaseRated(rating="very_dissatisfied")))
    (task,) = open_tasks(house)

    with pytest.raises(Forbidden):
        finish(house, task["id"], role="community")
    with pytest.raises(Forbidden):
        finish(house, task["id"], role="street", scope="mawei/350199")
    assert "done" == finish(house, task["id"], role="street")["state"]


def test_an_unknown_task_is_not_found(house):
    """404, not a row made up."""
    with pytest.raises(NotFound):
        finish(house, "nothing")


def test_the_platform_is_told_what_came_of_notices(handed_over):
    """For ``whistle verify`` and the demonstration; a case that was never told of is named."""
    handed_over.tell(handed_over.filed(MAIL, case_no="26-00002-4"))
    handed_over.deliver()

    with handed_over.database.read() as unit:
        assert {
            "notices_delivered": 1,
            "notices_skipped": 1,
            "notices_handed_over": 1,
            "human_tasks": 1,
            "human_tasks_open": 1,
        } == unit.facts()
        assert {"26-00009-1"} == unit.missing_cases([CASE, "26-00002-4", "26-00009-1"])
        assert [] == unit.differences()


def test_a_closed_case_leaves_nobody_anything_to_do(handed_over):
    """Its open tasks are closed with it, on record as such; other cases' stay, and the books agree."""
    handed_over.tell(
        handed_over.filed(PHONE, case_no="26-00002-4"), handed_over.event(ANSWERED, case_no="26-00002-4")
    )
    handed_over.deliver()
    handed_over.tell(handed_over.event(CaseClosed(outcome="resolved")))

    assert {(CASE, "done", "closed"), ("26-00002-4", "open", None)} == {
        (task.case_no, task.state, task.result) for task in handed_over.tasks()
    }
    (notice,) = handed_over.notices(purpose="answer", case_no=CASE)
    assert ("failed", "the case was closed") == (notice.state, notice.reason)
    assert [] == handed_over.differences()


def test_a_task_is_finished_on_the_command_line(tmp_path, monkeypatch):
    """Once, by somebody who is named; a second time one line says who was first."""
    monkeypatch.setenv("WHISTLE_DATA", str(tmp_path))
    engine = make_engine(f"sqlite:///{tmp_path}/notify.db", schema="notify")
    migrations.upgrade(engine, service="notify", package="whistle_notify")
    house = House(engine)
    house.tell(house.filed(PHONE), house.event(ANSWERED))
    house.deliver()
    (task,) = house.tasks()
    runner = CliRunner()
    listed = [runner.invoke(notice_cli, [name]).stdout for name in ("tasks", "list")]
    assert ["2026-03-02 12:00", "答复居民", "网格员"] == [
        word for word in ("2026-03-02 12:00", "答复居民", "网格员", "worker", "+00:00") if word in listed[0]
    ]
    assert "答复居民  转人工" in listed[1]
    done, again, wrong = (
        runner.invoke(notice_cli, ["done", task.id, "--by", "王丽", *more])
        for more in (["--note", "打 13812345678"], [], ["--result", "x"])
    )

    assert (0, 2, 2) == (done.exit_code, again.exit_code, wrong.exit_code)
    assert "王丽" in again.stderr
    assert [("done", "王丽", "打 138****5678")] == [
        (one.state, one.done_by, one.note) for one in house.tasks()
    ]
    engine.dispose()


def test_the_command_line_lists_and_checks(tmp_path, monkeypatch):
    """An empty installation: empty lists, a clean check; without tables one line on standard error."""
    monkeypatch.setenv("WHISTLE_DATA", str(tmp_path))
    runner = CliRunner()
    bare = runner.invoke(notice_cli, ["list"])
    engine = make_engine(f"sqlite:///{tmp_path}/notify.db", schema="notify")
    migrations.upgrade(engine, service="notify", package="whistle_notify")
    engine.dispose()
    listed = [runner.invoke(notice_cli, [name, "--json"]) for name in ("list", "tasks")]
    checked = runner.invoke(notice_cli, ["verify", "--json"])

    assert (1, 1) == (bare.exit_code, len(bare.stderr.splitlines()))
    assert ["[]\n", "[]\n"] == [result.stdout for result in listed]
    assert {"ok": True, "differences": []} == json.loads(checked.stdout)
