"""
The ``whistle`` command with one fault inside: ``WHISTLE_TEST_FAULT=die-before-ack@3 python -m
whistle.testing.faults run routing``.

Everything is as it is installed, but at the named place, at the n-th time that it is reached, the process kills
itself with SIGKILL, as a machine would; nothing is flushed, closed or rolled back. Or a handler raises. The
product knows nothing of this: the places are wrapped from outside.
"""

from __future__ import annotations

import importlib
import itertools
import os
import signal
from collections.abc import Callable
from typing import Any

PLACES: dict[str, tuple[str, str, str]] = {
    "die-before-publish": ("whistle.messaging.relay", "Relay._publish", "before"),
    "die-before-mark": ("whistle.outbox", "mark_published", "before"),
    "die-in-handler": ("whistle.messaging.handling", "Handling._run", "after"),
    "die-before-commit": ("whistle.storage.unit", "UnitOfWork.flush", "after"),
    "die-before-ack": ("whistle.messaging.consumer", "BatchConsumer._acknowledge", "before"),
}
"""Fault → module, function, and whether the process dies before or after it: each a gap between two durable steps."""

COUNTED: dict[str, Callable[..., Any]] = {"die-before-commit": lambda unit: unit.outgoing}
"""Which calls count, where not all do: units of work that say something, not the relay's own."""


class Broken(Exception):
    """Raised by ``fail-on``."""


def install(fault: str) -> None:
    """
    Build the fault in: ``<place>@<n>``, or ``fail-on=<text>`` (every handler raises for messages that contain
    it).
    """
    if fault.startswith("fail-on="):
        _wrap(
            "whistle.messaging.handling", "Handling._run", lambda run: _failing(run, fault.partition("=")[2])
        )
        return
    name, _, number = fault.partition("@")
    module, function, when = PLACES[name]
    calls = itertools.count(1)

    def wrapper(run: Callable[..., Any]) -> Callable[..., Any]:
        def wrapped(*arguments: Any, **options: Any) -> Any:
            counts = name not in COUNTED or COUNTED[name](*arguments)
            last = counts and next(calls) == int(number)
            if last and when == "before":
                os.kill(os.getpid(), signal.SIGKILL)
            result = run(*arguments, **options)
            if last:
                os.kill(os.getpid(), signal.SIGKILL)
            return result

        return wrapped

    _wrap(module, function, wrapper)


def _failing(run: Callable[..., Any], needle: str) -> Callable[..., Any]:
    def wrapped(handling: Any, unit: Any, received: Any) -> Any:
        result = run(handling, unit, received)
        if needle in received.body:
            raise Broken(f"told to fail on {needle}")
        return result

    return wrapped


def _wrap(module: str, function: str, wrapper: Callable[[Any], Any]) -> None:
    owner: Any = importlib.import_module(module)
    *path, name = function.split(".")
    for step in path:
        owner = getattr(owner, step)
    setattr(owner, name, wrapper(getattr(owner, name)))


def main() -> None:
    """Patch, then be the ``whistle`` command."""
    # As whistle.cli does it for commands that run services, but before the faults import what they wrap.
    importlib.import_module("eventlet").monkey_patch()
    install(os.environ["WHISTLE_TEST_FAULT"])
    importlib.import_module("whistle.cli").main()


if __name__ == "__main__":
    main()
