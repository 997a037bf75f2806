"""On which district the monthly publication opens, on both databases."""

from __future__ import annotations

import datetime as dt
import re

import pytest

from tests.integration.routing.town import DISTRICT
from whistle.auth import Principal
from whistle.http.routes import Request
from whistle.ids import new_id
from whistle_routing.domain.whistles import Step
from whistle_routing.pages.look import load_look
from whistle_routing.pages.whistles import show_publication

LOOK = load_look()
FIRST, LAST = "a-district", "z-district"


@pytest.fixture
def three(town):
    """Three districts, of which the last by name alone called somebody this month, and the first a year ago."""
    for code in (FIRST, LAST):
        town.tools.packs[code] = town.tools.packs[DISTRICT]
    with town.database.write() as unit:
        for code, at in ((LAST, unit.now), (FIRST, unit.now - dt.timedelta(days=365))):
            step = Step(id=new_id(), case_no="26-00001-1", district=code, at=at, kind="called", party="light")
            unit.record(step)
    return town


def opens_on(town, scope: str = "", **asked: str) -> str:
    request = Request(
        method="GET",
        url="/whistles",
        target="/whistles",
        route="/whistles",
        request_id="1",
        remote="-",
        query={"district": "", "month": "", **asked},
        principal=Principal(sub="boss", role="district", scope=scope) if scope else None,
    )
    with town.database.read() as unit:
        page = str(show_publication(unit, request, look=LOOK, tools=town.tools).body)
    (chosen,) = re.findall(r'<option value="([a-z-]+)" selected>', page)
    return chosen


@pytest.mark.parametrize(
    ("scope", "district"),
    [("", LAST), (f"{DISTRICT}/g", DISTRICT), (FIRST, FIRST), ("*", LAST), ("elsewhere", LAST)],
)
def test_it_opens_on_the_readers_own_district_else_on_one_that_has_something_to_show(three, scope, district):
    """Not on the first by name with an empty table."""
    assert district == opens_on(three, scope)


def test_it_opens_on_the_first_district_where_nobody_was_called_in_the_month(three):
    """Some month before there were whistles; a month that is none is told there as well."""
    assert FIRST == opens_on(three, month="2020-01")
    assert FIRST == opens_on(three, month="2026-13")
