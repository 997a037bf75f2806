"""
The batch consumer: takes messages of one queue in batches and acknowledges them only after their effect is
committed (design §5.1).

Two green threads: one receives (and so keeps the heartbeat), one works. Batches of a queue are handled one
after the other, in order of arrival.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from errno import EOVERFLOW
from typing import Any

import eventlet
import eventlet.queue
import eventlet.semaphore
import kombu
import structlog
from amqp.exceptions import FrameSyntaxError

from whistle.errors import DependencyDown, Misconfigured, Transient
from whistle.messaging.broker import BROKEN, Broker
from whistle.messaging.pause import Pause

log = structlog.get_logger()

DRAIN_SECONDS = 1.0


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """
    One message as it arrived: raw body, properties and headers, and where its acknowledgement goes.
    ``generation`` counts the connections: what came by an earlier one cannot be acknowledged any more, and
    comes again. ``exchange`` is empty for what a service addressed to its own queue.
    """

    body: bytes
    properties: Mapping[str, Any]
    headers: Mapping[str, Any]
    tag: Any
    generation: int
    exchange: str


class BatchConsumer:
    """
    Args:
        handle: deals with a batch and returns when its effect is committed; raises DependencyDown to see
            the same batch again. beat: called at least every second while the consumer works; ``None`` when
            it is not connected.
    """

    def __init__(
        self,
        *,
        queue: str,
        broker: Broker,
        handle: Callable[[Sequence[Delivery]], None],
        beat: Callable[[bool], None],
        size: int,
        linger: float,
    ) -> None:
        self.queue = queue
        self._broker = broker
        self._handle = handle
        self._beat = beat
        self._size = size
        self._linger = linger
        self._received: eventlet.queue.LightQueue = eventlet.queue.LightQueue()
        self._sending = eventlet.semaphore.Semaphore()
        self._channel: Any = None
        self._generation = 0
        self._stopping = False
        self._careful = False
        self._arrivals = 0
        self._idle = eventlet.semaphore.Semaphore()
        self._worked = -linger

    # --- receiving --------------------------------------------------------------------------------------------

    def receive(self) -> None:
        """Receive until :meth:`stop`, over as many connections as it takes."""
        pause = Pause()
        while not self._stopping:
            try:
                with self._broker.connect() as connection:
                    self._consume(connection, pause)
            except Exception as error:  # noqa: BLE001 — whatever broke the connection, the next one is tried
                self._beat(False)
                self._note(error, pause)
            finally:
                self._channel = None
                self._generation += 1
            if not self._stopping:
                pause.wait()

    def _note(self, error: Exception, pause: Pause) -> None:
        """
        Why a connection ended. It may be a message that the client library itself cannot take off the wire, say with a date
        no calendar has: then it must come alone, so that it runs into the broker's delivery limit without its neighbours.
        """
        expected = isinstance(error, (*BROKEN, DependencyDown, Misconfigured))
        self._careful = (
            not expected or isinstance(error, FrameSyntaxError) or getattr(error, "errno", 0) == EOVERFLOW
        )
        if self._careful:
            pause.reset()
        log.warning(
            "consumer_cannot_read" if self._careful else "consumer_reconnects",
            queue=self.queue,
            error=f"{type(error).__name__}: {error}"[:300],
            seconds=pause.seconds,
            exc_info=None if expected else error,
        )

    def _consume(self, connection: kombu.Connection, pause: Pause) -> None:
        channel = connection.channel()
        careful, self._careful = self._careful, False
        channel.basic_qos(0, 1 if careful else 3 * self._size, False)
        self._broker.consume(channel, self.queue, self._arrived)
        self._channel = channel
        arrived = self._arrivals
        while not self._stopping and not (careful and self._arrivals > arrived + 3 * self._size):
            with suppress(TimeoutError):
                connection.drain_events(timeout=DRAIN_SECONDS)
            pause.reset()
            self._beat(True)
            if not self._broker.in_memory:
                with self._sending:
                    connection.heartbeat_check()
        if self._stopping:
            with self._sending:
                channel.basic_cancel(self.queue)
        with self._idle:  # the batch in hand is committed and acknowledged before the connection goes
            pass

    def _arrived(self, message: Any) -> None:
        self._arrivals += 1
        body = (
            message.body if isinstance(message.body, bytes) else str(message.body).encode("utf-8", "replace")
        )
        self._received.put(
            Delivery(
                body=body,
                properties=message.properties or {},
                headers=message.headers or {},
                tag=message.delivery_tag,
                generation=self._generation,
                exchange=message.delivery_info.get("exchange") or "",
            )
        )

    # --- working ----------------------------------------------------------------------------------------------

    def work(self) -> None:
        """Handle batches until :meth:`stop`; the batch in hand is finished."""
        while not self._stopping:
            first = self._received.get()
            if first is None:
                return
            with self._idle:
                self._gather()
                self._work_off(self._batch(first))
                self._worked = time.monotonic()

    def _gather(self) -> None:
        """Leave a batch time to grow, but only while messages follow each other closely: one that comes alone does not wait."""
        closely = time.monotonic() - self._worked < self._linger
        eventlet.sleep(self._linger if closely and self._received.qsize() < self._size else 0)

    def _batch(self, first: Delivery) -> list[Delivery]:
        batch = [first]
        while len(batch) < self._size and self._received.qsize():
            if (delivery := self._received.get_nowait()) is None:
                self._stopping = True
                break
            batch.append(delivery)
        return [delivery for delivery in batch if delivery.generation == self._generation]

    def _work_off(self, batch: Sequence[Delivery]) -> None:
        pause = Pause()
        while batch and batch[0].generation == self._generation:
            try:
                self._handle(batch)
            except Transient as error:  # DependencyDown, or too busy even to write down what failed
                if self._stopping:
                    return
                log.warning("consumer_pauses", queue=self.queue, error=error.en, seconds=pause.seconds)
                pause.wait()
                continue
            self._acknowledge(batch)
            return

    def _acknowledge(self, batch: Sequence[Delivery]) -> None:
        with self._sending:
            if batch[0].generation != self._generation or self._channel is None:
                return
            try:
                self._broker.acknowledge(self._channel, [delivery.tag for delivery in batch])
            except BROKEN as error:
                # the receiving thread sees the same broken connection; the batch comes again and the inbox knows it
                log.warning("ack_lost", queue=self.queue, error=str(error)[:200])

    # --- ending -----------------------------------------------------------------------------------------------

    def stop(self) -> None:
        """Take nothing new; :meth:`work` returns after the batch in hand."""
        self._stopping = True
        self._received.put(None)
