"""Lanes of districts: one at a time each, nobody who comes is overlooked, and a failure leaves the lane free."""

from __future__ import annotations

import threading

from whistle.testing import wait_for
from whistle_routing.lanes import Lanes


def test_who_comes_while_the_lane_is_at_work_is_not_overlooked():
    """However often it is asked meanwhile, the lane looks once more after its last look, and not at the same time."""
    lanes, looks = Lanes(), []
    looking, go_on = threading.Event(), threading.Event()

    def look(district: str) -> None:
        looks.append(district)
        looking.set()
        assert go_on.wait(10)

    assert lanes.run("mawei", look)
    assert looking.wait(10)
    assert [False, False] == [lanes.run("mawei", look) for _ in range(2)]
    go_on.set()
    lanes.join(10)
    assert ["mawei", "mawei"] == looks
    assert lanes.run("mawei", looks.append)
    lanes.join(10)


def test_another_district_does_not_wait():
    """A lane that hangs holds up nobody else."""
    lanes, done, hang = Lanes(), [], threading.Event()

    def wait(_district: str) -> None:
        hang.wait(10)

    lanes.run("slow", wait)
    assert lanes.run("mawei", done.append)
    wait_for(lambda: ["mawei"] == done, what="the other lane")
    hang.set()
    lanes.join(10)


def test_a_lane_that_failed_is_free_again():
    """What a failure leaves is found by the next look."""
    lanes, done = Lanes(), []

    def fail(_district: str) -> None:
        raise ValueError("no")

    lanes.run("mawei", fail)
    lanes.join(10)
    assert lanes.run("mawei", done.append)
    lanes.join(10)
    assert ["mawei"] == done


def test_a_busy_lane_does_what_it_was_asked_last_unless_that_can_wait_for_nobody():
    """What is asked with ``or_next=False`` is not done later; of the others the last is."""
    lanes, done, go_on = Lanes(), [], threading.Event()

    def wait(_district: str) -> None:
        go_on.wait(10)

    lanes.run("mawei", wait)
    assert not lanes.run("mawei", lambda _: done.append("never"), or_next=False)
    assert not lanes.run("mawei", lambda _: done.append("before"))
    assert not lanes.run("mawei", lambda _: done.append("last"))
    go_on.set()
    lanes.join(10)
    assert ["last"] == done
