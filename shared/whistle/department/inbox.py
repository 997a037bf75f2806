"""
What a department has already handled, what came and is not done, and what it could not read: one small SQLite file of its own.

The file must outlive the process. Two processes of one department on one machine may share it; on two machines they
cannot, and an event that is delivered again may then be handled twice.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from whistle.clock import Clock, SystemClock
from whistle.errors import Misconfigured

_TABLES = """
CREATE TABLE IF NOT EXISTS seen (event_id TEXT PRIMARY KEY, type TEXT NOT NULL, at TEXT NOT NULL) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS seen_at ON seen (at);
CREATE TABLE IF NOT EXISTS arrived (
    event_id TEXT PRIMARY KEY, lane TEXT NOT NULL, sequence INTEGER, tries INTEGER NOT NULL DEFAULT 0, at TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS arrived_lane ON arrived (lane, sequence);
CREATE TABLE IF NOT EXISTS poison (
    digest TEXT PRIMARY KEY, message_id TEXT, reason TEXT NOT NULL, at TEXT NOT NULL, body BLOB NOT NULL
);
"""


@dataclass(frozen=True, kw_only=True)
class SetAside:
    """A message that could not be read; ``digest`` is the SHA-256 of ``body``, in hex."""

    digest: str
    message_id: str | None
    reason: str
    at: dt.datetime
    body: bytes


@dataclass(frozen=True, kw_only=True)
class Note:
    """A letter that came and is not done: ``lane`` is what keeps its order (the case), ``sequence`` its number, if it has one."""

    event_id: str
    lane: str
    sequence: int | None


class PartyInbox:
    """
    The inbox in the file ``path``; made if it is not there, readable by its owner only.

    Args:
        keep: how long handled ids are remembered; a replay of older events is handled again.

    Raises:
        Misconfigured: the file cannot be opened or is no such inbox.
        OSError: later on, by every method: it cannot be read or written (a full disk).
    """

    def __init__(
        self, path: Path | str, *, clock: Clock | None = None, keep: dt.timedelta = dt.timedelta(days=365)
    ) -> None:
        self.path = Path(path)
        self._clock = clock or SystemClock()
        self._lock = threading.Lock()
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self.path.touch(mode=0o600, exist_ok=True)
            self._database = sqlite3.connect(
                self.path, timeout=30, isolation_level=None, check_same_thread=False
            )
            self._database.execute("PRAGMA journal_mode=WAL")
            self._database.execute("PRAGMA synchronous=FULL")
            self._database.executescript(_TABLES)
            long_ago = ((self._clock.now() - keep).isoformat(),)
            self._database.execute("DELETE FROM seen WHERE at < ?", long_ago)
            self._database.execute("DELETE FROM arrived WHERE at < ?", long_ago)
        except (OSError, sqlite3.Error) as error:
            raise Misconfigured(
                f"收件记录 {self.path} 无法使用", f"the inbox file {self.path} cannot be used: {error}"
            ) from None

    def knows(self, event_id: str) -> bool:
        """True if the event was handled before."""
        with self._alone():
            row = self._database.execute("SELECT 1 FROM seen WHERE event_id = ?", (event_id,)).fetchone()
        return row is not None

    def record(self, event_id: str, event_type: str) -> None:
        """The event was handled; on disk when this returns."""
        now = self._clock.now().isoformat()
        with self._transaction():
            self._database.execute("INSERT OR IGNORE INTO seen VALUES (?, ?, ?)", (event_id, event_type, now))
            self._database.execute("DELETE FROM arrived WHERE event_id = ?", (event_id,))

    def note(self, notes: Sequence[Note]) -> None:
        """These came; what was handled before is not noted. One write, on disk when this returns."""
        now = self._clock.now().isoformat()
        with self._transaction():
            self._database.executemany(
                "INSERT OR IGNORE INTO arrived (event_id, lane, sequence, at) "
                "SELECT ?1, ?2, ?3, ?4 WHERE NOT EXISTS (SELECT 1 FROM seen WHERE event_id = ?1)",
                [(note.event_id, note.lane, note.sequence, now) for note in notes],
            )

    def earlier(self, note: Note) -> Sequence[int]:
        """The numbers of its lane before this letter's that came and are not done."""
        query = "SELECT sequence FROM arrived WHERE lane = ? AND sequence < ? ORDER BY sequence LIMIT 20"
        with self._alone():
            rows = self._database.execute(query, (note.lane, note.sequence)).fetchall()
        return [number for (number,) in rows]

    def give_up_earlier(self, note: Note) -> None:
        """Wait no longer for what :meth:`earlier` tells."""
        with self._alone():
            self._database.execute(
                "DELETE FROM arrived WHERE lane = ? AND sequence < ?", (note.lane, note.sequence)
            )

    def failed(self, event_id: str) -> int:
        """Its handler failed once more; how often by now."""
        with self._alone():
            self._database.execute("UPDATE arrived SET tries = tries + 1 WHERE event_id = ?", (event_id,))
            query = "SELECT tries FROM arrived WHERE event_id = ?"
            row = self._database.execute(query, (event_id,)).fetchone()
        return int(row[0]) if row else 1

    def forget(self, event_id: str) -> None:
        """Nothing waits for it any more."""
        with self._alone():
            self._database.execute("DELETE FROM arrived WHERE event_id = ?", (event_id,))

    def set_aside(self, body: bytes, *, message_id: str | None, reason: str) -> None:
        """Keep a message that cannot be read; the same body is kept once."""
        row = (hashlib.sha256(body).hexdigest(), message_id, reason, self._clock.now().isoformat(), body)
        with self._alone():
            self._database.execute("INSERT OR IGNORE INTO poison VALUES (?, ?, ?, ?, ?)", row)

    def poison(self, *, limit: int = 100) -> Sequence[SetAside]:
        """What was set aside, the latest first."""
        query = "SELECT digest, message_id, reason, at, body FROM poison ORDER BY at DESC, digest LIMIT ?"
        with self._lock:
            rows = self._database.execute(query, (limit,)).fetchall()
        return [
            SetAside(
                digest=digest,
                message_id=message_id,
                reason=reason,
                at=dt.datetime.fromisoformat(at),
                body=body,
            )
            for digest, message_id, reason, at, body in rows
        ]

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        """Nobody else of this process; the caller needs not know what the file is made of."""
        with self._lock:
            try:
                yield
            except sqlite3.Error as error:
                raise OSError(f"{self.path}: {error}") from error

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[None]:
        with self._alone():
            self._database.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._database.execute("ROLLBACK")
                raise
            self._database.execute("COMMIT")

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
