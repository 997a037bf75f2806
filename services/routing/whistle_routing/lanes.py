"""
One lane per district: work of a district waits for that district's plugin only.
"""

from __future__ import annotations

import contextvars
import threading
from collections.abc import Callable, Collection

import structlog

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

    def run(self, district: str, work: Callable[[str], None]) -> bool:
        """Start ``work(district)`` if it has a lane that is not busy; returns whether it was started."""
        if self._districts is not None and district not in self._districts:
            return False
        thread = self._busy.get(district)
        if thread is not None and thread.is_alive():
            return False
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
        with structlog.contextvars.bound_contextvars(district=district):
            try:
                work(district)
            except Exception as error:
                log.warning("lane_failed", error=str(error)[:300], exc_info=error)

    def join(self, seconds: float) -> None:
        """Wait for the lanes in use, ``seconds`` each at most."""
        for thread in list(self._busy.values()):
            thread.join(seconds)
