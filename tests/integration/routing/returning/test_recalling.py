"""Recalls and first contacts; on both databases."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.integration.routing.returning.hands import (
    HOUR,
    NO,
    change,
    refusals,
    report,
    told,
    whole,
    with_tables,
)
from tests.integration.routing.town import DESK, NOON, Town, decision
from whistle.contracts import FirstContact, Sign
from whistle.contracts.timing import Span
from whistle.errors import Invalid, NotAllowedNow
from whistle.plugins.terms import Terms
from whistle_routing.handlers.returning.recalling import recall


@pytest.mark.parametrize("to", ["", "park"])
def test_a_recalled_dispatch_ends_and_the_case_goes_elsewhere(town, to):
    """The party is told and not asked again; its clocks stop, the case's runs on; who had it by mistake does not own it."""
    town.file(NO)
    town.decide(decision("light"))
    first = town.clocks_of(NO)["handle"]
    town.clock.advance(HOUR)
    change(town, recall, town.of("light"), by="李主任", reason="误派", to=to)
    assert ("recalled", "stopped") == (town.of("light").state, stopped(town, "light"))
    assert "dispatch.recalled" == town.said(to="light")[-1].data.name
    if not to:
        assert (None, DESK) == (town.job(NO).owner, whole(town).party)
        town.decide(decision("light"))
        assert DESK == town.job(NO).lead
    lead = to or DESK
    assert (lead, lead, 0) == (town.job(NO).lead, town.job(NO).owner, town.job(NO).hops)
    assert (first.due_at, lead) == (whole(town).due_at, whole(town).party)
    town.act(Sign(dispatch=town.of("light").id, by="张工"), party="light")
    assert "not-allowed-now" == refusals(town, "light")[-1][0]


def stopped(town: Town, party: str) -> str:
    ident = town.of(party).id
    return str(next(one.state for one in town.everything()[3] if one.id == ident))


def test_a_recalled_co_handler_leaves_the_lead_at_work(town):
    """Or is replaced by whoever is named."""
    town.file(NO)
    town.decide(decision("light", "water"))
    change(town, recall, town.of("water"), by="李主任", reason="误派", to="park")
    assert ("co", "routed", "light") == (town.of("park").role, town.job(NO).state, town.job(NO).owner)
    change(town, recall, town.of("park"), by="李主任", reason="误派")
    report(town, "light")
    assert "done" == town.job(NO).state


@pytest.mark.parametrize(
    ("how", "error", "words"),
    [
        ({"to": "nobody"}, Invalid, "没有单位 nobody"),
        ({"to": "light"}, Invalid, "不能是本单位自己"),
    ],
)
def test_a_recall_names_another_party(town, how, error, words):
    """Or nobody."""
    town.file(NO)
    town.decide(decision("light"))
    with pytest.raises(error, match=words):
        change(town, recall, town.of("light"), by="李主任", reason="误派", **how)
    assert "sent" == town.of("light").state


def test_what_has_ended_is_not_recalled(town):
    """The refusal says how it ended."""
    town.file(NO)
    town.decide(decision("light"))
    report(town, "light")
    with pytest.raises(NotAllowedNow, match="已上报办结,不能撤回"):
        change(town, recall, town.of("light"), by="李主任", reason="误派")


def test_the_first_contact_is_stamped_once(town):
    """S4-20: its clock stops; unsigned or again it is refused."""
    terms = (
        Terms(handling="any", since=dt.date(2026, 1, 1), spans={"first_contact": Span(86400, "seconds")}),
    )
    town = with_tables(town, classes=terms)
    town.file(NO)
    town.decide(decision("light"))
    contact = FirstContact(dispatch=town.of("light").id, by="张工", text="电话13812345678,约明早")
    town.act(contact, party="light")
    town.act(Sign(dispatch=town.of("light").id, by="张工"), party="light")
    town.clock.advance(HOUR)
    town.act(contact, party="light")
    town.act(contact, party="light")
    assert [
        ("first_contact", "not-allowed-now"),
        ("sign", None),
        ("first_contact", None),
        ("first_contact", "not-allowed-now"),
    ] == town.actions()
    assert (NOON + HOUR, "stopped") == (
        town.of("light").contacted_at,
        town.clocks_of(NO)["first_contact"].state,
    )
    assert ["电话138****5678,约明早"] == [one.text for one in told(town, "dispatch.contacted")]
