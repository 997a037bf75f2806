"""A scheme that is scored by its pack: the plugin is asked outside of transactions; whatever fails, points are booked."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from functools import partial

import pytest

from tests.integration.points.desk import Desk
from tests.integration.points.town import closed, reopened
from whistle.contracts import ActivityCompleted, new_event
from whistle.plugins.host.parent import Limits, Outcome, PluginHost
from whistle.plugins.loader import load_packs
from whistle.storage import Job, run_together
from whistle_points import handlers
from whistle_points.domain import Schemes
from whistle_points.rules import Rules
from whistle_points.schemes import rules_of
from whistle_points.store import verify

JULY = dt.datetime(2026, 7, 1, 4, tzinfo=dt.UTC)


class Broken:
    """A plugin that never answers well."""

    def score(self, deeds):
        failed = Outcome(decision=None, source="plugin", plugin="mawei", version="9", failure="超时 / late")
        return [failed] * len(deeds)


@pytest.fixture(scope="module")
def mawei():
    """Mawei's own pack in its process."""
    pack = load_packs(["mawei"])["mawei"]
    host = PluginHost(pack, limits=Limits(call=10.0))
    yield pack, host
    host.stop()


@pytest.fixture
def desk(database, mawei):
    pack, host = mawei
    schemes = rules_of({"mawei": pack}).of("mawei").versions
    asked = Schemes(tuple(replace(scheme, scored_by="plugin") for scheme in schemes))
    desk = Desk(database, rules=Rules({"mawei": asked}))
    desk.tools = replace(desk.tools, scorers={"mawei": host})
    desk.clock.advance(JULY - desk.clock.now())
    yield desk
    with database.read() as unit:
        assert [] == verify(unit)


def _hear(hearing, event, unit):
    hearing(unit, event)


def hear(desk, *events):
    hearing = partial(handlers.hear_of, rules=desk.tools.rules)
    jobs = [Job(run=partial(_hear, hearing, event), cause=event) for event in events]
    assert [] == [one.error for one in run_together(desk.database, jobs).values() if one.error]


def duty(minutes=180, *, revision=1, item="flood-duty", activity="a-1"):
    data = ActivityCompleted(
        activity=activity,
        kind="flood-duty",
        member="m-1",
        item=item,
        minutes=minutes,
        ended_at=JULY,
        confirmed_by="clerk",
        revision=revision,
    )
    return new_event(data, source="points", district="mawei", time=JULY)


def test_mawei_counts_flood_duty_half_more_in_summer(desk):
    """Three hours are nine points instead of six; nothing is booked before the plugin was asked; told twice, it is booked once."""
    event = duty()
    hear(desk, event)
    hear(desk, event)
    desk.enrol("m-1")
    assert 0 == desk.balance()["free"]
    assert (1, 0) == (handlers.score_deeds(desk.tools), handlers.score_deeds(desk.tools))
    hear(desk, event)
    handlers.score_deeds(desk.tools)
    assert 90 == desk.balance()["free"]


def test_caps_hold_for_what_the_plugin_says(desk):
    """Eight hours would be 24 points; sixteen a day is the cap. A correction takes them back first."""
    hear(desk, duty(480))
    handlers.score_deeds(desk.tools)
    desk.enrol("m-1")
    assert 160 == desk.balance()["free"]
    hear(desk, duty(60, revision=2), duty(0, revision=3))
    handlers.score_deeds(desk.tools)
    assert 0 == desk.balance()["free"]


@pytest.mark.parametrize("scorers", [{"mawei": Broken()}, {}], ids=["fails", "is not there"])
def test_a_plugin_that_fails_costs_nobody_their_points(desk, scorers):
    """The scheme's own amount is booked, and somebody is told, once a day."""
    desk.tools = replace(desk.tools, scorers=scorers)
    hear(desk, duty(), closed(members=("m-2",)))
    handlers.score_deeds(desk.tools)
    desk.enrol("m-1", "m-2")

    assert (60, 20) == (desk.balance()["free"], desk.balance("m-2")["free"])
    (flag,) = desk.read("list_flags")["flags"]
    assert ("score-plugin", [], "open") == (flag["kind"], flag["members"], flag["state"])


def test_a_case_that_is_reopened_before_the_plugin_was_asked_earns_nothing(desk):
    """In either order; the next closing counts."""
    hear(desk, closed(members=("m-1",)))
    with desk.database.write() as unit:
        handlers.take_back(unit, reopened(), rules=desk.tools.rules)
    handlers.score_deeds(desk.tools)
    desk.enrol("m-1")
    assert 0 == desk.balance()["free"]
    hear(desk, closed(members=("m-1",), case_round=2))
    handlers.score_deeds(desk.tools)
    assert 20 == desk.balance()["free"]


def test_mawei_asks_only_about_flood_duty(database, mawei):
    """As its points.toml says: a closed case and a patrol are booked at once, flood duty after the plugin was asked."""
    pack, host = mawei
    desk = Desk(database, rules=rules_of({"mawei": pack}))
    desk.tools = replace(desk.tools, scorers={"mawei": host})
    desk.enrol("m-1", "m-2")
    desk.clock.advance(JULY - desk.clock.now())
    hear(desk, closed(members=("m-2",)), duty(120, item="night-patrol"))
    assert (20, 20) == (desk.balance()["free"], desk.balance("m-2")["free"])

    hear(desk, duty(120, activity="a-2"))
    assert 20 == desk.balance()["free"]
    handlers.score_deeds(desk.tools)
    assert 20 + 60 == desk.balance()["free"]
