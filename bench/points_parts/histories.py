"""
Many generated histories of points, one process per processor: how far they are, how many were right.

The steps and the pictures that they are compared with are those of the tests (``tests/integration/points/machine``).
"""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from whistle.testing.servers import LocalPostgres

ROOT = Path(__file__).parents[2]
PLAYER = "tests.integration.points.machine.playing"
LINE_SECONDS = 30.0


@dataclass
class Player:
    """One process and how many histories it has played."""

    process: subprocess.Popen[str]
    played: int = 0
    reader: threading.Thread = field(init=False)

    def __post_init__(self) -> None:
        self.reader = threading.Thread(target=self._read, args=(self.process.stdout,), daemon=True)
        self.reader.start()

    def _read(self, lines: IO[str] | None) -> None:
        for line in lines or ():
            if line.strip().isdigit():
                self.played = int(line)
            else:
                print(line, end="", file=sys.stderr)


def play(histories: int, *, processes: int, only: str) -> dict[str, Any]:
    """
    Play so many on SQLite in memory and, unless ``only`` is sqlite, a twentieth as many on PostgreSQL (all, if it is postgresql).

    Returns what was played where, in how long, and whether all were right.
    """
    found: dict[str, Any] = {}
    if only != "postgresql":
        found["sqlite"] = _play("memory", histories, processes=processes)
    if only != "sqlite":
        many = histories if only else max(1, histories // 20)
        server = LocalPostgres()
        try:
            server.start()
            server.execute("ALTER SYSTEM SET synchronous_commit = off")
            server.execute("SELECT pg_reload_conf()")
            found["postgresql"] = _play(server, many, processes=processes)
        finally:
            server.stop()
    return found


def _play(where: str | LocalPostgres, histories: int, *, processes: int) -> dict[str, Any]:
    begun, shares = time.monotonic(), [histories // processes] * processes
    shares[0] += histories - sum(shares)
    players = [
        _player(share, where if isinstance(where, str) else where.create_database(f"histories_{number}"))
        for number, share in enumerate(shares)
        if share
    ]
    try:
        while any(one.process.poll() is None for one in players):
            _wait(players)
            played = sum(one.played for one in players)
            print(f"{played} / {histories}, {time.monotonic() - begun:.0f} s", file=sys.stderr, flush=True)
            if any(one.process.poll() for one in players):
                break
    finally:
        for one in players:
            if one.process.poll() is None:
                one.process.terminate()
            one.process.wait(30)
            one.reader.join(5)
    return {
        "histories": sum(one.played for one in players),
        "seconds": round(time.monotonic() - begun),
        "right": all(one.process.returncode == 0 for one in players),
    }


def _player(share: int, where: str) -> Player:
    command = [sys.executable, "-W", "ignore", "-m", PLAYER, str(share), where]
    return Player(subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True))


def _wait(players: list[Player]) -> None:
    """Until one of them ends, or for a while."""
    ends = time.monotonic() + LINE_SECONDS
    while time.monotonic() < ends and all(one.process.poll() is None for one in players):
        time.sleep(0.5)
