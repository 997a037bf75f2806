"""Alive means working: who is cut off, silent or stuck is named."""

from __future__ import annotations

import threading

import pytest

from whistle.runtime import pulse as module
from whistle.runtime.pulse import Pulse


@pytest.fixture
def time(monkeypatch):
    """A monotonic clock that the test moves."""

    class Time:
        now = 1000.0

        def monotonic(self):
            return self.now

    moved = Time()
    monkeypatch.setattr(module, "time", moved)
    return moved


def test_a_part_is_in_trouble_until_it_has_said_that_it_works(time):
    """A consumer that never connected is not ready; one that beats is; one that lost its connection is not again."""
    pulse = Pulse()
    beat = pulse.beat_of("consumer x")
    assert ["consumer x: cut off"] == pulse.troubles()
    beat(True)
    assert [] == pulse.troubles()
    beat(False)
    assert ["consumer x: cut off"] == pulse.troubles()


def test_a_part_that_says_nothing_any_more_is_in_trouble(time):
    """It worked once, and then no sign for longer than it may be silent."""
    pulse = Pulse()
    pulse.beat_of("relay x")(True)
    time.now += module.STALE_SECONDS
    assert ["relay x: no sign for 15 s"] == pulse.troubles()


def test_what_runs_too_long_is_trouble_and_then_stuck(time):
    """First it is not ready, then beyond help; when it ends, all is well."""
    pulse = Pulse()
    with pulse.running("handler x"):
        time.now += module.STALE_SECONDS + 1
        assert ["handler x: runs for 16 s"] == pulse.troubles()
        assert pulse.stuck() is None
        assert "handler x runs for 16 s" == pulse.stuck(10)
        time.now += module.STUCK_SECONDS
        assert "handler x runs for 76 s" == pulse.stuck()
    assert ([], None) == (pulse.troubles(), pulse.stuck())


def _fail(_argument: object) -> None:
    raise ZeroDivisionError


def test_a_call_that_raises_runs_no_longer(time):
    """Its time ends with it."""
    pulse = Pulse()
    with pytest.raises(ZeroDivisionError):
        pulse.timed("handler x", _fail)(None)
    time.now += 1000
    assert pulse.stuck() is None


def test_the_watching_thread_may_look_while_parts_come_and_go():
    """The watchdog's own thread reads what another one changes, and neither trips."""
    pulse, stop, errors = Pulse(), threading.Event(), []

    def look():
        try:
            while not stop.is_set():
                pulse.stuck(1000)
                pulse.troubles()
        except RuntimeError as error:
            errors.append(error)

    watcher = threading.Thread(target=look)
    watcher.start()
    for number in range(20_000):
        with pulse.running(f"part {number % 50}"), pulse.running(f"other {number}"):
            pass
    stop.set()
    watcher.join(10)
    assert [] == errors
