"""
The platform's side of a plugin's process: start it when needed, ask within a budget, kill what does not answer.
"""

from __future__ import annotations

import dataclasses
import secrets
import threading
import time
from collections.abc import Sequence
from typing import Any

from whistle.contracts.plugin import Decision, Deed
from whistle.contracts.plugin.deed import tenths_said
from whistle.errors import Misconfigured, PluginFailed
from whistle.plugins.host.process import Died, Limits, Process
from whistle.plugins.host.wire import Outcome, Request, batch, deeds_batch
from whistle.plugins.loader import Pack

__all__ = ["Limits", "Outcome", "PluginHost", "Request"]

_LONGEST_FAILURE = 400
MOST_LOSSES = 3


class PluginHost:
    """
    One district's plugin in its own process. Started by the first question, started again after it had to be killed.

    Args:
        pack: what to run.
        limits: time and memory.

    Calls from several threads queue up.
    """

    def __init__(self, pack: Pack, *, limits: Limits | None = None) -> None:
        self.pack = pack
        self.limits = limits or Limits()
        self._process: Process | None = None
        self._lock = threading.Lock()
        self._starts = 0
        self._last_log = b""

    def start(self) -> None:
        """
        Start the process now and load the pack, to find a bad one before the first case.

        Raises:
            Misconfigured: the pack cannot be loaded or its class does not fit; says file, rule and culprit.
            PluginFailed: it did not load in time, or died.
        """
        with self._lock:
            self._running()

    def stop(self) -> None:
        """End the process, if there is one; the next question starts another."""
        with self._lock:
            self._end()

    def describe(self) -> dict[str, Any]:
        """For people and metrics: process id (None when not running), version, starts, isolation, the log's tail."""
        process = self._process
        return {
            "district": self.pack.district,
            "plugin": self.pack.plugin,
            "version": process.version if process else self.pack.version,
            "pid": process.popen.pid if process else None,
            "starts": self._starts,
            "isolation": process.isolation if process else {},
            "log": (bytes(process.log) if process else self._last_log).decode("utf-8", "replace"),
        }

    def decide(self, requests: Sequence[Request]) -> list[Outcome]:
        """
        Ask about each case, in one round trip; one outcome per request, in order, never an exception.

        A case that raises fails alone. A case on which the process hangs or dies fails, and those behind it go on in a
        fresh process. After :data:`MOST_LOSSES` processes lost without a good answer in between (or twice as many at all)
        the rest fail unasked, so a district whose plugin always hangs waits that many budgets, not one per case.
        """
        return self._in_turn(requests)

    def score(self, deeds: Sequence[Deed]) -> list[Outcome]:
        """What each deed is worth (``tenths`` of the outcome), as :meth:`decide` asks about cases."""
        return self._in_turn(deeds)

    def _in_turn(self, requests: Sequence[Request | Deed]) -> list[Outcome]:
        with self._lock:
            outcomes: list[Outcome] = []
            in_a_row = losses = 0
            while len(outcomes) < len(requests) and in_a_row < MOST_LOSSES and losses < 2 * MOST_LOSSES:
                answered = self._ask(requests[len(outcomes) :])
                in_a_row = 1 if any(outcome.failure is None for outcome in answered) else in_a_row + 1
                losses += 1
                outcomes += answered
            failure = "插件进程在本批中多次中断,未再询问 / the plugin's process was lost repeatedly in this batch, not asked"
            unasked = dataclasses.replace(self._failed(failure), asked=False)
            return outcomes + [unasked] * (len(requests) - len(outcomes))

    def _ask(self, requests: Sequence[Request | Deed]) -> list[Outcome]:
        """The outcomes up to and including the one on which the process was lost."""
        if not requests:
            return []
        try:
            process = self._running()
        except (Misconfigured, PluginFailed) as error:
            return [self._failed(str(error))] * len(requests)
        first = secrets.randbelow(2**50)  # nobody can have answered these numbers in advance
        data = self._batch(process, requests, first)
        outcomes: list[Outcome] = []
        for number, request in enumerate(requests, start=first):
            began = time.monotonic()
            try:
                answer = process.ask(data, self.limits.call)
                outcomes.append(self._read(answer, number, request, seconds=time.monotonic() - began))
            except (Died, PluginFailed) as error:
                failure = self._lose(error)
                return [*outcomes, self._failed(failure, seconds=time.monotonic() - began)]
            data = b""
        return outcomes

    def _batch(self, process: Process, requests: Sequence[Request | Deed], first: int) -> bytes:
        deeds = [request for request in requests if isinstance(request, Deed)]
        if deeds:
            return deeds_batch(deeds, first=first, budget=self.limits.call)
        cases = [request for request in requests if isinstance(request, Request)]
        rosters = process.number_rosters([case.facts for case in cases])
        return batch(cases, rosters, first=first, budget=self.limits.call)

    def _read(self, answer: Any, number: int, request: Request | Deed, *, seconds: float) -> Outcome:
        """Check one answer. Raises PluginFailed if the talk itself is out of step; a bad decision is only that case's failure."""
        if not isinstance(answer, dict) or answer.get("number") != number:
            raise PluginFailed("插件进程答非所问", "the plugin's process answered something else")
        expected = "tenths" if isinstance(request, Deed) else "decision"
        if expected not in answer:
            return self._failed(
                f"插件出错: {answer.get('error')} / the plugin raised, see before", seconds=seconds
            )
        if isinstance(request, Deed):
            return self._scored(answer["tenths"], seconds=seconds)
        try:
            decision = Decision.from_json(
                answer["decision"], known={party.id for party in request.facts.parties}
            )
        except PluginFailed as error:
            return self._failed(str(error), seconds=seconds)
        return Outcome(
            decision=decision,
            source="plugin",
            plugin=self.pack.plugin,
            version=self._version(),
            seconds=seconds,
        )

    def _scored(self, said: object, *, seconds: float) -> Outcome:
        try:
            tenths = tenths_said(said)
        except PluginFailed as error:
            return self._failed(str(error), seconds=seconds)
        return Outcome(
            decision=None,
            tenths=tenths,
            source="plugin",
            plugin=self.pack.plugin,
            version=self._version(),
            seconds=seconds,
        )

    def _failed(self, failure: str, *, seconds: float = 0.0) -> Outcome:
        return Outcome(
            decision=None,
            source="plugin",
            plugin=self.pack.plugin,
            version=self._version(),
            failure=failure[:_LONGEST_FAILURE],
            seconds=seconds,
        )

    def _version(self) -> str:
        return self._process.version if self._process else self.pack.version

    def _running(self) -> Process:
        """The live process; a new one if there is none or it died idle."""
        if self._process is not None and self._process.alive():
            return self._process
        self._end()
        self._starts += 1
        self._process = process = Process(self.pack, self.limits)
        try:
            process.greet(self.limits.start)
        except Died as error:
            raise PluginFailed(self._lose(error), "the plugin's process did not start") from error
        except (Misconfigured, PluginFailed):
            self._end()
            raise
        return process

    def _lose(self, error: Exception) -> str:
        """Give the process up and say why, in one line."""
        hung_up = isinstance(error, Died)
        ending = self._end(hung_up=hung_up)
        return (
            f"插件进程意外退出({ending}) / the plugin's process ended by itself ({ending})"
            if hung_up
            else str(error)
        )

    def _end(self, *, hung_up: bool = False) -> str:
        process, self._process = self._process, None
        if process is None:
            return ""
        ending = process.end(hung_up=hung_up)
        self._last_log = bytes(process.log)
        return ending
