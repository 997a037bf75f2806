"""Those concerned are told of a sitting before it begins: once each, by whomever, however often; not when it has begun."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest

from tests.integration.routing.organisation.districts import files_at, take
from tests.integration.routing.town import TABLES, Town
from whistle.calendar.days import CHINA
from whistle.contracts.plugin import Party
from whistle.contracts.timing import Span
from whistle.plugins.sittings import Sitting
from whistle_routing import handlers

HOUR = dt.timedelta(hours=1)
MORNING = dt.time(9, 30)
SITTING = Sitting(
    id="lawyer",
    name="律师坐班",
    kind="sitting",
    at="fs",
    every="weekly",
    weekdays=(4,),
    begin=MORNING,
    finish=dt.time(11, 30),
    offices=("street-secretary",),
    guests=("lawyer",),
    remind=Span(24 * 3600, "seconds"),
)
THURSDAY = dt.datetime(2026, 11, 26, 9, 30, tzinfo=CHINA)


def with_rows(town: Town, *rows: Sitting) -> Town:
    """The same database, by these rows; a law firm is a party."""
    firm = Party(id="firm", name="某律师事务所", kind="lawyer", channel="queue")
    tables = dataclasses.replace(TABLES, sittings=rows)
    after = Town(town.database, tables)
    after.tools.parties["mawei"] = {**after.tools.parties["mawei"], "firm": firm}
    return after


def at(town: Town, instant: dt.datetime) -> None:
    town.clock.advance(instant - town.clock.now())


def told(town: Town, *, to: str | None = None) -> list[str]:
    return [event.data.key for event in town.said(to=to) if event.data.name == "sitting.due"]


def test_a_sitting_is_told_of_once_a_day_before_it_begins(street):
    """To the services and to the guest who is a party; not before its time, and not twice, also after a new start."""
    town = with_rows(street, SITTING)
    at(town, THURSDAY - 24 * HOUR - dt.timedelta(seconds=1))
    assert (0, []) == (handlers.tell_sittings(town.tools), told(town))
    at(town, THURSDAY - 24 * HOUR)
    assert [1, 0] == [handlers.tell_sittings(town.tools) for _ in range(2)]
    again = with_rows(street, SITTING)
    at(again, THURSDAY - HOUR)
    assert 0 == handlers.tell_sittings(again.tools)
    assert ["2026-11-26/lawyer/fs"] == told(town) == told(town, to="firm")
    (message,) = [event.data for event in town.said(to="firm") if event.data.name == "sitting.due"]
    assert (THURSDAY, 2 * HOUR) == (message.begins_at, message.ends_at - message.begins_at)
    assert ("律师坐班", ("lawyer",)) == (message.sitting_name, message.guests)


def test_the_next_one_is_told_of_in_its_turn(street):
    """Each Thursday, and each row for itself."""
    other = dataclasses.replace(SITTING, id="other", weekdays=(5,), guests=())
    town = with_rows(street, SITTING, other)
    for day in range(10):
        at(town, THURSDAY + dt.timedelta(days=day) - 2 * HOUR)
        handlers.tell_sittings(town.tools)
    keys = ["2026-11-26/lawyer", "2026-11-27/other", "2026-12-03/lawyer", "2026-12-04/other"]
    assert [f"{key}/fs" for key in keys] == told(town)


def test_what_began_while_nothing_ran_is_not_told_of(street):
    """Late is better than never, but not afterwards."""
    town = with_rows(street, SITTING)
    at(town, THURSDAY - dt.timedelta(minutes=1))
    assert 1 == handlers.tell_sittings(town.tools)
    missed = with_rows(street, dataclasses.replace(SITTING, id="missed"))
    at(missed, THURSDAY)
    assert 0 == handlers.tell_sittings(missed.tools)


def test_every_place_of_a_row_is_told_of_with_who_is_on_duty_there(street):
    """One message for each grid, with the people of that day."""
    row = dataclasses.replace(SITTING, id="walk", each="grid", offices=("grid-chief",), guests=())
    town = with_rows(street, row)
    at(town, THURSDAY - HOUR)
    handlers.tell_sittings(town.tools)
    said = {event.data.node: event.data for event in town.said() if event.data.name == "sitting.due"}
    assert ["wg1", "wg2", "wg3", "wg4", "wg5"] == sorted(said)
    assert ("网格长", "网格长 李秀英") == (said["wg1"].on_duty[0].role_zh, said["wg1"].who[0])


@pytest.mark.parametrize("remind", [None, Span(31 * 86400, "seconds")])
def test_never_and_long_before(street, remind):
    """What is never told of, and a month before: over the end of the month."""
    town = with_rows(
        street,
        dataclasses.replace(SITTING, every="yearly", months=(12,), days=(24,), weekdays=(), remind=remind),
    )
    at(town, dt.datetime(2026, 11, 23, 9, 29, tzinfo=CHINA))
    assert 0 == handlers.tell_sittings(town.tools)
    at(town, dt.datetime(2026, 11, 23, 9, 30, tzinfo=CHINA))
    assert (1 if remind else 0) == handlers.tell_sittings(town.tools)


def test_what_is_moved_by_a_day_off_says_so_and_is_told_of_before_the_day_it_is_moved_to(street):
    """The 1st of October 2026 is a Thursday of National Day: held on the 8th, once."""
    town = with_rows(street, SITTING)
    at(town, dt.datetime(2026, 9, 30, 12, 0, tzinfo=CHINA))
    assert 0 == handlers.tell_sittings(town.tools)
    monthly = dataclasses.replace(SITTING, every="monthly", weekdays=(), days=(2,))
    town = with_rows(street, monthly)
    at(town, dt.datetime(2026, 10, 7, 12, 0, tzinfo=CHINA))
    assert 1 == handlers.tell_sittings(town.tools)
    (message,) = [event.data for event in town.said() if event.data.name == "sitting.due"]
    assert ("2026-10-08/lawyer/fs", "2026-10-02") == (message.key, message.moved_from)


def test_nothing_is_told_of_before_the_places_are_known(town):
    """And nothing is lost: once the tree is loaded it is told."""
    bare = with_rows(town, SITTING)
    at(bare, THURSDAY - HOUR)
    assert (0, []) == (handlers.tell_sittings(bare.tools), told(bare))


def test_three_workers_tell_of_it_once(towns, tmp_path):
    """At the same moment, on one database."""
    take(towns[0].database, files_at(tmp_path))
    workers = [with_rows(town, SITTING) for town in towns]
    at(workers[0], THURSDAY - HOUR)
    assert 1 == sum(handlers.tell_sittings(worker.tools) for worker in workers for _ in range(2))
    assert ["2026-11-26/lawyer/fs"] == told(workers[0])
