"""Activities earn by the hour, once, however often and in whatever order they are told."""

from __future__ import annotations

import datetime as dt
import itertools

import pytest
import sqlalchemy as sa

from tests.integration.points.desk import Desk
from tests.integration.points.town import NOON
from whistle.contracts import REGISTRY, ActivityCompleted, decode, new_event
from whistle.errors import Invalid, NotAllowedNow, NotFound
from whistle.storage import Job, run_together
from whistle_points import handlers, refusals
from whistle_points.store import verify

START = NOON + dt.timedelta(days=1)


@pytest.fixture
def desk(database):
    desk = Desk(database)
    desk.enrol("m-1", "m-2", "m-3")
    yield desk
    with database.read() as unit:
        assert [] == verify(unit)


def plan(desk, **body):
    given = {
        "kind": "volunteer-day",
        "title": "三月党员志愿服务日",
        "item": "volunteer",
        "starts_at": START.isoformat(),
        "ends_at": (START + dt.timedelta(hours=2)).isoformat(),
        **body,
    }
    return desk.call("post_activity", given)["id"]


def at(desk, activity):
    return {"path": {"activity": activity}}


def states(desk, activity):
    return {one["member"]: one["state"] for one in desk.read("list_signups", **at(desk, activity))["signups"]}


def join(desk, activity, *members):
    for member in members:
        desk.call("join", {"member": member}, **at(desk, activity))


def show(desk, activity, member):
    code = desk.read("show_code", **at(desk, activity))["code"]
    return desk.call("check_in", {"member": member, "code": code}, **at(desk, activity))


def told(desk):
    with desk.database.read() as unit:
        outbox = unit.kit.outbox
        bodies = unit.connection.scalars(
            sa.select(outbox.c.body).where(outbox.c.type == ActivityCompleted.type()).order_by(outbox.c.id)
        ).all()
    return [decode(body, REGISTRY) for body in bodies]


def hear(desk, *events):
    def job(event):
        return Job(
            run=lambda unit: handlers.award_time(unit, event, rules=desk.tools.rules),
            cause=event,
        )

    results = run_together(desk.database, [job(event) for event in events])
    assert [] == [result.error for result in results.values() if result.error]


def test_who_comes_too_late_waits_and_moves_up(desk):
    """Two places; joining twice changes nothing; who leaves makes room for who waits longest."""
    activity = plan(desk, capacity=1)
    join(desk, activity, "m-1", "m-2", "m-3", "m-1")
    assert {"m-1": "joined", "m-2": "waiting", "m-3": "waiting"} == states(desk, activity)

    desk.call("leave", {"member": "m-1"}, **at(desk, activity))
    assert {"m-1": "left", "m-2": "joined", "m-3": "waiting"} == states(desk, activity)
    join(desk, activity, "m-1")
    assert "waiting" == states(desk, activity)["m-1"]


def test_places_are_given_once_within_a_batch(desk):
    """Requests that are committed together see each other."""
    activity = plan(desk, capacity=2)
    jobs = [desk.job("join", {"member": member}, **at(desk, activity)) for member in ("m-1", "m-2", "m-3")]
    run_together(desk.database, jobs)

    assert ["joined", "joined", "waiting"] == list(states(desk, activity).values())


def test_time_is_between_coming_and_going(desk):
    """By the code on the screen, inside of the activity's time; confirmed by somebody else, it earns its hours."""
    activity = plan(desk)
    join(desk, activity, "m-1")
    desk.clock.advance(dt.timedelta(days=1, minutes=-5))
    show(desk, activity, "m-1")
    desk.clock.advance(dt.timedelta(hours=1, minutes=45))
    show(desk, activity, "m-1")
    desk.clock.advance(dt.timedelta(hours=1))
    desk.call("confirm", {}, **at(desk, activity))
    (event,) = told(desk)
    hear(desk, event)

    assert ("m-1", 100, 1) == (event.data.member, event.data.minutes, event.data.revision)
    assert (10, 10) == (desk.balance()["free"], desk.balance()["rank"])


@pytest.mark.parametrize(
    ("later", "error"), [(0, None), (31, None), (90, refusals.CodeExpired), (-60, refusals.WrongCode)]
)
def test_a_code_on_the_screen_is_good_for_a_moment(desk, later, error):
    """The one before is still taken; a photo of it that comes later is not."""
    activity = plan(desk)
    join(desk, activity, "m-1")
    desk.clock.advance(dt.timedelta(days=1, minutes=10))
    code = desk.read("show_code", **at(desk, activity))["code"]
    desk.clock.advance(dt.timedelta(seconds=later))
    sent = desk.job("check_in", {"member": "m-1", "code": code}, **at(desk, activity))
    result = run_together(desk.database, [sent])[sent]

    assert error is (type(result.error) if result.error else None)


