"""D1: one whistle, a lead and three co-handlers, one of whom never reports."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.integration.routing.town import decision
from tests.integration.routing.whistling.square import (
    GRID,
    NO,
    blow,
    give_back,
    kept,
    last,
    report,
    sign,
    states,
    steps,
    use,
    whistle,
)
from whistle.errors import NotAllowedNow
from whistle_routing.handlers.whistling.powers import evaluate
from whistle_routing.handlers.whistling.releasing import close_whistle, release


def colours(town, party):
    """What the party was told of its time to handle."""
    kinds = ("clock.warned", "clock.overdue", "supervision.opened", "supervision.closed")
    told = [event.data for event in town.said(to=party) if event.data.name in kinds]
    return [one.name for one in told if getattr(one, "kind", "handle") == "handle"]


def test_who_never_reports_alone_goes_yellow_red_and_is_supervised(both):
    """Close is refused until all have reported or the blower releases with a reason; the scores differ."""
    ident = blow(both, "light", "water", "park", "office", who=GRID)
    sign(both, "park")
    report(both, "light", "water", "office")
    both.clock.advance(dt.timedelta(hours=8, minutes=30))
    both.fire()
    both.clock.advance(dt.timedelta(hours=2))
    both.fire()
    yellow_red = ["clock.warned", "clock.overdue", "supervision.opened"]
    assert [[], [], yellow_red] == [colours(both, party) for party in ("light", "water", "park")]

    with pytest.raises(NotAllowedNow) as refused:
        use(both, close_whistle, ident)
    assert ["park"] == refused.value.detail["missing"]
    assert "blown" == whistle(both, ident).state

    use(both, release, ident, "park", reason="不涉及园林")
    for party, score in (("light", 95), ("water", 80), ("office", 70), ("park", 0)):
        said = "satisfied" if score else "dissatisfied"
        use(both, evaluate, ident, party, score=score, verdict=said, comment="")
    assert [95, 80, 70, 0] == [kept(both, party).score for party in ("light", "water", "office", "park")]
    assert ("done", "closed") == (both.job(NO).state, whistle(both, ident).state)
    assert "released" == states(both)["park"]
    assert "supervision.closed" == colours(both, "park")[-1]


def test_what_the_plugin_says_about_the_red_one_is_done_and_recorded(both):
    """On red the district's plugin is asked to escalate; whom it calls joins the same whistle."""
    ident = blow(both, "light", "water")
    report(both, "light")
    both.clock.advance(dt.timedelta(hours=10, minutes=30))
    both.fire()
    assert ("pending", "overdue") == (both.job(NO).state, both.job(NO).trigger)
    both.decide(decision("light", "park"))
    assert ("routed", None) == (both.job(NO).state, both.job(NO).trigger)
    assert ident == both.of("park").whistle
    assert both.router.asked[-1].trigger.detail.startswith("water: 签收逾期")
    told = last(both, "whistle.escalated")
    assert (ident, "overdue", None, ("park",)) == (told.whistle, told.trigger, told.by, told.called)
    assert ["registered", "escalated"] == [one.kind for one in steps(both, "registered", "escalated")]


def test_one_who_is_red_twice_escalates_once(both):
    """The supervision order of the first red is still open when the second comes."""
    blow(both, "light", "water")
    report(both, "light")
    for _ in range(3):
        both.clock.advance(dt.timedelta(hours=6))
        both.fire()
        if both.job(NO).state == "pending":
            both.decide(decision("light", "water"))
    assert 1 == both.names().count("whistle.escalated")
    assert 1 == [event.data.party for event in both.said() if event.data.name == "supervision.opened"].count(
        "water"
    )


def test_the_case_s_own_time_that_runs_out_is_carried_upward_once(both):
    """It was given back: what runs out is the whole case's clock, and whoever has it now is late with it."""
    both.clock.advance(dt.timedelta(hours=1))
    give_back(both, "light")
    both.decide(decision("desk"))
    both.clock.advance(dt.timedelta(hours=9, minutes=30))
    both.fire()
    assert ("pending", "overdue") == (both.job(NO).state, both.job(NO).trigger)
    both.decide(decision("desk", "park"))
    both.fire()
    assert ("routed", 1) == (both.job(NO).state, both.names().count("whistle.escalated"))
