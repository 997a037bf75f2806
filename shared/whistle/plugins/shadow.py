"""
A second version beside the live one: asked the same, compared, never acted upon, and nobody waits for it.
"""

from __future__ import annotations

import dataclasses
import threading
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any

import structlog

from whistle.contracts.plugin import Decision
from whistle.plugins.host.parent import PluginHost
from whistle.plugins.host.wire import Outcome, Request
from whistle.plugins.replay.compare import changed_fields

log = structlog.get_logger()

BATCH = 50
MOST_WAITING = 1000
"""So many questions wait for a shadow; what comes on top is dropped and counted."""
PATIENCE = 25
"""After so many failures in a row a shadow is asked no more."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Asked:
    """A question that the live version answered: the id of its decision, and what it decided."""

    id: str
    request: Request
    decision: Decision


@dataclasses.dataclass(frozen=True, kw_only=True)
class Answered:
    """What the shadow said; ``changed`` are the fields in which it differs (empty if it failed)."""

    asked: Asked
    outcome: Outcome
    changed: tuple[str, ...]


class Shadow:
    """
    Asks a version in a thread of its own, as far as it keeps up.

    Args:
        host: the version's process, with its own budget and memory; ended by :meth:`stop`.
        keep: is given the answers of each batch; what it raises is logged.
    """

    def __init__(self, host: PluginHost, keep: Callable[[Sequence[Answered]], object]) -> None:
        self._host = host
        self._keep = keep
        self._waiting: deque[Asked] = deque()
        self._woken = threading.Condition()
        self._stopping = False
        self._counts = {"answered": 0, "differ": 0, "failed": 0, "dropped": 0, "failed_in_a_row": 0}
        self._thread = threading.Thread(target=self._run, name=f"shadow-{host.pack.district}", daemon=True)

    def start(self) -> None:
        """Begin to answer."""
        self._thread.start()

    def stop(self, seconds: float = 5.0) -> None:
        """End thread and process; what waits is dropped."""
        with self._woken:
            self._stopping = True
            self._woken.notify()
        self._host.stop()
        if self._thread.is_alive():
            self._thread.join(seconds)
        self._host.stop()  # the thread may have started it once more

    def offer(self, asked: Asked) -> None:
        """Hand a question over; never waits."""
        with self._woken:
            if len(self._waiting) >= MOST_WAITING or self._given_up or self._stopping:
                self._counts["dropped"] += 1
                return
            self._waiting.append(asked)
            self._woken.notify()

    def describe(self) -> dict[str, Any]:
        """Version, process and counts, as JSON values."""
        shown = {**self._host.describe(), **self._counts, "waiting": len(self._waiting)}
        return {**shown, "given_up": self._given_up}

    @property
    def _given_up(self) -> bool:
        return self._counts["failed_in_a_row"] >= PATIENCE

    def _run(self) -> None:
        while (batch := self._next()) is not None:
            outcomes = self._host.decide([self._request(asked) for asked in batch])
            answers = [_compared(asked, outcome) for asked, outcome in zip(batch, outcomes, strict=True)]
            for answer in answers:
                self._count(answer)
            if self._stopping:
                return
            try:
                self._keep(answers)
            except Exception as error:  # noqa: BLE001 - nobody but the comparison misses these answers
                log.warning("shadow_not_kept", error=str(error)[:300], district=self._host.pack.district)

    def _request(self, asked: Asked) -> Request:
        """The same question; who there is, is a part of a version, so the shadow is given its own parties."""
        facts = dataclasses.replace(asked.request.facts, parties=self._host.pack.tables.parties)
        return dataclasses.replace(asked.request, facts=facts)

    def _next(self) -> list[Asked] | None:
        """The next questions, or None at the end."""
        with self._woken:
            while not self._waiting and not self._stopping:
                self._woken.wait()
            if self._stopping:
                return None
            return [self._waiting.popleft() for _ in range(min(BATCH, len(self._waiting)))]

    def _count(self, answer: Answered) -> None:
        failed = answer.outcome.failure is not None
        counts = self._counts
        counts["answered"] += 1
        counts["failed"] += failed
        counts["differ"] += bool(answer.changed)
        counts["failed_in_a_row"] = counts["failed_in_a_row"] + 1 if failed else 0


def _compared(asked: Asked, outcome: Outcome) -> Answered:
    decision = outcome.decision
    changed = changed_fields(asked.decision, decision) if decision else ()
    return Answered(asked=asked, outcome=outcome, changed=changed)
