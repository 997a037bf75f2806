"""
Listens to a party's queue: one thread speaks with the broker, one runs the handler (:mod:`whistle.department.worker`), so that
a slow handler loses no heartbeat.

A message is acknowledged when it is done. A crash or a lost connection leads to another delivery, which the inbox recognises.
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable
from typing import Any

import pika
from pika import exceptions as amqp

from whistle.department.lanes import Delivery
from whistle.department.link import FAILURES, Link, pauses
from whistle.department.worker import LOG, Worker
from whistle.errors import Misconfigured

WIDEST = 10
"""Consumers on one channel, each with ``prefetch`` messages."""


class Session:
    """
    One connection with one consuming channel. ``places`` is how many messages may be in hand: ``prefetch`` for each consumer,
    and up to ten consumers when the messages in hand wait for something (:meth:`widen`).
    """

    def __init__(
        self,
        connection: Any,
        channel: Any,
        *,
        queue_name: str,
        prefetch: int,
        take: Callable[[Delivery], None],
    ) -> None:
        self._connection = connection
        self._channel = channel
        self._queue = queue_name
        self._prefetch = prefetch
        self._take = take
        self._tags: list[str] = []
        self._cancelled = False
        self.places = prefetch
        self.alive = True

    def consume(self) -> None:
        """
        Start, or take as many again. Nothing is declared: the account has no right to.

        Raises:
            pika.exceptions.ChannelClosedByBroker: there is no such queue (404), or it is somebody else's (403).
        """
        if not self._tags:
            self._channel.basic_qos(prefetch_count=self._prefetch)
            self._channel.add_on_cancel_callback(self._on_cancelled)
        self._tags.append(str(self._channel.basic_consume(self._queue, self._on_message)))

    def widen(self) -> bool:
        """Room for more messages, from any thread; False if there may be no more."""
        if self.places >= WIDEST * self._prefetch:
            return False
        self.places += self._prefetch
        self._soon(self.consume)
        return True

    def _on_message(self, _: Any, method: Any, properties: pika.BasicProperties, body: bytes) -> None:
        attempts = (properties.headers or {}).get("x-delivery-count", 0)
        self._take(
            Delivery(
                session=self,
                tag=method.delivery_tag,
                body=body,
                message_id=properties.message_id,
                attempts=attempts if isinstance(attempts, int) else 0,
            )
        )

    def check(self) -> None:
        """
        Look for what pika does not raise by itself.

        Raises:
            pika.exceptions.ConsumerCancelled: the queue was deleted or moved, or the broker closed the channel.
        """
        if self._cancelled or not self._channel.is_open:
            raise amqp.ConsumerCancelled("the broker ended the consumer")

    def cancel(self) -> None:
        """Take no more messages."""
        for tag in self._tags:
            self._channel.basic_cancel(tag)

    def acknowledge(self, tag: int) -> None:
        """Done with it; from any thread."""
        self._soon(lambda: self._channel.basic_ack(tag))

    def give_back(self, tag: int) -> None:
        """
        Give it back to the queue, from any thread.

        By ``reject``, which the broker counts towards the delivery limit of the queue (``nack`` no longer does from 4.3 on).
        """
        self._soon(lambda: self._channel.basic_reject(tag, requeue=True))

    def park(self, tag: int) -> None:
        """To the dead letters of the queue, where the city's IT sees it; from any thread."""
        self._soon(lambda: self._channel.basic_reject(tag, requeue=False))

    def _on_cancelled(self, _: object) -> None:
        self._cancelled = True

    def _soon(self, call: Callable[[], object]) -> None:
        """In the broker's thread. A connection that is gone needs no answer: its messages are delivered again."""
        with contextlib.suppress(amqp.ConnectionWrongStateError):
            self._connection.add_callback_threadsafe(call)


class Listener:
    """Keeps a consumer on ``queue_name`` alive until it is told to stop."""

    def __init__(
        self, link: Link, worker: Worker, *, queue_name: str, prefetch: int, on_tick: Callable[[], None]
    ) -> None:
        self._link = link
        self._worker = worker
        self._queue = queue_name
        self._prefetch = prefetch
        self._on_tick = on_tick
        self._sessions = 0

    def run(self, stop: threading.Event) -> None:
        """
        Listen until ``stop`` is set, reconnecting for ever.

        Raises:
            Misconfigured: the broker refused us before it ever let us listen. Later on, the same refusal is taken for a
                broker that is being repaired.
        """
        waits, sessions = pauses(self._link.timing.reconnect), 0
        self._worker.start()
        try:
            while not stop.is_set():
                try:
                    self._listen(stop)
                except FAILURES as error:
                    problem = self._link.explain(error, thing=self._queue)
                    if isinstance(problem, Misconfigured) and not self._sessions:
                        raise problem from error
                    if self._sessions > sessions:
                        waits, sessions = pauses(self._link.timing.reconnect), self._sessions
                    pause = next(waits)
                    LOG.warning("%s(%.1f 秒后重连 / again in %.1f s)", problem, pause, pause)
                    stop.wait(pause)
        finally:
            self._worker.finish()

    def _listen(self, stop: threading.Event) -> None:
        connection = self._link.consumer()
        came: list[Delivery] = []
        session = Session(
            connection,
            connection.channel(),
            queue_name=self._queue,
            prefetch=self._prefetch,
            take=came.append,
        )
        try:
            session.consume()
            self._sessions += 1
            LOG.info("正在收听 %s / listening to %s", self._queue, self._queue)
            while not stop.is_set():
                connection.process_data_events(time_limit=self._link.timing.tick)
                if came:
                    self._worker.put(came)
                    came.clear()
                session.check()
                self._on_tick()
            self._leave(connection, session)
        finally:
            session.alive = False
            if connection.is_open:
                with contextlib.suppress(*FAILURES):
                    connection.close()

    def _leave(self, connection: Any, session: Session) -> None:
        """Let the message in hand be finished and acknowledged; the rest goes back to the queue with the connection."""
        session.alive = False
        session.cancel()
        deadline = time.monotonic() + self._link.timing.grace
        while self._worker.busy and time.monotonic() < deadline:
            connection.process_data_events(time_limit=self._link.timing.tick)
        connection.process_data_events(time_limit=0)
        if self._worker.busy:
            LOG.warning("处理程序未在宽限内结束 / the handler did not end within the grace period")
