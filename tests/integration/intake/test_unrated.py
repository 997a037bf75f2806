"""An answered case that nobody rates: closed when the district's days are over, once, and for good."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest
import sqlalchemy as sa

from tests.integration.intake.desk import Desk
from tests.unit.intake.conftest import look, tools  # noqa: F401  # fixtures
from tests.unit.intake.made import NOW
from tests.unit.intake.pages import Reading, request, with_timeline
from whistle.errors import NotAllowedNow
from whistle_intake import handlers
from whistle_intake.pages import case as case_page
from whistle_intake.store import cases

DAY = dt.timedelta(days=1)
WISH = "困难帮扶/微心愿"


class Books(Desk):
    """Cases are answered and rated here."""

    def answer(self, no):
        """As if the parties had done their work, answered now."""
        with self.database.write() as unit:
            case = handlers.find_case(unit, no)
            case = dataclasses.replace(case, state="resolved", members=("m-0007",), category=WISH)
            handlers.answer_case(unit, case, way="letter", text="修好了", actor="王", tools=self.tools)

    def answered(self, district="mawei"):
        no = self.file(district)
        self.answer(no)
        return no

    def rate(self, no, rating):
        with self.database.write() as unit:
            handlers.rate_case(
                unit, handlers.find_case(unit, no), rating=rating, comment="", actor="resident"
            )

    def close(self, *, limit=200):
        return handlers.close_unrated(self.database, limit=limit)


@pytest.fixture(params=["sqlite", "postgresql"])
def books(request, tmp_path, tools):  # noqa: F811
    url = f"sqlite:///{tmp_path}/intake.db"
    if request.param == "postgresql":
        url = request.getfixturevalue("database_url")
    made = Books(url, dataclasses.replace(tools, close_after={"mawei": 15 * DAY, "gaochang": 3 * DAY}))
    yield made
    made.database.close()


def test_it_is_closed_when_the_days_are_over_and_not_before(books):
    """With an event that says that nobody rated, an entry on the timeline, and once, whatever is restarted."""
    no = books.answered()
    books.clock.advance(15 * DAY - dt.timedelta(seconds=1))
    assert (0, "answered") == (books.close(), books.case(no).state)
    books.restart()
    books.clock.advance(dt.timedelta(seconds=1))
    assert [1, 0] == [books.close(), books.close()]
    assert ("closed", None) == (books.case(no).state, books.case(no).rating)
    (event,) = books.said("case.closed")
    assert ("resolved", None, 1, ("m-0007",)) == (
        event.data.outcome,
        event.data.rating,
        event.data.round,
        event.data.members,
    )
    assert WISH == event.data.category
    with books.database.read() as unit:
        last = unit.entries(no)[-1]
        assert ("case.closed", "intake", NOW + 15 * DAY) == (last.kind, last.actor, last.at)
        assert {"outcome": "resolved", "unrated": True} == last.data
        assert [] == unit.differences()
    with pytest.raises(NotAllowedNow):
        books.rate(no, "satisfied")


def test_a_rated_case_says_of_which_category_it_was(books):
    """So that whoever books points knows a fulfilled wish."""
    no = books.answered()
    books.rate(no, "satisfied")
    (event,) = books.said("case.closed")
    assert ("satisfied", WISH) == (event.data.rating, event.data.category)


def test_each_district_has_its_own_days_and_one_that_is_gone_the_usual(books):
    """Three in Gaochang; fifteen where no pack says anything."""
    gaochang, mawei = books.answered("gaochang"), books.answered()
    gone = dataclasses.replace(books.case(mawei), district="huantai")
    assert NOW + 15 * DAY == books.tools.closes_at(gone, NOW)
    books.clock.advance(3 * DAY)
    assert (1, "closed", "answered") == (books.close(), books.case(gaochang).state, books.case(mawei).state)


def test_what_was_rated_is_left_alone_and_a_new_answer_begins_new_days(books):
    """A rating closes or reopens before; each round and each better answer has all its days."""
    rated, reopened, better = books.answered(), books.answered(), books.answered()
    books.rate(rated, "satisfied")
    books.rate(reopened, "dissatisfied")
    books.clock.advance(10 * DAY)
    books.answer(better)
    books.answer(reopened)
    books.clock.advance(5 * DAY)
    assert (1, 1) == (books.close(), len(books.said("case.closed")))
    assert ["answered", "answered"] == [books.case(no).state for no in (reopened, better)]
    books.clock.advance(10 * DAY)
    assert 2 == books.close()
    assert ["closed", "closed"] == [books.case(no).state for no in (reopened, better)]
    assert [1, 2] == sorted(event.data.round for event in books.said("case.closed")[1:])


def test_many_are_closed_in_batches_those_due_first(books):
    """None is forgotten; it says how many there were, so that it is called again."""
    numbers = []
    for _ in range(5):
        numbers.append(books.answered())
        books.clock.advance(dt.timedelta(seconds=1))
    books.clock.advance(15 * DAY)
    assert [2, 2, 1, 0] == [books.close(limit=2) for _ in range(4)]
    closed = [event.case_no for event in books.said("case.closed")]
    assert [set(numbers[:2]), set(numbers[2:4]), set(numbers[4:])] == [
        set(closed[:2]),
        set(closed[2:4]),
        set(closed[4:]),
    ]
    with books.database.read() as unit:
        assert {"closed"} == set(unit.connection.scalars(sa.select(cases.c.state)))


@pytest.mark.parametrize(
    ("language", "words"),
    [("zh", "期满没有评价，诉求已办结。"), ("en", "Nobody rated it in time: the case is closed.")],
)
def test_the_page_says_that_nobody_rated(look, tools, language, words):  # noqa: F811
    """In the reader's language."""
    shown, entries = with_timeline(["case.closed"], state="closed")
    entries[-1] = dataclasses.replace(entries[-1], data={"outcome": "resolved", "unrated": True})

    class Unit:
        now = NOW

        def entries(self, _no):
            return entries

    page = case_page._case(Unit(), request(language), shown, look=look, tools=tools)  # type: ignore[arg-type]
    assert words in Reading(page).words
