"""What parties do, and what comes of it: on both databases."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.integration.routing.town import DISTRICT, HOURS, NOON, decision, some_id
from whistle.contracts import Arrive, Progress, Report, Return, Sign

NO = "26-00001-1"
HOUR = dt.timedelta(hours=1)


def sign(town, party, **more):
    town.act(Sign(dispatch=town.of(party).id, by="张工"), party=party, **more)


def report(town, party):
    sign(town, party)
    town.act(Report(dispatch=town.of(party).id, by="张工", text="好了", members=("m-1",)), party=party)


def give_back(town, party):
    town.act(Return(dispatch=town.of(party).id, by="张工", basis="三定方案"), party=party)


def test_one_case_goes_its_way(town):
    """Filed, decided, signed, arrived, reported: the case is done, its clock stopped, everyone told once."""
    town.file()
    town.decide()
    assert ("routed", "light") == (town.job().state, town.job().lead)
    ident = town.of("light").id
    for action in (
        Sign(dispatch=ident, by="张工"),
        Arrive(dispatch=ident, by="张工"),
        Progress(dispatch=ident, by="张工", text="电话13812345678"),
        Report(dispatch=ident, by="张工", text="好了"),
    ):
        town.act(action, party="light")

    assert "done" == town.job().state
    assert [
        "dispatch.sent",
        "dispatch.signed",
        "dispatch.arrived",
        "dispatch.progressed",
        "dispatch.reported",
    ] == town.names()
    assert "138****5678" in town.said()[3].data.text
    assert (True, False) == (town.said()[-1].data.case_done, town.said()[-1].data.late)
    assert [(one, None) for one in ("sign", "arrive", "progress", "report")] == town.actions()
    assert ["dispatch.sent"] == [event.data.name for event in town.said(to="light")]


def test_a_party_without_a_queue_is_told_on_the_pages_only(town):
    """The services hear of its dispatch, its queue does not exist."""
    town.file()
    town.decide(decision("office"))
    assert [] == town.said(to="office")
    assert "dispatch.sent" in town.names()


def test_the_dispatch_tells_a_party_nothing_about_the_resident(town):
    """Place and problem; no contact, no door."""
    town.file()
    town.decide()
    (event,) = town.said(to="light")
    assert not {"contact", "door"} & vars(event.data).keys()


def test_a_whistle_is_closed_by_the_last_report(town):
    """Lead and co-handlers each on their own clock; the last report makes the case done, in whatever order."""
    town.file()
    town.decide(decision("light", "water", "park"))
    assert ["whistle.blown"] == [name for name in town.names() if name.startswith("whistle")]
    for party in ("light", "park"):
        report(town, party)
        assert ("routed", "whistle.closed" in town.names()) == (town.job().state, False)
    report(town, "water")
    assert ("done", 1) == (town.job().state, town.names().count("whistle.closed"))
    assert [False, False, True] == [
        e.data.case_done for e in town.said() if e.data.name == "dispatch.reported"
    ]


REFUSED = {
    "somebody else's": ("water", Sign, {}, "forbidden"),
    "nobody's": (None, Sign, {}, "forbidden"),
    "unknown": ("light", Sign, {"dispatch": "nothing"}, "not-found"),
    "report unsigned": ("light", Report, {"text": "x"}, "not-allowed-now"),
    "arrive unsigned": ("light", Arrive, {}, "not-allowed-now"),
    "progress unsigned": ("light", Progress, {"text": "x"}, "not-allowed-now"),
}


@pytest.mark.parametrize(("party", "action", "more", "code"), REFUSED.values(), ids=REFUSED)
def test_a_wrong_action_is_recorded_answered_and_changes_nothing(town, party, action, more, code):
    """Whoever sent it is told why, with the id of what it sent; the dispatch is as it was."""
    town.file()
    town.decide()
    before = town.everything()
    values = {"dispatch": town.of("light").id, "by": "张工", **more}
    ident = town.act(action(**values), party=party)

    assert before == town.everything()
    assert [(action.verb(), code)] == town.actions()
    if party is None:
        assert all(
            "dispatch.refused" not in [e.data.name for e in town.said(to=one)] for one in ("light", "water")
        )
        return
    told = [event for event in town.said(to=party) if event.data.name == "dispatch.refused"]
    assert [(code, ident, action.verb())] == [(e.data.code, e.data.action_id, e.data.action) for e in told]
    assert list(range(1, 1 + len(town.said(to=party)))) == [event.sequence for event in town.said(to=party)]


def test_a_second_signature_is_refused_and_the_first_stands(town):
    """The same again is not an error of ours, and not a second event."""
    town.file()
    town.decide()
    sign(town, "light")
    sign(town, "light")
    assert [("sign", None), ("sign", "not-allowed-now")] == town.actions()
    assert 1 == town.names().count("dispatch.signed")


def test_a_user_that_is_no_party_is_refused_and_not_answered(town):
    """There is nobody to answer."""
    town.file()
    town.decide()
    town.act(Sign(dispatch=town.of("light").id, by="张工"), party="stranger")
    assert [("sign", "forbidden")] == town.actions()
    assert [] == town.said(to="stranger")


# --- returns --------------------------------------------------------------------------------------------------------------


def test_a_returned_case_goes_to_another_and_never_back(town):
    """The plugin is asked again with the history; who returned it is passed over, and its clock has stopped."""
    town.file()
    town.decide()
    give_back(town, "light")
    assert ("pending", "returned", ("light",)) == (
        town.job().state,
        town.job().trigger,
        town.job().returned_by,
    )
    town.decide(decision("water"))
    asked = town.router.asked[-1]
    assert ("returned", "light", ("light",)) == (
        asked.trigger.kind,
        asked.facts.history.lead,
        asked.facts.history.returned_by,
    )
    assert "water" == town.job().lead
    report(town, "water")
    assert "done" == town.job().state


def test_a_co_handler_that_returns_leaves_the_others_at_work(town):
    """The lead goes on; the case is done when those who are left have reported."""
    town.file()
    town.decide(decision("light", "water"))
    give_back(town, "water")
    assert "routed" == town.job().state
    report(town, "light")
    assert "done" == town.job().state
    assert 1 == town.names().count("whistle.closed")


def test_a_co_handler_may_be_made_the_lead(town):
    """The lead gave it back, and the plugin names who is at work already: no second dispatch, and the case can end."""
    town.file()
    town.decide(decision("light", "water"))
    sign(town, "water")
    give_back(town, "light")
    town.decide(decision("water", "park"))
    assert ("water", "lead", "signed") == (town.job().lead, town.of("water").role, town.of("water").state)
    assert 3 == len(town.everything()[1])
    report(town, "park")
    town.act(Report(dispatch=town.of("water").id, by="张工", text="好了"), party="water")
    assert "done" == town.job().state


def test_everybody_is_told_that_a_co_handler_leads_now(town):
    """The services, and the party itself in the order of its messages, once; a lead that stays lead is told nothing."""
    town.file()
    town.decide(decision("light", "water"))
    give_back(town, "light")
    town.decide(decision("water", "park"))
    (told,) = [event for event in town.said() if event.data.name == "dispatch.promoted"]
    water = town.of("water")
    assert (water.id, "water", "water", 1, water.version) == (
        told.data.dispatch,
        told.data.party,
        told.data.party_name,
        told.data.round,
        told.data.version,
    )
    assert ("26-00001-1", "water", DISTRICT) == (told.case_no, told.party, told.district)
    heard = town.said(to="water")
    assert ["dispatch.sent", "dispatch.promoted"] == [event.data.name for event in heard]
    assert [1, 2] == [event.sequence for event in heard]
    assert told.data == heard[-1].data
    give_back(town, "park")
    town.decide(decision("water"))
    assert 1 == town.names().count("dispatch.promoted")


# --- rounds ---------------------------------------------------------------------------------------------------------------


def test_a_reopened_case_begins_again(town):
    """A new round with new dispatches; who returned it before may be asked again; actions on old ones are refused."""
    town.file()
    town.decide()
    give_back(town, "light")
    town.decide(decision("water"))
    old = town.of("water").id
    report(town, "water")
    town.reopen(NO, 2)
    town.reopen(NO, 2)
    assert ("pending", 2, "dissatisfied", ()) == (
        town.job().state,
        town.job().round,
        town.job().trigger,
        town.job().returned_by,
    )
    town.decide(decision("light"))
    town.act(Report(dispatch=old, by="张工", text="again"), party="water")
    assert ("report", "not-allowed-now") == town.actions()[-1]
    report(town, "light")
    assert "done" == town.job().state


def test_a_closed_case_takes_no_more_actions_and_fires_no_more_clocks(town):
    """Withdrawn while somebody was at work: its clock stops, nothing turns red, late actions are refused."""
    town.file()
    town.decide()
    sign(town, "light")
    town.closing(NO, 1)
    assert "closed" == town.job().state
    town.clock.advance(100 * HOUR)
    assert 0 == town.fire()
    town.act(Report(dispatch=town.of("light").id, by="张工", text="x"), party="light")
    assert ("report", "not-allowed-now") == town.actions()[-1]
    assert ["clock.stopped"] == [
        name for name in town.names() if name in ("clock.stopped", "clock.warned", "clock.overdue")
    ]


def test_a_closing_that_a_reopening_has_overtaken_is_ignored(town):
    """An older round's end does not end the new one."""
    town.file()
    town.decide()
    report(town, "light")
    town.reopen(NO, 2)
    town.closing(NO, 1)
    assert ("pending", 2) == (town.job().state, town.job().round)


