"""
The embedded platform: all services, their bus and their databases in one process (design §1).

The bus lives in memory, so what was on it is gone after a crash; the outboxes have it all, and a start
redelivers what nobody has dealt with. kill -9 at any moment loses nothing.
"""

from __future__ import annotations

import datetime as dt
import fcntl
from collections.abc import Sequence
from typing import IO, Any

import structlog

from whistle.clock import Clock, SystemClock
from whistle.errors import Misconfigured
from whistle.messaging.broker import Broker
from whistle.messaging.subscribe import queues_of
from whistle.runtime.process import Process
from whistle.runtime.reconcile import Member, redeliver, undelivered
from whistle.runtime.services import open_database, prepare
from whistle.settings import Settings
from whistle.storage.counters import read_mark, set_mark
from whistle.topology.declare import declare

log = structlog.get_logger()

_MARK = "reconciled"


class Embedded:
    """
    Prepares a data folder, recovers it, and runs the services on it.

    Raises (on :meth:`open`):
        Misconfigured: another process works on the folder, or something needed is missing.
    """

    def __init__(self, settings: Settings, services: Sequence[Any], *, clock: Clock | None = None) -> None:
        if not settings.embedded:
            raise Misconfigured(
                "嵌入模式只用 memory:// 总线;部署模式请用 whistle run",
                "embedded mode uses the memory:// bus; for a broker use `whistle run`",
            )
        self.settings = settings
        self.services = list(services)
        self._clock = clock or SystemClock()
        self._lock: IO[str] | None = None

    def open(self, *, fresh: bool = False) -> Process:
        """
        Lock the folder, bring it up to date, redeliver, and return the process, not yet started. The process holds the
        lock until it has stopped, whatever becomes of this object.
        """
        self.settings.data.mkdir(parents=True, exist_ok=True)
        self._lock = self._locked()
        if fresh:
            self._clear()
        prepare(self.services, self.settings)
        with Broker(self.settings.bus_url).connect() as connection:
            declare(connection, [queue for service in self.services for queue in queues_of(service)])
        self._recover()
        process = Process(self.settings, self.services, clock=self._clock)
        process.hold(self._lock)
        return process

    def close(self) -> None:
        """Give the folder back; for a process that was never started."""
        if self._lock:
            self._lock.close()

    def _locked(self) -> IO[str]:
        lock = (self.settings.data / "whistle.lock").open("w")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return lock
        except OSError:
            lock.close()
            raise Misconfigured(
                f"另一个 whistle 正在使用 {self.settings.data}",
                f"another whistle is at work in {self.settings.data}",
            ) from None

    def _clear(self) -> None:
        for path in self.settings.data.iterdir():
            if path.name.endswith((".db", ".db-wal", ".db-shm")):
                path.unlink()

    def _recover(self) -> None:
        """
        Redeliver what was published but not dealt with; rows older than the last recovery were looked at
        then.
        """
        now = self._clock.now()
        members = [
            Member(service, open_database(service, self.settings, clock=self._clock))
            for service in self.services
        ]
        try:
            since = min((_mark(member) for member in members), default=None)
            missing = [one for page in undelivered(members, since=since) for one in page]
            redeliver(members, missing, now=now)
            for member in members:
                _set_mark(member, now)
        finally:
            for member in members:
                member.database.close()
        if missing:
            log.info("redelivering", messages=len(missing))


def _mark(member: Member) -> dt.datetime:
    with member.database.read() as unit:
        return dt.datetime.fromtimestamp(read_mark(unit, _MARK) / 1000, dt.UTC)


def _set_mark(member: Member, now: dt.datetime) -> None:
    with member.database.write() as unit:
        set_mark(unit, _MARK, int(now.timestamp() * 1000))
