"""What looks wrong is told with the figures behind it; what does not, is not; each rule can be turned off."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from whistle_points.domain.flags import CutFact, SaidFact, Thresholds, TimeFact, Watch

NINE = dt.datetime(2026, 3, 2, 1, tzinfo=dt.UTC)
LIMITS = Thresholds()


def said(number, member="m-1", **options):
    values = {"reviewer": None, "approved": True, "evidence": (), "period": "2026-03", "days_left": 20}
    return SaidFact(id=f"c-{number}", member=member, **{**values, **options})


def time(activity, member="m-1", *, hours=(0, 3), minutes=180, device=None):
    begins, ends = (NINE + dt.timedelta(hours=hour) for hour in hours)
    return TimeFact(
        activity=activity,
        member=member,
        begins=begins,
        ends=ends,
        minutes=minutes,
        day=NINE.date(),
        device=device,
    )


def found(limits=LIMITS, *, claims=(), times=(), cuts=()):
    watch = Watch(limits)
    for one in claims:  # one by one, as if each came on a page of its own
        watch.see_claims([one])
    watch.see_times(times)
    watch.see_cuts(cuts)
    return [(one.kind, one.members) for one in watch.found()]


def test_one_phone_for_many_people():
    """Three at one activity; two, or three at three activities, are nothing."""
    three = [time("a", member, device="d", minutes=0) for member in ("m-1", "m-2", "m-3")]
    assert [("shared-device", ("m-1", "m-2", "m-3"))] == found(times=three)
    assert [] == found(times=three[:2])
    assert [] == found(times=[replace(one, activity=one.member) for one in three])


def test_hours_that_overlap():
    """Two activities at the same time cannot both be whole; one after the other, or an hour of each, they can."""
    one, other = time("a"), time("b", hours=(1, 4))
    assert [("overlapping-hours", ("m-1",))] == found(times=[one, other])
    assert [] == found(times=[one, time("b", hours=(3, 6))])
    assert [] == found(times=[replace(one, minutes=60), replace(other, minutes=60)])
    assert [] == found(times=[one, replace(other, member="m-2")])


def test_a_day_has_so_many_hours():
    """Also with a night off in between."""
    times = [time("a", hours=(0, 9), minutes=540), time("b", hours=(10, 19), minutes=540)]
    assert [("long-day", ("m-1",))] == found(times=times)
    assert [] == found(times=[times[0], replace(times[1], minutes=300)])


def test_the_same_photo_for_several_claims():
    """Whoever they are about."""
    claims = [said(1, evidence=("x", "y")), said(2, "m-2", evidence=("x",)), said(3, evidence=("z",))]
    assert [("same-evidence", ("m-1", "m-2"))] == found(claims=claims)
    assert [] == found(claims=[claims[0], claims[0], claims[2]])


def test_two_who_always_approve_each_other():
    """Three each way; one refusal, or one way only, is as it should be."""
    both = [said(n, "m-1", reviewer="m-2") for n in range(3)] + [
        said(n + 3, "m-2", reviewer="m-1") for n in range(3)
    ]
    assert [("mutual-reviews", ("m-1", "m-2"))] == found(claims=both)
    assert [] == found(claims=both[:3])
    assert [] == found(claims=[*both, said(9, "m-1", reviewer="m-2", approved=False)])


def test_claims_that_come_just_before_the_period_ends():
    """Six in the last three days, and most of what the period has."""
    late = [said(number, days_left=number % 3) for number in range(6)]
    early = [said(number + 10, days_left=9) for number in range(5)]
    assert [("burst", ("m-1",))] == found(claims=late)
    assert [] == found(claims=[*late, *early])
    assert [] == found(claims=late[:5])


def test_more_than_the_cap_again_and_again():
    """Five times in a month."""
    cuts = [CutFact(member="m-1", item="volunteer", month="2026-03")] * 5
    assert [("over-cap", ("m-1",))] == found(cuts=cuts)
    assert [] == found(cuts=cuts[:4])


@pytest.mark.parametrize("name", ["same_evidence", "over_cap", "overlap_minutes"])
def test_a_rule_that_is_off_tells_nothing(name):
    """The others go on."""
    facts = {
        "claims": [said(1, evidence=("x",)), said(2, "m-2", evidence=("x",))],
        "times": [time("a"), time("b")],
        "cuts": [CutFact(member="m-1", item="volunteer", month="2026-03")] * 5,
    }
    assert 3 == len(found(**facts))
    assert 2 == len(found(replace(LIMITS, **{name: 0}), **facts))
