"""Until when, upon what and how work is given back and reviewed; on both databases."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest

from tests.integration.routing.returning.hands import (
    DAYS,
    HOUR,
    NO,
    change,
    give_back,
    refusals,
    report,
    told,
    with_tables,
)
from tests.integration.routing.town import Town, decision
from whistle.contracts import Arrive, Sign
from whistle.contracts.timing import Span
from whistle.errors import Invalid, NotAllowedNow
from whistle.plugins.returns import Returns
from whistle.plugins.terms import Terms
from whistle_routing.handlers.returning.giving_back import decide_return


@pytest.mark.parametrize(
    ("rows", "later", "code"),
    [
        ((), 2 * DAYS + 5 * HOUR, None),  # until Tuesday's close by the default of two working days
        ((), 2 * DAYS + 6 * HOUR, "return-window-closed"),
        (
            (Terms(handling="commitment", since=dt.date(2026, 1, 1), returning=Span(3600, "seconds")),),
            HOUR,
            None,
        ),
        (
            (Terms(handling="commitment", since=dt.date(2026, 1, 1), returning=Span(3600, "seconds")),),
            HOUR + dt.timedelta(seconds=1),
            "return-window-closed",
        ),
        (
            (
                Terms(handling="any", since=dt.date(2026, 1, 1), returning=Span(3600, "seconds")),
                Terms(handling="any", since=dt.date(2026, 11, 23), returning=Span(9, "working_days")),
            ),
            2 * HOUR,
            "return-window-closed",
        ),
    ],
    ids=["in time", "too late", "class in time", "class too late", "a later row does not count yet"],
)
def test_work_is_given_back_only_within_its_window(town, rows, later, code):
    """By the row in force on the day of the dispatch and the district's calendar; the refusal says until when."""
    town = with_tables(town, classes=rows, hours={"commitment": 1000.0})
    town.file(NO)
    town.decide(dataclasses.replace(decision("light"), handle_hours=1000.0))
    town.clock.advance(later)
    give_back(town, "light")
    if code is None:
        assert ("returned", []) == (town.of("light").state, refusals(town, "light"))
        return
    ((found, reason),) = refusals(town, "light")
    assert (code, "sent") == (found, town.of("light").state)
    assert "could be returned until" in reason


@pytest.mark.parametrize(
    ("more", "code", "words"),
    [
        ({"basis": "不归我管"}, "no-legal-basis", "三定规定"),
        ({"basis": "没有办法处理,无法办理"}, "no-legal-basis", "文号"),
        ({"suggested": "nobody"}, "invalid", "没有单位 nobody"),
        ({"suggested": "light"}, "invalid", "不能是本单位自己"),
    ],
)
def test_a_return_needs_a_rule_and_may_suggest_another_party(town, more, code, words):
    """What is wrong is told to whoever sent it; the dispatch stays."""
    town.file(NO)
    town.decide(decision("light"))
    give_back(town, "light", **more)
    ((found, reason),) = refusals(town, "light")
    assert (code, "sent") == (found, town.of("light").state)
    assert words in reason


def test_what_is_suggested_reaches_the_rules_and_everybody(town):
    """The district's plugin reads it with the basis; the message has it."""
    town.file(NO)
    town.decide(decision("light"))
    give_back(town, "light", suggested="water")
    assert "建议转派 / suggested: water" in town.job(NO).trigger_detail
    assert [("water", 1)] == [(one.suggested, one.hop) for one in told(town, "dispatch.returned")]


def test_who_is_on_site_does_not_return_any_more(town):
    """Arrived is taken on."""
    town.file(NO)
    town.decide(decision("light"))
    for action in (Sign, Arrive):
        town.act(action(dispatch=town.of("light").id, by="张工"), party="light")
    give_back(town, "light")
    assert "not-allowed-now" == refusals(town, "light")[-1][0]


def reviewing(town: Town) -> Town:
    town = with_tables(town, returns=Returns(review=True, reviewer="office"))
    town.file(NO)
    town.decide(decision("light"))
    give_back(town, "light", suggested="water")
    return town


def test_a_return_waits_for_its_review_while_the_clock_runs(town):
    """The dispatch stands; the reviewer has a task with its own clock; a second return is refused."""
    town = reviewing(town)
    (plea,) = town.pleas(NO)
    assert ("return", "open", "office", "water") == (plea.kind, plea.state, plea.decider, plea.suggested)
    assert {"handle": "running", "review": "running"} == {
        kind: clock.state for kind, clock in town.clocks_of(NO).items()
    }
    assert plea.due_at == town.clocks_of(NO)["review"].due_at
    give_back(town, "light")
    assert ("under-review", 0) == (refusals(town, "light")[-1][0], town.job(NO).hops)


def test_a_declined_return_leaves_everything_as_it_was(town):
    """The dispatch and its deadline stand, and the party may not ask again."""
    town = reviewing(town)
    due = town.of("light").due_at
    (plea,) = town.pleas(NO)
    change(town, decide_return, plea, grant=False, by="审核员", reason="确属贵单位")
    assert ("sent", due, "declined", None) == (
        town.of("light").state,
        town.of("light").due_at,
        town.of("light").bound,
        town.of("light").plea,
    )
    assert "dispatch.declined" == town.said(to="light")[-1].data.name
    give_back(town, "light")
    assert ("return-declined", "routed") == (refusals(town, "light")[-1][0], town.job(NO).state)
    with pytest.raises(NotAllowedNow, match="已驳回"):
        change(town, decide_return, town.pleas(NO)[0], grant=True, by="另一人", reason="重审")


@pytest.mark.parametrize("to", ["", "park"])
def test_an_accepted_return_sends_the_case_on(town, to):
    """By the rules, or to whom the reviewer names; the party is told, the clock of the review stops."""
    town = reviewing(town)
    (plea,) = town.pleas(NO)
    change(town, decide_return, plea, grant=True, by="审核员", reason="属实", to=to)
    if not to:
        town.decide(decision("water"))
    assert (to or "water", "returned", "stopped") == (
        town.job(NO).lead,
        town.of("light").state,
        town.clocks_of(NO)["review"].state,
    )
    assert [("审核员", 1)] == [(one.accepted_by, one.hop) for one in told(town, "dispatch.returned")]
    assert "dispatch.returned" in [event.data.name for event in town.said(to="light")]


def test_the_reviewer_cannot_send_it_back_to_whoever_returned_it(town):
    """That is what declining is for."""
    town = reviewing(town)
    with pytest.raises(Invalid, match="不能是本单位自己"):
        change(town, decide_return, town.pleas(NO)[0], grant=True, by="审核员", reason="x", to="light")


def test_who_reports_meanwhile_has_no_return_left(town):
    """The work is done: the review is withdrawn."""
    town = reviewing(town)
    report(town, "light")
    assert ("done", "withdrawn", "stopped") == (
        town.job(NO).state,
        town.pleas(NO)[0].state,
        town.clocks_of(NO)["review"].state,
    )
