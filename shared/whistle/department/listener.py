"""
Listens to a party's queue: one thread speaks with the broker, one runs the handler, so that a slow handler loses no heartbeat.

A message is acknowledged after the handler returned and its event id is on disk. Everything else (a raise, a crash, a lost
connection) leads to another delivery, which the inbox recognises.
"""

from __future__ import annotations

import contextlib
import logging
import queue
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pika
from pika import exceptions as amqp

from whistle.contracts import REGISTRY, Event, decode
from whistle.department.inbox import PartyInbox
from whistle.department.link import FAILURES, Link, pause_after, pauses
from whistle.errors import Misconfigured, Poison

LOG = logging.getLogger(
    "whistle.department"
)  # the standard library's: this runs inside other people's programs

Handler = Callable[[Event[Any]], None]


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """One message in hand. ``attempts`` counts earlier deliveries, as told by the quorum queue."""

    session: Session
    tag: int
    body: bytes
    message_id: str | None
    attempts: int


class Session:
    """One connection with one consuming channel."""

    def __init__(self, connection: Any, channel: Any) -> None:
        self._connection = connection
        self._channel = channel
        self._cancelled = False
        self.alive = True

    def consume(self, queue_name: str, *, prefetch: int, take: Callable[[Delivery], None]) -> str:
        """
        Start; the consumer's tag. Nothing is declared: the account has no right to.

        Raises:
            pika.exceptions.ChannelClosedByBroker: there is no such queue (404), or it is somebody else's (403).
        """

        def on_message(_: Any, method: Any, properties: pika.BasicProperties, body: bytes) -> None:
            attempts = (properties.headers or {}).get("x-delivery-count", 0)
            take(
                Delivery(
                    session=self,
                    tag=method.delivery_tag,
                    body=body,
                    message_id=properties.message_id,
                    attempts=attempts if isinstance(attempts, int) else 0,
                )
            )

        self._channel.basic_qos(prefetch_count=prefetch)
        self._channel.add_on_cancel_callback(self._on_cancelled)
        return str(self._channel.basic_consume(queue_name, on_message))

    def check(self) -> None:
        """
        Look for what pika does not raise by itself.

        Raises:
            pika.exceptions.ConsumerCancelled: the queue was deleted or moved, or the broker closed the channel.
        """
        if self._cancelled or not self._channel.is_open:
            raise amqp.ConsumerCancelled("the broker ended the consumer")

    def cancel(self, tag: str) -> None:
        """Take no more messages."""
        self._channel.basic_cancel(tag)

    def acknowledge(self, tag: int) -> None:
        """Done with it; from any thread."""
        self._soon(lambda: self._channel.basic_ack(tag))

    def redeliver(self, tag: int, *, after: float) -> None:
        """
        Give it back to the queue after a pause, from any thread; until then others are handled.

        By ``reject``, which the broker counts towards the delivery limit of the queue (``nack`` no longer does from 4.3 on).
        """
        self._soon(
            lambda: self._connection.call_later(after, lambda: self._channel.basic_reject(tag, requeue=True))
        )

    def _on_cancelled(self, _: object) -> None:
        self._cancelled = True

    def _soon(self, call: Callable[[], object]) -> None:
        """In the broker's thread. A connection that is gone needs no answer: its messages are delivered again."""
        with contextlib.suppress(amqp.ConnectionWrongStateError):
            self._connection.add_callback_threadsafe(call)


class Worker:
    """The thread that runs the handler, one message after another, for as long as ``listen`` runs."""

    def __init__(
        self, inbox: PartyInbox, handler: Handler, *, stop: threading.Event, retry: tuple[float, float]
    ) -> None:
        self._inbox = inbox
        self._handler = handler
        self._stop = stop
        self._retry = retry
        self._todo: queue.SimpleQueue[Delivery | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="whistle-department-handler", daemon=True)
        self.busy = False

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def put(self, delivery: Delivery) -> None:
        """One more to handle."""
        self._todo.put(delivery)

    def finish(self) -> None:
        """Stop after the message in hand; what was not begun is left to its next delivery."""
        self._todo.put(None)

    def _run(self) -> None:
        while (delivery := self._todo.get()) is not None:
            self.busy = True
            try:
                if delivery.session.alive and not self._stop.is_set():
                    self._take(delivery)
            except BaseException as error:  # sys.exit() in a handler must not end the thread unseen
                pause = pause_after(delivery.attempts, self._retry)
                LOG.warning(
                    "处理失败,%.1f 秒后重试 / handler failed, again in %.1f s: %s",
                    pause,
                    pause,
                    delivery.message_id,
                    exc_info=error,
                )
                delivery.session.redeliver(delivery.tag, after=pause)
            finally:
                self.busy = False

    def _take(self, delivery: Delivery) -> None:
        try:
            event = decode(delivery.body, REGISTRY)
        except Poison as error:
            LOG.warning("无法读取的消息已搁置 / a message that cannot be read was set aside: %s", error)
            self._inbox.set_aside(delivery.body, message_id=delivery.message_id, reason=str(error))
        else:
            if not self._inbox.knows(event.id):
                self._handler(event)
                self._inbox.record(event.id, event.type)
        delivery.session.acknowledge(delivery.tag)


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
        session = Session(connection, connection.channel())
        try:
            tag = session.consume(self._queue, prefetch=self._prefetch, take=self._worker.put)
            self._sessions += 1
            LOG.info("正在收听 %s / listening to %s", self._queue, self._queue)
            while not stop.is_set():
                connection.process_data_events(time_limit=self._link.timing.tick)
                session.check()
                self._on_tick()
            self._leave(connection, session, tag)
        finally:
            session.alive = False
            if connection.is_open:
                with contextlib.suppress(*FAILURES):
                    connection.close()

    def _leave(self, connection: Any, session: Session, tag: str) -> None:
        """Let the message in hand be finished and acknowledged; the rest goes back to the queue with the connection."""
        session.alive = False
        session.cancel(tag)
        deadline = time.monotonic() + self._link.timing.grace
        while self._worker.busy and time.monotonic() < deadline:
            connection.process_data_events(time_limit=self._link.timing.tick)
        connection.process_data_events(time_limit=0)
        if self._worker.busy:
            LOG.warning("处理程序未在宽限内结束 / the handler did not end within the grace period")
