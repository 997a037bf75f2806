"""
The breaker alone, by an injected clock.
"""

from __future__ import annotations

import datetime as dt

import pytest

from tests.plugins.packs import NOW
from whistle.clock import SetClock
from whistle.plugins.breaker import Breaker


@pytest.mark.parametrize(("failures", "state"), [(0, "closed"), (2, "closed"), (3, "open"), (7, "open")])
def test_threshold(failures: int, state: str) -> None:
    """It opens with the third failure in a row, not before."""
    breaker = Breaker(SetClock(NOW))
    for number in range(failures):
        breaker.failure(f"第{number}次")
    assert state == breaker.state


def test_without_cool_down_it_stays_open() -> None:
    """Time alone does not close it."""
    clock = SetClock(NOW)
    breaker = Breaker(clock, threshold=1)
    breaker.failure("x")
    clock.advance(dt.timedelta(days=365))
    assert "open" == breaker.state
    breaker.reset()
    assert "closed" == breaker.describe()["state"]


def test_clock_set_back_does_not_hold_it_open() -> None:
    """A clock that jumps back by more than the cool-down does not keep the plugin off for that long."""
    clock = SetClock(NOW)
    breaker = Breaker(clock, threshold=1, cool_down=dt.timedelta(minutes=5))
    breaker.failure("x")
    clock.advance(-dt.timedelta(days=1))
    assert "half-open" == breaker.state


def test_description_is_json() -> None:
    """State, count, threshold, time and the last failure, for people and metrics."""
    breaker = Breaker(SetClock(NOW), threshold=1)
    breaker.failure("坏了")
    assert {
        "state": "open",
        "failures": 1,
        "threshold": 1,
        "opened_at": NOW.isoformat(),
        "last_failure": "坏了",
    } == breaker.describe()
