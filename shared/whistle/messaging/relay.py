"""
The relay: publishes what the outbox holds, with confirms and ``mandatory`` (design §5.3).

One green thread per service and process. It is handed the rows of every commit of its own process (no query
needed) and sweeps the table every second for what a crash, a dead broker or another process left behind.
Handlers and HTTP never wait for it.
"""

from __future__ import annotations

import datetime as dt
import time
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import ExitStack, suppress
from typing import Any

import eventlet
import eventlet.event
import kombu
import structlog

from whistle import outbox
from whistle.contracts import CONTENT_TYPE
from whistle.errors import Misconfigured, Transient
from whistle.messaging.broker import BROKEN, Broker, Confirms
from whistle.messaging.pause import Pause
from whistle.outbox import Outgoing
from whistle.storage import Database, UnitOfWork

log = structlog.get_logger()

LEASE = dt.timedelta(seconds=5)
"""How long a process has the rows of its own commits for itself."""
SWEEP_SECONDS = 1.0
BATCH = 500
IN_HAND = 20_000
"""Rows kept in memory at most; beyond that they wait in the table for a sweep."""
CONFIRM_SECONDS = 10.0
MARK_SECONDS = 0.2
"""
How long what a broker confirmed may wait to be marked so, together with what follows. A crash before that publishes it again, which
receivers do not notice; marking each small batch at once would cost as much as publishing it.
"""
_PAUSING: tuple[type[Exception], ...] = (*BROKEN, Transient, Misconfigured)


class Relay:
    """
    Args:
        service: the publishing service (AMQP ``app_id``).
        beat: called with True whenever the relay has shown that it works, with False when it is cut off.
    """

    def __init__(
        self, *, service: str, database: Database[Any], broker: Broker, beat: Callable[[bool], None]
    ) -> None:
        self._service = service
        self._database = database
        self._broker = broker
        self._beat = beat
        self._in_hand: deque[Outgoing] = deque()
        self._confirmed: list[str] = []
        self._marked = -MARK_SECONDS
        self._woken = eventlet.event.Event()
        self._stopping = False
        self._connection = ExitStack()
        self._channel: Any = None
        self._confirms: Confirms | None = None
        database.lease = LEASE
        database.on_commit(self._committed)

    def run(self) -> None:
        """Publish until :meth:`stop`; every failure is survived and tried again with growing delay."""
        pause = Pause()
        swept = -SWEEP_SECONDS
        while not (self._stopping and not self._in_hand):
            try:
                self._publish_in_hand()
                self._mark_in_time()
                if (now := time.monotonic()) - swept >= SWEEP_SECONDS and not self._stopping:
                    swept = now
                    self._sweep()
                    self._tend()
                pause.reset()
                self._beat(True)
                self._wait(MARK_SECONDS if self._confirmed else SWEEP_SECONDS)
            except Exception as error:
                # Whatever it was, the rows are in the table and their lease is short; a relay that ended here
                # would leave its process answering HTTP and telling nobody.
                self._disconnect()
                self._in_hand.clear()
                if self._stopping:
                    break
                log.warning(
                    "relay_pauses",
                    service=self._service,
                    error=str(error)[:300],
                    seconds=pause.seconds,
                    exc_info=None if isinstance(error, _PAUSING) else error,
                )
                self._beat(False)
                pause.wait()
        with suppress(Exception):  # it was said, and is published again
            self._mark()

    def stop(self) -> None:
        """Publish what is in hand, then end :meth:`run`."""
        self._stopping = True
        self._wake()

    def close(self) -> None:
        """Drop the connection."""
        self._disconnect()

    # --- waking -----------------------------------------------------------------------------------------------

    def _committed(self, unit: UnitOfWork) -> None:
        # Only what is to go now, which our lease keeps others off. What is to go later, a retry or a planned step,
        # waits in the table until a sweep finds it due.
        leased = unit.now + unit.lease
        due = [row for row in unit.outgoing if row.not_before <= unit.now or row.not_before == leased]
        if due and len(self._in_hand) < IN_HAND:
            self._in_hand.extend(due)
            self._wake()

    def _wake(self) -> None:
        if not self._woken.ready():
            self._woken.send(None)

    def _wait(self, seconds: float) -> None:
        if not self._in_hand:
            self._woken.wait(timeout=seconds)
        if self._woken.ready():
            self._woken = eventlet.event.Event()

    # --- publishing -------------------------------------------------------------------------------------------

    def _publish_in_hand(self) -> None:
        while self._in_hand:
            rows = [self._in_hand.popleft() for _ in range(min(BATCH, len(self._in_hand)))]
            self._publish(rows)

    def _sweep(self) -> None:
        while True:
            with self._database.write() as unit:
                rows = outbox.claim_due(
                    unit.connection, unit.kit.outbox, now=unit.now, lease=2 * LEASE, limit=BATCH
                )
            if rows:
                self._publish(rows)
            if len(rows) < BATCH:
                return

    def _publish(self, rows: Sequence[Outgoing]) -> None:
        channel, confirms = self._open()
        for row in rows:
            confirms.expect(row.message_id)
            exchange, key = self._broker.route_unroutable(channel, row.exchange, row.routing_key)
            channel.basic_publish(
                self._message(channel, row), exchange=exchange, routing_key=key, mandatory=True
            )
        failed = confirms.wait(CONFIRM_SECONDS)
        if failed:
            log.error("not_taken_by_broker", service=self._service, count=len(failed), first=min(failed))
        self._confirmed += [row.id for row in rows if row.message_id not in failed]

    def _mark_in_time(self) -> None:
        if len(self._confirmed) >= BATCH or time.monotonic() - self._marked >= MARK_SECONDS:
            self._mark()

    def _mark(self) -> None:
        if self._confirmed:
            with self._database.write() as unit:
                outbox.mark_published(unit.connection, unit.kit.outbox, ids=self._confirmed, now=unit.now)
            self._confirmed = []
        self._marked = time.monotonic()

    def _message(self, channel: Any, row: Outgoing) -> Any:
        headers = {"cloudEvents_type": row.type, **row.headers}
        user = headers.pop("user_id", None)
        if row.attempts:
            headers["x-attempts"] = row.attempts
        properties = {
            "message_id": row.message_id,
            "type": row.type,
            "app_id": self._service,
            "timestamp": int(row.created_at.timestamp()),
            "delivery_mode": 2,
        }
        if row.case_no:
            properties["correlation_id"] = row.case_no
        if user:
            properties["user_id"] = user
        return channel.prepare_message(
            row.body.encode(),
            content_type=CONTENT_TYPE,
            content_encoding="binary",
            headers=headers,
            properties=properties,
        )

    # --- the connection ---------------------------------------------------------------------------------------

    def _open(self) -> tuple[Any, Confirms]:
        if self._confirms is None:
            connection: kombu.Connection = self._connection.enter_context(self._broker.connect())
            self._channel = connection.channel()
            self._confirms = self._broker.confirm(self._channel)
        return self._channel, self._confirms

    def _tend(self) -> None:
        """Keep the idle connection alive and notice its end before the next row needs it."""
        if self._confirms is None or self._broker.in_memory:
            return
        connection = self._channel.connection
        with suppress(TimeoutError):
            connection.drain_events(timeout=0.001)
        connection.heartbeat_tick()

    def _disconnect(self) -> None:
        self._channel = self._confirms = None
        stack, self._connection = self._connection, ExitStack()
        stack.close()
