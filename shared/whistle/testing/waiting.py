"""Waiting for a condition instead of for a time."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def wait_for(
    condition: Callable[[], T | None], *, timeout: float = 10.0, what: str = "", every: float = 0.02
) -> T:
    """
    Ask ``condition`` until it answers something true, and return that answer.

    A condition that raises is not true yet; its last error is chained to the failure.

    Args:
        condition: asked at least once, and once more at the deadline.
        timeout: seconds until it counts as a failure.
        what: what is waited for, for the message.
        every: seconds between two questions.

    Raises:
        AssertionError: it did not become true in time.
    """
    deadline = time.monotonic() + timeout
    while True:
        last = time.monotonic() >= deadline
        answer, error = _ask(condition)
        if answer:
            return answer
        if last:
            seen = f"raised {error!r}" if error else f"was {answer!r}"
            message = f"waited {timeout:g} s for {what or condition}: it {seen}"
            raise AssertionError(message) from error
        time.sleep(every)


def _ask(condition: Callable[[], T | None]) -> tuple[T | None, Exception | None]:
    try:
        return condition(), None
    except Exception as error:  # noqa: BLE001 - whatever it raises, it is not true yet
        return None, error
