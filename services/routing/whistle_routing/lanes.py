"""
One lane per district: work of a district waits for that district's plugin only.
"""

from __future__ import annotations

import contextvars
import threading
from collections.abc import Callable, Collection

import structlog

from whistle.log import about

log = structlog.get_logger()


class Lanes:
    """
    Runs at most one thread (a green one in a green process) per district; a busy lane is left alone.

    Args:
        districts: those that have a lane, that is, an installed pack; None: all.
    """

    def __init__(self, districts: Collection[str] | None = None) -> None:
        self._districts = districts
        self._busy: dict[str, threading.Thread] = {}
        self._running: set[str] = set()
        self._next: dict[str, Callable[[str], None]] = {}
        self._lock = threading.Lock()

    def run(self, district: str, work: Callable[[str], None], *, or_next: bool = True) -> bool:
        """
        Start ``work(district)`` if it has a lane that is not busy; returns whether it was started. A busy lane does it next, once
        however often it is asked, unless told not to.
        """
        if self._districts is not None and district not in self._districts:
            return False
        with self._lock:
            if district in self._running:
                if or_next:
                    self._next[district] = work
                return False
            self._running.add(district)
        thread = threading.Thread(
            target=contextvars.copy_context().run,
            args=(self._run, district, work),
            name=f"lane-{district}",
            daemon=True,
        )
        self._busy[district] = thread
        thread.start()
        return True

    def _run(self, district: str, work: Callable[[str], None]) -> None:
        with about(district=district):
            todo: Callable[[str], None] | None = work
            try:
                while todo:
                    todo(district)
                    todo = self._taken(district)
            except BaseException as error:
                self._end(district)
                if not isinstance(error, Exception):
                    raise
                log.warning("lane_failed", error=str(error)[:300], exc_info=error)

    def _taken(self, district: str) -> Callable[[str], None] | None:
        """What was asked for while the lane was at work, perhaps after it had looked for the last time; if nothing, it ends."""
        with self._lock:
            if (todo := self._next.pop(district, None)) is None:
                self._running.discard(district)
            return todo

    def _end(self, district: str) -> None:
        with self._lock:
            self._running.discard(district)
            self._next.pop(district, None)

    def join(self, seconds: float) -> None:
        """Wait for the lanes in use, ``seconds`` each at most."""
        for thread in list(self._busy.values()):
            thread.join(seconds)
