"""
A department as a process of its own, to be killed with letters in hand: writes ``case number`` before and after each handling.

``python -m tests.integration.department.ordering URL FOLDER HANG FAIL PLACES``: hangs within the letter number HANG and raises at
FAIL (0: nowhere), each for as long as no file ``go`` is in the folder; takes PLACES letters at a time.
"""

from __future__ import annotations

import os
import sys
import threading
from pathlib import Path
from typing import Any

from whistle.contracts import Event
from whistle.department import Department, Timing

URL, FOLDER = sys.argv[1], Path(sys.argv[2])
HANG, FAIL, PLACES = (int(told) for told in sys.argv[3:])
TIMING = Timing(heartbeat=2, reconnect=(0.05, 0.5), tick=0.02, retry=(0.05, 0.1))


def write(name: str, line: str) -> None:
    """One line that is on disk when this returns."""
    with (FOLDER / name).open("a") as file:
        file.write(f"{line}\n")
        file.flush()
        os.fsync(file.fileno())


def handle(event: Event[Any]) -> None:
    going = (FOLDER / "go").exists()
    if event.sequence == FAIL and not going:
        write("failed", str(event.sequence))
        raise RuntimeError("the department's own system is down")
    if event.sequence == HANG and not going:
        write("hanging", str(event.sequence))
        threading.Event().wait()
    write("effects", f"{event.case_no} {event.sequence}")


Department(URL, "mawei", "power-bureau", inbox=FOLDER / "inbox.db", timing=TIMING, prefetch=PLACES).listen(
    handle
)
