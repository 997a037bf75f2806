"""
Alive means working (design §5.8): beats of consumers and relays, the oldest running handler, and a watchdog
that ends a process which is stuck, so that its supervisor starts a new one.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import eventlet
import structlog
from eventlet.patcher import original

log = structlog.get_logger()

STALE_SECONDS = 15.0
"""A consumer or relay that has not beaten for so long is not ready."""
STUCK_SECONDS = 60.0
"""A hub or a handler that has not moved for so long is beyond help."""
EXIT_STUCK = 70


class Pulse:
    """What the parts of one process tell about themselves. Times are monotonic seconds."""

    def __init__(self) -> None:
        self._beats: dict[str, tuple[float, bool]] = {}
        self._running: dict[str, float] = {}
        self.lag: dict[str, int] = {}

    def beat_of(self, part: str) -> Callable[[bool], None]:
        """The function by which ``part`` says that it works (or, with False, that it is cut off)."""
        self._beats[part] = (time.monotonic(), False)

        def beat(well: bool) -> None:
            self._beats[part] = (time.monotonic(), well)

        return beat

    def timed(self, part: str, call: Callable[[Any], None]) -> Callable[[Any], None]:
        """``call``, with its running time watched."""

        def timed(argument: Any) -> None:
            with self.running(part):
                call(argument)

        return timed

    @contextmanager
    def running(self, part: str) -> Iterator[None]:
        """What runs inside is watched."""
        self._running[part] = time.monotonic()
        try:
            yield
        finally:
            self._running.pop(part, None)

    def troubles(self) -> list[str]:
        """What is not working, one line each; empty means ready."""
        now = time.monotonic()
        troubles = [
            f"{part}: " + ("cut off" if now - at < STALE_SECONDS else f"no sign for {now - at:.0f} s")
            for part, (at, well) in list(self._beats.items())
            if not well or now - at >= STALE_SECONDS
        ]
        return troubles + [
            f"{part}: runs for {now - since:.0f} s"
            for part, since in list(self._running.items())
            if now - since > STALE_SECONDS
        ]

    def stuck(self, seconds: float = STUCK_SECONDS) -> str | None:
        """The part that has run for longer than ``seconds``, if any; asked by the watchdog's own thread."""
        now = time.monotonic()
        # a copy: the parts come and go in the other thread while this one looks
        oldest = min(list(self._running.items()), key=lambda item: item[1], default=None)
        if oldest and now - oldest[1] > seconds:
            return f"{oldest[0]} runs for {now - oldest[1]:.0f} s"
        return None


class Watchdog:
    """
    An operating-system thread (not green: it must run when the hub does not) that exits the process with
    code 70 when the hub stops turning or a handler never ends.
    """

    def __init__(self, pulse: Pulse, *, stuck_seconds: float = STUCK_SECONDS) -> None:
        self._pulse = pulse
        self._stuck_seconds = stuck_seconds
        self._turned = time.monotonic()
        self._ended = False

    def start(self) -> None:
        """Start watching; the green half ticks every second."""
        eventlet.spawn(self._tick)
        original("threading").Thread(target=self._watch, name="watchdog", daemon=True).start()

    def stop(self) -> None:
        """Stop watching, before a shutdown that may take its time."""
        self._ended = True

    def _tick(self) -> None:
        while not self._ended:
            self._turned = time.monotonic()
            eventlet.sleep(1)

    def _watch(self) -> None:
        sleep = original("time").sleep
        while not self._ended:
            sleep(1)
            idle = time.monotonic() - self._turned
            reason = (
                f"the hub has not turned for {idle:.0f} s"
                if idle > self._stuck_seconds
                else self._pulse.stuck(self._stuck_seconds)
            )
            if reason and not self._ended:
                os.write(2, f'{{"event": "stuck", "level": "critical", "reason": "{reason}"}}\n'.encode())
                os._exit(EXIT_STUCK)
