"""The desk's lists on both databases: the same few statements however long they are, found by their indexes."""

from __future__ import annotations

import datetime as dt
import re
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa

from tests.integration.routing.town import DISTRICT, HOURS, decision
from whistle.auth import Principal, Tokens
from whistle.contracts import Extend, Report, Sign
from whistle.http.routes import Request
from whistle.http.validation import load
from whistle_routing.handlers import mail
from whistle_routing.pages import desk
from whistle_routing.pages.look import load_look
from whistle_routing.schemas.desk import SHOWN, DeskPageQuery

LOOK = load_look()
SECRET = "0123456789abcdef0123456789abcdef"
LATE = dt.timedelta(hours=HOURS + 1)
BOSS = Principal(sub="boss", role="district", scope=DISTRICT)
WORKER = Principal(sub="worker", role="worker", scope=f"{DISTRICT}/g")


@pytest.fixture
def light(town) -> Principal:
    """The party ``light``, with its token."""
    tokens = Tokens(SECRET, town.clock)
    with town.database.write() as unit:
        return tokens.verify(mail.give_token(unit, DISTRICT, "light", tokens=tokens))


def fill(town, first: int, last: int) -> None:
    """Cases with work for ``light``, signed, and a request for more time about each."""
    for number in range(first, last):
        town.file(f"26-{number:05}-1")
    town.decide(*(decision("light") for _ in range(first, last)))
    for number in range(first, last):
        with town.database.read() as unit:
            (about,) = unit.dispatches_of(f"26-{number:05}-1")
        town.act(Sign(dispatch=about.id, by="张工"), party="light")
        town.act(Extend(dispatch=about.id, by="张工", span="1 小时", reason="x"), party="light")


@contextmanager
def counted(town):
    """The statements that are sent meanwhile."""
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        seen.append(statement)

    sa.event.listen(town.database.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        sa.event.remove(town.database.engine, "before_cursor_execute", note)


def look_at(town, who: Principal, **query: str) -> tuple[int, str]:
    """How many statements a list needs, and the page."""
    asked = load(DeskPageQuery(), query, what_zh="查询", what_en="query")
    request = Request(
        method="GET",
        url="/desk",
        target="/desk",
        route="/desk",
        request_id="1",
        remote="-",
        query=asked,
        principal=who,
    )
    with counted(town) as seen, town.database.read() as unit:
        page = str(desk.show_desk(unit, request, look=LOOK, tools=town.tools).body)
    return sum(one.lstrip().upper().startswith("SELECT") for one in seen), page


def test_a_longer_list_needs_no_more_statements(town, light):
    """Two lines or eighteen, late and supervised as they are: nothing is read line by line, whoever looks."""
    readers = {"party": light, "district": BOSS, "grid": WORKER}

    def statements() -> dict[tuple[str, str], int]:
        town.clock.advance(LATE)
        town.fire()
        found = {
            (name, show): look_at(town, who, show=show)[0] for name, who in readers.items() for show in SHOWN
        }
        town.clock.advance(-LATE)
        return found

    fill(town, 1, 3)
    few = statements()
    fill(town, 3, 19)
    assert few == statements()
    assert max(few.values()) <= 13


def test_the_desk_lists_what_is_late_and_what_is_supervised_in_words(town, light):
    """Red and yellow are said, not only shown; the most urgent comes first."""
    fill(town, 1, 2)
    assert "黄牌" not in look_at(town, light)[1]
    town.clock.advance(dt.timedelta(hours=HOURS * 0.85))
    town.fire()
    assert "黄牌：快到期" in look_at(town, light)[1]
    fill(town, 2, 3)
    town.clock.advance(dt.timedelta(hours=HOURS * 0.2))
    town.fire()
    _, page = look_at(town, light)
    assert "红牌：已逾期" in page
    assert page.index("26-00001-1", page.index('id="list"')) < page.index(
        "26-00002-1", page.index('id="list"')
    )
    assert "督办" in look_at(town, BOSS, show="supervisions")[1]
    assert "26-00002-1" not in look_at(town, light, show="late")[1]


def test_staff_find_what_has_ended_newest_first_and_in_their_scope(town):
    """A page by key; of a grid only what lies there; open and ended alike."""
    for number in range(1, 24):
        town.file(f"26-{number:05}-1")
    town.decide(*(decision("light") for _ in range(1, 24)))
    with town.database.read() as unit:
        (ended,) = unit.dispatches_of("26-00023-1")
    town.act(Sign(dispatch=ended.id, by="张工"), party="light")
    town.act(Report(dispatch=ended.id, by="张工", text="已修好"), party="light")
    _, first = look_at(town, BOSS, show="all")
    following = re.search(r'href="\?([^"]+)" rel="next"', first)
    assert following is not None
    query = dict(pair.split("=") for pair in following[1].split("&amp;"))
    _, second = look_at(town, BOSS, **query)
    numbers = re.findall(r'<span class="number">(26-\d{5}-1)</span>', first + second)
    assert [f"26-{number:05}-1" for number in range(23, 0, -1)] == numbers
    assert "已上报办结" in first
    assert ended.id not in look_at(town, replace(BOSS, scope=f"{DISTRICT}/nowhere"), show="all")[1]


def test_the_tabs_of_staff_say_what_they_hold(town):
    """Who decides sees the requests themselves; who has a part of a district the dispatches that have one; both what to answer."""
    told = {who: re.findall(r'<a href="([^"]+)"', look_at(town, who)[1]) for who in (BOSS, WORKER)}
    assert (True, False) == ("?show=pleas" in told[BOSS], "?show=waiting" in told[BOSS])
    assert (False, True) == ("?show=pleas" in told[WORKER], "?show=waiting" in told[WORKER])
    assert all({"/ledger?state=resolved", "?show=all"} <= set(links) for links in told.values())
