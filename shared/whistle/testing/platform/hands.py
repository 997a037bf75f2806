"""Several members of staff and residents at once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Protocol, Self

from whistle.errors import DependencyDown
from whistle.simulation.people import Client

HANDS = 4


class Staffed(Protocol):
    """Whatever people can work on."""

    def people(self, *, sub: str = "test") -> Client: ...


class Hands:
    """A context manager; its people act side by side, each on a connection of their own."""

    def __init__(self, platform: Staffed) -> None:
        self._platform = platform
        self._own = threading.local()
        self._pool = ThreadPoolExecutor(HANDS, thread_name_prefix="hands")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.shutdown()

    def work(self) -> int:
        """Do once whatever there is to do; how much that was. What does not succeed is left for the next time."""
        steps: tuple[tuple[Callable[[Client], list[Any]], Callable[[Client, Any], None]], ...] = (
            (Client.pleas, Client.decide),
            (Client.page_dispatches, Client.act),
            (lambda one: one.in_state("resolved"), Client.answer),
            (lambda one: one.in_state("answered"), Client.rate),
        )
        return sum(self._step(find, act) for find, act in steps)

    def _step(self, find: Callable[[Client], list[Any]], act: Callable[[Client, Any], None]) -> int:
        found = self._pool.submit(self._try, find).result()
        things = found if isinstance(found, list) else []
        return sum(self._pool.map(lambda thing: self._try(lambda one: act(one, thing)) is not None, things))

    def _try(self, act: Callable[[Client], Any]) -> Any:
        """What ``act`` returns, or True; None if it did not succeed."""
        if not hasattr(self._own, "client"):
            self._own.client = self._platform.people()
        try:
            return act(self._own.client) or True
        except DependencyDown:  # somebody was faster, or a process is being restarted
            return None
