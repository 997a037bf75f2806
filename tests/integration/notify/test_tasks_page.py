"""The page of what people must do: by scope, oldest first, ticked off with a form."""

from __future__ import annotations

import re

import pytest

from tests.integration.notify.house import NOON, PHONE
from whistle.auth import Principal
from whistle.contracts import CaseAnswered, CaseRated
from whistle.errors import Forbidden
from whistle.http.routes import Request
from whistle_notify import domain, pages, schemas, words

ANSWERED = CaseAnswered(way="platform", text="已修好,请致电 13812345678")


@pytest.fixture(scope="module")
def look():
    return pages.load_look()


def asked(*, role="worker", scope="mawei", language="zh", payload=None, task="", **query):
    return Request(
        method="GET", url="/", target="/", route="/", request_id="1", remote="127.0.0.1", language=language,
        path={"id": task}, query=schemas.TasksPageQuery().load(query), payload=payload,
        principal=Principal(sub="worker-7", role=role, scope=scope),
    )  # fmt: skip


def page(house, look, **options):
    with house.database.read() as unit:
        return pages.show_tasks(unit, asked(**options), look=look).body


def send(house, look, **options):
    with house.database.write() as unit:
        return pages.take_done(unit, asked(**options), look=look)


@pytest.fixture
def busy(house):
    """Forty answers that people must bring."""
    for number in range(40):
        house.tell(
            house.filed(PHONE, case_no=f"26-000{number:02}-0"),
            house.event(ANSWERED, case_no=f"26-000{number:02}-0"),
        )
    house.deliver()
    return house


def test_tasks_are_shown_oldest_first_and_paged_by_key(busy, look):
    """Thirty, then the rest; texts masked, in words of the reader's language, no code of ours."""
    first = page(busy, look)
    after = re.search(r'href="[?]after=([^"]+)" rel="next"', first)
    assert after is not None
    second = page(busy, look, after=after[1])
    shown = [re.findall(r"/cases/(26-[0-9-]+)", body) for body in (first, second)]
    assert [30, 10] == [len(one) for one in shown]
    assert [task.case_no for task in busy.tasks()] == [*shown[0], *shown[1]]
    assert ("答复居民" in first, "13812345678" in first) == (True, False)
    assert "answer the resident" in page(busy, look, language="en")
    assert "没有待办的任务" in page(busy, look, scope="mawei/350199")


def test_a_task_is_ticked_off_with_result_and_note(busy, look):
    """Then it is gone from the page; twice is told, a made-up result refused."""
    (task, *_) = busy.tasks()
    done = {"result": "reached", "note": "已电话告知"}
    assert 422 == send(busy, look, task=task.id, payload={"result": "x"}).status
    assert 303 == send(busy, look, task=task.id, payload=done).status
    again = send(busy, look, task=task.id, payload=done)
    assert (409, True) == (again.status, "worker-7" in str(again.body))
    assert task.id not in page(busy, look)
    assert ("done", "worker-7", "已电话告知") == next(
        (one.state, one.done_by, one.note) for one in busy.tasks() if one.id == task.id
    )
    with pytest.raises(Forbidden):
        send(busy, look, task=busy.tasks()[1].id, payload=done, scope="mawei/350199")


def test_what_a_higher_role_must_do_has_no_form(house, look):
    """It says in words whose it is."""
    house.tell(house.filed(PHONE), house.event(CaseRated(rating="very_dissatisfied")))
    (task,) = house.tasks()
    assert ("由“街道”或更高的角色办理" in page(house, look), task.id in page(house, look)) == (True, False)
    assert f"/tasks/{task.id}/done" in page(house, look, role="street")
    assert task.due_at > NOON


def test_every_code_has_its_words():
    """A purpose or state that is added without words is seen here."""
    assert {one.name for one in domain.PURPOSES} == set(words.PURPOSES)
    assert {*schemas.STATES, "open", "done"} == set(words.STATES)
    assert (set(domain.TASK_HOURS), set(domain.RESULTS)) == (set(words.WAYS), set(words.RESULTS))
