"""Background work that is done seldom."""

from __future__ import annotations

from types import SimpleNamespace

from whistle.runtime.pulse import STALE_SECONDS
from whistle.runtime.work import Work


class Woken:
    """An event that nobody sends before ``after`` seconds; waiting for it moves the clock."""

    def __init__(self, after: float) -> None:
        self.now, self.waits, self._after = 1000.0, list[float](), 1000.0 + after

    def wait(self, timeout: float) -> None:
        self.waits.append(timeout)
        self.now += timeout

    def ready(self) -> bool:
        return self.now >= self._after


def waited(monkeypatch, *, every: float, woken: float) -> tuple[list[float], int]:
    """How long the work waited each time, and how often it gave a sign."""
    one, beats, event = Work(every=every), list[bool](), Woken(woken)
    one._beat, one._woken = beats.append, event
    monkeypatch.setattr("whistle.runtime.work.time", SimpleNamespace(monotonic=lambda: event.now))
    one._wait()
    assert set(beats) == {True}
    return event.waits, len(beats)


def test_what_is_done_once_an_hour_gives_signs_in_between(monkeypatch):
    """Otherwise the process would be called stuck; all pauses together are the hour."""
    waits, beats = waited(monkeypatch, every=3600, woken=1e9)
    assert 3600 == sum(waits)
    assert max(waits) < STALE_SECONDS / 2
    assert len(waits) == beats


def test_what_is_woken_does_not_wait_for_its_hour(monkeypatch):
    """A commit that needs it ends the pause."""
    waits, _ = waited(monkeypatch, every=3600, woken=7)
    assert sum(waits) < 15
