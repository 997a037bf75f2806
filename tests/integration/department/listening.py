"""
A department as a process of its own, to be killed: writes one line per effect, and may hang at a chosen moment.

``python -m tests.integration.department.listening URL FOLDER MOMENT`` with MOMENT ``never``, ``handler`` or ``ack``.
"""

from __future__ import annotations

import os
import sys
import threading
from pathlib import Path
from typing import Any

from whistle.contracts import Event
from whistle.department import Department, Timing, listener

URL, FOLDER, MOMENT = sys.argv[1], Path(sys.argv[2]), sys.argv[3]
TIMING = Timing(heartbeat=2, reconnect=(0.05, 0.5), tick=0.05, retry=(0.1, 0.5))


def write(name: str, line: str) -> None:
    """One line that is on disk when this returns."""
    with (FOLDER / name).open("a") as file:
        file.write(f"{line}\n")
        file.flush()
        os.fsync(file.fileno())


class HangingSession(listener.Session):
    """Stands still between the record in the inbox and the ack."""

    def acknowledge(self, tag: int) -> None:
        write("hanging", "ack")
        threading.Event().wait()


def handle(event: Event[Any]) -> None:
    write("effects", event.id)
    write("actions", department.sign(event.data.dispatch, by="张工"))
    if MOMENT == "handler":
        write("hanging", "handler")
        threading.Event().wait()


if MOMENT == "ack":
    listener.Session = HangingSession  # type: ignore[misc]
department = Department(URL, "mawei", "power-bureau", inbox=FOLDER / "inbox.db", timing=TIMING)
department.listen(handle)
