"""
Many generated histories of points, one process per processor: how far they are, how many were right.

The steps and the pictures that they are compared with are those of the tests (``tests/integration/points/machine``). Every history
has a seed: a run goes on where an earlier one ended (``Tally``), and a wrong history is played again alone.
"""

from __future__ import annotations

import json
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
APART = 10**9
"""Between the first seeds of two processes."""


@dataclass
class Tally:
    """What was played where, in a file (or nowhere): by place and process the next seed, how many were played, were all right."""

    file: Path | None
    places: dict[str, dict[str, Any]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.file is not None and self.file.exists():
            self.places = json.loads(self.file.read_text())

    def of(self, place: str) -> dict[str, Any]:
        return self.places.setdefault(place, {"histories": 0, "seconds": 0, "right": True, "next": {}})

    def keep(self) -> None:
        if self.file is not None:
            self.file.write_text(json.dumps(self.places, indent=2) + "\n")


@dataclass
class Player:
    """One process, how many histories it has played, and its next seed."""

    process: subprocess.Popen[str]
    following: int
    played: int = 0
    reader: threading.Thread = field(init=False)

    def __post_init__(self) -> None:
        self.reader = threading.Thread(target=self._read, args=(self.process.stdout,), daemon=True)
        self.reader.start()

    def _read(self, lines: IO[str] | None) -> None:
        for line in lines or ():
            try:
                self.following, self.played = map(int, line.split())
            except ValueError:
                print(line, end="", file=sys.stderr)


def play(histories: int, *, processes: int, only: str, file: Path | None) -> dict[str, Any]:
    """
    Play until so many were played on SQLite in memory and, unless ``only`` is sqlite, a twentieth as many on PostgreSQL (all, if it
    is postgresql), with those of earlier runs that ``file`` tells of.

    Returns what was played where, in how long, and whether all were right.
    """
    tally = Tally(file)
    if only != "postgresql":
        _play("memory", histories, place="sqlite", processes=processes, tally=tally)
    if only != "sqlite":
        many = histories if only else max(1, histories // 20)
        server = _server()
        try:
            _play(server, many, place="postgresql", processes=processes, tally=tally)
        finally:
            server.stop()
    return tally.places


def replay(seed: int, *, only: str) -> int:
    """Play one history again, alone; returns the exit code. A wrong one is made shorter and printed."""
    if only != "postgresql":
        return _player(seed, 1, "memory").process.wait()
    server = _server()
    try:
        return _player(seed, 1, server.create_database("history")).process.wait()
    finally:
        server.stop()


def _server() -> LocalPostgres:
    server = LocalPostgres()
    server.start()
    server.execute("ALTER SYSTEM SET synchronous_commit = off")
    server.execute("SELECT pg_reload_conf()")
    return server


def _play(where: str | LocalPostgres, histories: int, *, place: str, processes: int, tally: Tally) -> None:
    known, begun = tally.of(place), time.monotonic()
    before = dict(known)
    wanted = max(0, histories - before["histories"])
    shares = [wanted // processes] * processes
    shares[0] += wanted - sum(shares)
    players = [
        _player(
            known["next"].get(str(number), number * APART),
            share,
            where if isinstance(where, str) else where.create_database(f"histories_{number}"),
        )
        for number, share in enumerate(shares)
        if share
    ]

    def note() -> None:
        known["histories"] = before["histories"] + sum(one.played for one in players)
        known["seconds"] = before["seconds"] + round(time.monotonic() - begun)
        known["right"] = before["right"] and all(not one.process.poll() for one in players)
        known["next"] |= {str(number): one.following for number, one in enumerate(players)}
        tally.keep()

    try:
        while any(one.process.poll() is None for one in players):
            _wait(players)
            note()
            print(
                f"{place}: {known['histories']} / {histories}, {known['seconds']} s",
                file=sys.stderr,
                flush=True,
            )
            if any(one.process.poll() for one in players):
                break
    finally:
        for one in players:
            if one.process.poll() is None:
                one.process.terminate()
            one.process.wait(30)
            one.reader.join(5)
    note()


def _player(seed: int, share: int, where: str) -> Player:
    command = [sys.executable, "-W", "ignore", "-m", PLAYER, str(seed), str(share), where]
    return Player(subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True), seed)


def _wait(players: list[Player]) -> None:
    """Until one of them ends, or for a while."""
    ends = time.monotonic() + LINE_SECONDS
    while time.monotonic() < ends and all(one.process.poll() is None for one in players):
        time.sleep(0.5)
