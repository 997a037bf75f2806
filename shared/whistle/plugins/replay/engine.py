"""
One version of a pack in a process of its own, asked about recorded cases.
"""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Iterable, Iterator, Sequence
from types import TracebackType
from typing import Self

from whistle.clock import SystemClock
from whistle.contracts.plugin import Party
from whistle.plugins.desk import Limits, Outcome, Request, Router
from whistle.plugins.loader import Pack
from whistle.plugins.replay.recorded import Recorded

BATCH = 200
PATIENCE = 25
"""After so many failures in a row a version is asked no more; the rest is decided by its tables."""


class Replay:
    """
    A version at work; a context manager that starts and ends its process.

    Each question is asked as it was then: time, history, workload and grid. Who there is, is a part of a version: another one
    than the one that decided then is given its own parties.
    """

    def __init__(self, pack: Pack, *, limits: Limits | None = None) -> None:
        self.pack = pack
        self._router = Router({pack.district: pack}, clock=SystemClock(), limits=limits, threshold=PATIENCE)
        self._parties: tuple[Party, ...] = pack.tables.parties

    def __enter__(self) -> Self:
        """Raises Misconfigured if the pack cannot be used."""
        self._router.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._router.stop()

    def ask(self, cases: Sequence[Recorded]) -> list[Outcome]:
        """What this version decides, one outcome per case, in order."""
        return self._router.decide([self._request(case) for case in cases])

    def _request(self, case: Recorded) -> Request:
        if case.version == self.pack.version:
            return case.request
        facts = dataclasses.replace(case.request.facts, parties=self._parties)
        return dataclasses.replace(case.request, facts=facts)


def batches(cases: Iterable[Recorded], size: int = BATCH) -> Iterator[list[Recorded]]:
    """The cases in lists of ``size``, as they come."""
    left = iter(cases)
    while batch := list(itertools.islice(left, size)):
        yield batch
