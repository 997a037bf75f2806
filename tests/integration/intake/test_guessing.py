"""Guessing the last four digits of a phone: counted in the database, for pages and for the API alike."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.integration.intake.desk import Desk
from tests.integration.intake.forms import Browser, number_in
from tests.unit.intake.conftest import tools  # noqa: F401  # a fixture
from whistle.errors import Forbidden, TooManyTries
from whistle.ids import case_number
from whistle_intake import handlers

UNKNOWN = case_number(2031, 99999)
WRONG = Forbidden.code
WAIT = TooManyTries.code
RIGHT = "5678"


class Asked(Desk):
    """Residents ask about one case."""

    def __init__(self, url, given):
        super().__init__(url, given)
        self.no = self.file()

    def guess(self, tail, no=None):
        """What came of it: ``ok`` or the code of the refusal, which is caught inside of the unit of work."""
        with self.database.write() as unit:
            try:
                handlers.find_by_tail(unit, no or self.no, tail, tools=self.tools)
                return "ok"
            except (Forbidden, TooManyTries) as error:
                self.wait = error.detail.get("retry_after")
                return error.code


@pytest.fixture(params=["sqlite", "postgresql"])
def desk(request, tmp_path, tools):  # noqa: F811
    url = f"sqlite:///{tmp_path}/intake.db"
    if request.param == "postgresql":
        url = request.getfixturevalue("database_url")
    made = Asked(url, tools)
    yield made
    made.database.close()


def test_after_five_failures_even_the_right_digits_must_wait(desk):
    """A minute, then two; being right ends the counting."""
    assert [WRONG] * 5 + [WAIT] == [desk.guess("0000") for _ in range(6)]
    assert (WAIT, 60) == (desk.guess(RIGHT), desk.wait)
    desk.clock.advance(dt.timedelta(seconds=60))
    assert (WRONG, WAIT) == (desk.guess("0001"), desk.guess(RIGHT))
    assert 120 == desk.wait
    desk.clock.advance(dt.timedelta(seconds=120))
    assert "ok" == desk.guess(RIGHT)
    assert [WRONG] * 5 + [WAIT] == [desk.guess("0000") for _ in range(6)]


def test_a_restart_forgets_no_failure_and_two_quiet_days_do(desk):
    """The count is in the database, and goes from there when it has no meaning any more."""
    assert [WRONG] * 5 == [desk.guess("0000") for _ in range(5)]
    desk.restart()
    assert WAIT == desk.guess(RIGHT)
    desk.clock.advance(dt.timedelta(days=3))
    assert [WRONG, WRONG, "ok"] == [desk.guess("0000"), desk.guess("0000", UNKNOWN), desk.guess(RIGHT)]
    with desk.database.read() as unit:
        assert (None, 1) == (unit.guesses_about(desk.no), unit.guesses_about(UNKNOWN).failures)


def test_numbers_that_do_not_exist_are_counted_alike(desk):
    """So that a refusal tells nothing; each number has a count of its own, and no digits at all are no guess."""
    asked = ["0000"] * 6 + [None]
    assert [desk.guess(tail) for tail in asked] == [desk.guess(tail, UNKNOWN) for tail in asked]
    assert WRONG == desk.guess("0000", "26-" + "1" * 30 + "-5")


@pytest.mark.parametrize("door", ["page", "api"])
def test_many_guesses_at_once_are_five(platform, door):
    """However many connections guess, five are compared; the rest wait, with Retry-After and in both languages."""
    resident = Browser(platform)
    location = resident.file()
    no = number_in(location)

    def guess(number):
        if door == "page":
            return resident.post("/cases", {"no": no, "tail": f"{number:04}"})
        return platform.http("GET", f"/api/v1/cases/{no}?tail={number:04}", token="")

    with ThreadPoolExecutor(20) as callers:
        answers = list(callers.map(guess, range(40)))
    refused = [answer for answer in answers if answer.status == 429]
    assert {429: 35, 422 if door == "page" else 403: 5} == {
        status: sum(answer.status == status for answer in answers)
        for status in {one.status for one in answers}
    }
    late = guess(5678)
    assert (429, True) == (late.status, 0 < int(late.headers["Retry-After"]) <= 60)
    if door == "page":
        assert "错误次数过多,请 1 分钟后再试" in late.body
        english = resident.post("/cases", {"no": no, "tail": "5678"}, Accept_Language="en")
        assert "wrong too often; try again in 1 min" in english.body
    else:
        assert {"/problems/too-many-tries"} == {answer.body["type"] for answer in refused}
    assert 200 == resident.get(location).status
    assert no == platform.case(no)["no"]


def test_the_api_tells_strangers_nothing_about_numbers(platform):
    """No digits, wrong digits, a rating with wrong digits: one problem, whether the case exists or not. Staff is told."""
    no = number_in(Browser(platform).file())

    def told(number):
        path = f"/api/v1/cases/{number}"
        rating = {"rating": "satisfied", "tail": "0000"}
        answers = [
            platform.http("GET", path, token=""),
            platform.http("GET", path + "?tail=0000", token=""),
            platform.http("POST", path + "/rating", rating, token=""),
            platform.http("POST", path + "/rating", rating, token="", Idempotency_Key=f"key-{number}"),
        ]
        return [(one.status, {**one.body, "instance": ""}) for one in answers]

    assert told(no) == told(UNKNOWN)
    assert [403] * 4 == [status for status, _ in told(case_number(2031, 99998))]
    assert 404 == platform.http("GET", f"/api/v1/cases/{UNKNOWN}").status


def test_a_refusal_is_not_kept_under_an_idempotency_key(platform):
    """The same key with the right digits later is a try of its own, not a replay of the refusal."""
    no = number_in(Browser(platform).file())
    path, key = f"/api/v1/cases/{no}/rating", {"Idempotency-Key": "once"}
    first = platform.http("POST", path, {"rating": "satisfied", "tail": "0000"}, token="", **key)
    second = platform.http("POST", path, {"rating": "satisfied", "tail": "5678"}, token="", **key)
    assert (403, 409) == (first.status, second.status)
    assert second.body["type"] == "/problems/not-allowed-now"
