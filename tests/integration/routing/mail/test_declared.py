"""Filters and pledges that a pack declares hold until somebody chooses otherwise; what was chosen here stays."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest

from tests.integration.routing.town import DISTRICT
from whistle.plugins.agreed import Agreed, Pledge, Wanted
from whistle_routing.domain.mail import Filter
from whistle_routing.handlers import mail
from whistle_routing.store.mail_marks import pledges_on, take_pledges

DAY, LATER = dt.date(2026, 3, 1), dt.date(2026, 6, 1)


def declare(mailing, **wanted):
    """The pack of the town says from now on what ``light`` is sent."""
    pack = mailing.town.tools.packs[DISTRICT]
    agreed = Agreed(filters={"light": Wanted(**wanted)})
    tables = dataclasses.replace(pack.tables, agreed=agreed)
    mailing.town.tools.packs[DISTRICT] = dataclasses.replace(pack, tables=tables)


@pytest.mark.parametrize(
    ("wanted", "count"),
    [
        ({"classes": ("immediate",)}, 0),
        ({"classes": ("commitment",)}, 2),
        ({"categories": ("其他",)}, 2),
        ({"categories": ("城乡建设",)}, 0),
        ({"messages": ("clock.warned",)}, 0),
    ],
)
def test_a_party_is_sent_what_its_pack_says(mailing, wanted, count):
    """Two cases of class commitment and category 其他: those that it wants, without a gap in the numbers."""
    declare(mailing, **wanted)
    mailing.cases(2)
    assert list(range(1, count + 1)) == [letter.sequence for letter in mailing.letters()]


def test_what_was_chosen_here_wins_over_the_pack_and_stays(mailing):
    """A change of the way keeps the pack's filter; a filter chosen here holds, also when the pack says another later."""
    declare(mailing, classes=("immediate",))
    mailing.way("light", "pages")
    mailing.cases(1)
    assert [] == mailing.letters()
    mailing.way("light", "pages", categories=("其他",))
    declare(mailing, classes=("report_up",))
    mailing.cases(1, start=2)
    assert 1 == len(mailing.letters())
    with mailing.town.database.read() as unit:
        assert Filter(categories=("其他",)) == unit.mail.reach_of(DISTRICT, "light").filter


def test_who_changes_the_way_only_chooses_no_filter(mailing):
    """The pack's filter is not copied: what a later version of the pack says holds, on whatever way, until a filter is chosen."""
    declare(mailing, classes=("immediate",))
    for way in ("pages", "amqp"):
        mailing.way("light", way)
    declare(mailing, classes=("commitment",))
    mailing.cases(1)
    assert 1 == len(mailing.letters())
    with mailing.town.database.write() as unit:
        mail.end_way(unit, DISTRICT, "light", by="t")
    declare(mailing, classes=("immediate",))
    mailing.cases(1, start=2)
    assert 1 == len(mailing.letters())
    assert None is mailing.standing()["filter"]


def test_a_chosen_filter_is_given_up_for_the_pack_s(mailing):
    """Chosen here, kept through a change of the way, then as the pack says again; also a filter that lifts everything is chosen."""
    declare(mailing, classes=("immediate",))
    mailing.way("light", "pages", classes=())
    mailing.way("light", "amqp")
    mailing.cases(1)
    assert (1, Filter().to_json()) == (len(mailing.letters()), mailing.standing()["filter"])
    mailing.way("light", "amqp", as_pack=True)
    mailing.cases(1, start=2)
    assert (1, None) == (len(mailing.letters()), mailing.standing()["filter"])


def test_a_category_stands_for_those_below_it_and_for_no_other():
    """城乡建设 wants 城乡建设/燃气供应, not 城乡建设局; what has no category is not held back."""
    wanted = Filter(categories=("城乡建设",))
    asked = ("城乡建设", "城乡建设/燃气供应", "城乡建设局", None)
    answers = [wanted.wants(message="dispatch.sent", category=category) for category in asked]
    assert [True, True, False, True] == answers


def pledge(party, day, terms):
    return vars(Pledge(party=party, signed_on=day, ends_on=None, signed_by="王", terms=terms))


def test_pledges_of_a_pack_are_taken_and_those_recorded_here_stay(mailing):
    """A new version of the pack replaces what the old one said; what somebody recorded for that party and day holds."""
    database = mailing.town.database
    with database.write() as unit:
        mail.pledge(
            unit, DISTRICT, "water", signed_on=DAY, ends_on=None, signed_by="李", terms="现场签订", by="t"
        )
        take_pledges(unit, DISTRICT, [pledge("light", DAY, "一"), pledge("water", DAY, "包里的")])
    with database.write() as unit:
        take_pledges(unit, DISTRICT, [pledge("light", LATER, "二"), pledge("water", DAY, "包里的")])
    with database.read() as unit:
        found = {(row["party"], row["signed_on"]): row["terms"] for row in pledges_on(unit, DISTRICT, LATER)}
    assert {("light", LATER): "二", ("water", DAY): "现场签订"} == found
