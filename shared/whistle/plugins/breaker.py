"""
Keeps a plugin off that fails again and again, so that its district is not slowed down by waiting for it.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import threading
from typing import Any, Literal

from whistle.clock import Clock

State = Literal["closed", "open", "half-open"]


@dataclasses.dataclass(frozen=True, kw_only=True)
class _Now:
    failures: int = 0
    opened_at: dt.datetime | None = None
    last_failure: str = ""


class Breaker:
    """
    Opens after ``threshold`` failures in a row and stays open until somebody resets it.

    Args:
        clock: tells when the cool-down is over.
        threshold: failures in a row that open it.
        cool_down: after this time one question is let through (half-open): its success closes the breaker, its failure
            starts the cool-down anew. None: only :meth:`reset` closes it.
    """

    def __init__(self, clock: Clock, *, threshold: int = 3, cool_down: dt.timedelta | None = None) -> None:
        self._clock = clock
        self._threshold = threshold
        self._cool_down = cool_down
        self._now = _Now()
        self._lock = threading.Lock()

    @property
    def state(self) -> State:
        """Closed lets all questions through, half-open one, open none."""
        opened = self._now.opened_at
        if opened is None:
            return "closed"
        # A clock that was set back must not keep the breaker open for longer than the cool-down.
        over = self._cool_down is not None and abs(self._clock.now() - opened) >= self._cool_down
        return "half-open" if over else "open"

    def success(self) -> None:
        """The plugin answered: whatever it did before is forgiven, and an open breaker closes."""
        with self._lock:
            self._now = _Now()

    def failure(self, said: str) -> None:
        """The plugin failed; ``said`` is kept for people."""
        with self._lock:
            failures = self._now.failures + 1
            opened = self._clock.now() if failures >= self._threshold else self._now.opened_at
            self._now = _Now(failures=failures, opened_at=opened, last_failure=said)

    def reset(self) -> None:
        """Somebody looked at it: let questions through again."""
        self.success()

    def describe(self) -> dict[str, Any]:
        """For people and metrics, as JSON values."""
        now = self._now
        return {
            "state": self.state,
            "failures": now.failures,
            "threshold": self._threshold,
            "opened_at": now.opened_at.isoformat() if now.opened_at else None,
            "last_failure": now.last_failure,
        }