def test_a_case_filed_twice_is_one(town):
    """A replay from before the inbox's memory changes nothing."""
    town.file()
    town.decide()
    before = town.job()
    town.file()
    assert before == town.job()


# --- clocks ---------------------------------------------------------------------------------------------------------------


def test_clocks_fire_in_order_once_and_not_after_the_end(town):
    """Yellow at eight of ten hours, red at ten; reported late is said so."""
    town.file()
    town.decide()
    for hours, fired in ((7, 0), (1, 1), (0, 0), (2, 1), (50, 0)):
        town.clock.advance(hours * HOUR)
        assert fired == town.fire()
    report(town, "light")
    assert ["clock.warned", "clock.overdue"] == [n for n in town.names() if "clock" in n]
    assert town.said()[-1].data.late is True


def test_after_a_long_stop_everything_missed_fires_in_order(town):
    """Nobody looked for days: first all that turned yellow, then all that turned red, as they were due."""
    for number in range(5):
        town.file(f"26-0000{number}-1")
        town.clock.advance(HOUR / 60)
        town.decide()
    town.clock.advance(100 * HOUR)
    assert 10 == town.fire()
    fired = [
        (event.data.name, event.data.clock)
        for event in town.said()
        if event.data.name in ("clock.warned", "clock.overdue")
    ]
    assert 10 == len(set(fired)) == len(fired)
    started = [one.id for one in town.everything()[1]]
    assert [
        *(("clock.warned", one) for one in started),
        *(("clock.overdue", one) for one in started),
    ] == fired


def test_a_decision_that_comes_too_late_is_dropped(town):
    """While the plugin thought, the case was closed: nothing is dispatched."""
    town.file()
    town.router.meanwhile = lambda: town.closing(NO, 1) if town.job().state == "pending" else None
    town.decide()
    assert ("closed", []) == (town.job().state, town.everything()[1])


def test_deadlines_are_what_the_decision_says(town):
    """From the sending on, not from the signing (domain D2)."""
    town.file()
    town.clock.advance(HOUR)
    town.decide()
    sent = town.of("light")
    assert (NOON + HOUR, NOON + (1 + HOURS) * HOUR) == (sent.sent_at, sent.due_at)
    assert some_id() > sent.id
