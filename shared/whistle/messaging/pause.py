"""
Growing pauses between tries.
"""

from __future__ import annotations

import random

import eventlet

FIRST = 0.2
LONGEST = 5.0


class Pause:
    """
    Waits longer each time, with jitter so that many processes do not return at once, until :meth:`reset`.
    """

    def __init__(self, *, first: float = FIRST, longest: float = LONGEST) -> None:
        self._first = first
        self._longest = longest
        self.seconds = first

    def wait(self) -> None:
        """Wait, in seconds, and grow."""
        eventlet.sleep(self.seconds * random.uniform(0.8, 1.2))
        self.seconds = min(self._longest, self.seconds * 2)

    def reset(self) -> None:
        """It works again."""
        self.seconds = self._first