@pytest.mark.parametrize("code", ["", "abc", "1.0000000000", "zz.é", "f" * 60])
def test_another_code_is_refused(desk, code):
    """Made up, broken, of another activity."""
    activity, other = plan(desk), plan(desk)
    join(desk, activity, "m-1")
    desk.clock.advance(dt.timedelta(days=1))
    foreign = desk.read("show_code", **at(desk, other))["code"]
    for tried in filter(None, (code, foreign)):
        with pytest.raises((refusals.WrongCode, refusals.CodeExpired, Invalid)):
            desk.call("check_in", {"member": "m-1", "code": tried}, **at(desk, activity))


def test_the_paper_list_counts_for_who_has_no_phone(desk):
    """Also for who came without signing up; a correction is told as one."""
    activity = plan(desk)
    join(desk, activity, "m-1")
    desk.clock.advance(dt.timedelta(days=2))
    listed = {"present": [{"member": "m-1", "minutes": 120}, {"member": "m-2", "minutes": 60}]}
    desk.call("confirm", listed, **at(desk, activity))
    desk.call("confirm", listed, **at(desk, activity))
    desk.call("confirm", {"present": [{"member": "m-1", "minutes": 60}]}, **at(desk, activity))
    hear(desk, *told(desk))

    assert [("m-1", 120, 1), ("m-2", 60, 1), ("m-1", 60, 2)] == [
        (event.data.member, event.data.minutes, event.data.revision) for event in told(desk)
    ]
    assert (10, 10) == (desk.balance()["free"], desk.balance("m-2")["free"])


def test_nobody_confirms_their_own_time_or_before_the_end(desk):
    """Another person does, when it is over."""
    activity = plan(desk)
    with pytest.raises(NotAllowedNow):
        desk.call("confirm", {}, **at(desk, activity))
    desk.clock.advance(dt.timedelta(days=2))
    with pytest.raises(refusals.SamePerson):
        desk.call("confirm", {"present": [{"member": "m-1", "minutes": 60}]}, by="m-1", **at(desk, activity))
    with pytest.raises(refusals.UnknownMember):
        desk.call("confirm", {"present": [{"member": "nobody", "minutes": 60}]}, **at(desk, activity))
    with pytest.raises(Invalid):
        desk.call("confirm", {"present": [{"member": "m-1", "minutes": -1}]}, **at(desk, activity))


def completed(revision, minutes):
    data = ActivityCompleted(
        activity="a-1",
        kind="night-patrol",
        member="m-1",
        item="volunteer",
        minutes=minutes,
        ended_at=NOON,
        confirmed_by="clerk",
        revision=revision,
    )
    return new_event(data, source="points", district="mawei", time=NOON)


@pytest.mark.parametrize("order", list(itertools.permutations((1, 2, 3))), ids=str)
def test_words_in_any_order_and_twice_are_booked_as_the_last_one_says(desk, order):
    """Duplicated and reordered: no point doubled or lost (D10)."""
    words = {1: completed(1, 120), 2: completed(2, 0), 3: completed(3, 60)}
    for revision in (*order, *order):
        hear(desk, words[revision])

    assert (10, 10) == (desk.balance()["free"], desk.balance()["rank"])


def test_a_correction_has_the_room_that_the_award_before_it_gives_back(desk):
    """Three points a day, two at once: two hours corrected to three are two points again, not one."""
    hear(desk, completed(1, 120))
    hear(desk, completed(2, 180))

    assert (20, 20) == (desk.balance()["free"], desk.balance()["rank"])


def test_an_activity_needs_an_item_that_activities_earn(desk):
    """And a time that ends after it begins."""
    with pytest.raises(refusals.NotForThis):
        plan(desk, item="advice")
    with pytest.raises(refusals.UnknownItem):
        plan(desk, item="singing")
    with pytest.raises(Invalid):
        plan(desk, ends_at=START.isoformat())
    activity = plan(desk)
    desk.clock.advance(dt.timedelta(days=3))
    with pytest.raises(refusals.Full):
        join(desk, activity, "m-1")
    with pytest.raises(NotFound):
        join(desk, "nothing", "m-1")


def test_who_nearby_can_do_something(desk):
    """Seen by somebody else, still valid, in the grid and what lies in it."""
    for member, grid in (("m-1", "350105003001"), ("m-2", "350105003002"), ("m-3", "350105999")):
        desk.call("put_member", {"member": member, "grid": grid})
        desk.call("put_skill", {"member": member, "skill": "水电", "proof": "电工证"}, by="clerk")
    desk.call("put_skill", {"member": "m-2", "skill": "水电", "valid_until": "2026-02-28"}, by="clerk")
    with pytest.raises(refusals.SamePerson):
        desk.call("put_skill", {"member": "m-1", "skill": "法律"}, by="m-1")

    found = desk.read("list_skills", skill="水电", grid="350105003")["members"]
    assert ["m-1"] == [one["member"] for one in found]
