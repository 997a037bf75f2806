"""
Connections to the bus, and the few facts in which ``memory://`` and RabbitMQ differ.

Everything else in the kit is the same for both: this module is the one place that knows which is which.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import kombu
from amqp.exceptions import AccessRefused, AMQPError, NotAllowed
from kombu.exceptions import KombuError

from whistle.errors import DependencyDown, Misconfigured
from whistle.settings import mask_url
from whistle.topology import UNROUTABLE

HEARTBEAT_SECONDS = 10
CONNECT_SECONDS = 5
MEMORY_POLL_SECONDS = 0.01
"""kombu's memory transport polls; its own default is a whole second a message."""

BROKEN: tuple[type[Exception], ...] = (AMQPError, KombuError, OSError, AttributeError)
"""What a connection that is no more raises; AttributeError comes from py-amqp's half-closed objects."""


class Broker:
    """One bus, reached by URL."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.in_memory = url.startswith("memory:")
        self._routed: set[tuple[str, str]] = set()

    @contextmanager
    def connect(self) -> Iterator[kombu.Connection]:
        """
        A connected connection; dropped at the end without a closing handshake, which a frozen broker would
        never answer.

        Raises:
            DependencyDown: the broker cannot be reached.
            Misconfigured: it can, but refuses user, password or vhost.
        """
        options = (
            {"polling_interval": MEMORY_POLL_SECONDS}
            if self.in_memory
            else {"read_timeout": 15, "write_timeout": 15}
        )
        connection = kombu.Connection(
            self.url,
            heartbeat=0 if self.in_memory else HEARTBEAT_SECONDS,
            connect_timeout=CONNECT_SECONDS,
            transport_options=options,
        )
        try:
            self._connect(connection)
            yield connection
        finally:
            self._drop(connection)

    def _connect(self, connection: kombu.Connection) -> None:
        try:
            connection.connect()
        except (AccessRefused, NotAllowed) as error:
            raise Misconfigured(
                f"消息服务器拒绝登录({mask_url(self.url)}):请检查用户、密码和 vhost",
                f"the broker refused user, password or vhost: {error.reply_text}",
            ) from None
        except BROKEN as error:
            raise DependencyDown(
                f"连不上消息服务器 {mask_url(self.url)}",
                f"cannot reach the broker: {type(error).__name__}: {error}",
            ) from None

    def _drop(self, connection: kombu.Connection) -> None:
        try:
            if self.in_memory:
                connection.release()
            else:
                connection.collect(socket_timeout=1)
        except BROKEN:
            pass  # it was broken already

    def consume(self, channel: Any, queue: str, arrived: Callable[[Any], None]) -> None:
        """
        Have ``queue``'s messages handed to ``arrived`` as they are; the consumer tag is the queue's name.

        Nothing is decoded or decompressed on the way: what encodings a sender names must neither raise in the receiving
        loop nor unpack to gigabytes.
        """
        channel.auto_decode = False
        channel.basic_consume(queue, no_ack=False, callback=arrived, consumer_tag=queue)

    def acknowledge(self, channel: Any, tags: Sequence[Any]) -> None:
        """
        Acknowledge a run of deliveries; ``tags`` are all that the channel has delivered so far and not yet
        acknowledged, up to the last.
        """
        if self.in_memory:  # the memory transport does not know ``multiple``
            for tag in tags:
                channel.basic_ack(tag)
        else:
            channel.basic_ack(tags[-1], multiple=True)

    def confirm(self, channel: Any) -> Confirms:
        """Switch publisher confirms on for a fresh channel."""
        return NoConfirms() if self.in_memory else Confirms(channel)

    def route_unroutable(self, channel: Any, exchange: str, routing_key: str) -> tuple[str, str]:
        """
        Where a message is to be published. RabbitMQ knows alternate exchanges; on the memory transport a
        message that no binding matches would vanish, so it is addressed to the queue behind the alternate
        exchange.
        """
        if not self.in_memory or not exchange:
            return exchange, routing_key
        if (exchange, routing_key) not in self._routed:
            if not channel._lookup(exchange, routing_key):
                return "", UNROUTABLE
            self._routed.add((exchange, routing_key))
        return exchange, routing_key


class Confirms:
    """Counts the broker's confirms of one channel, so that a whole batch is waited for at once."""

    def __init__(self, channel: Any) -> None:
        channel.confirm_select()
        self._channel = channel
        self._numbers = itertools.count(1)
        self._open: dict[int, str] = {}
        self._failed: set[str] = set()
        channel.events["basic_ack"].add(self._acked)
        channel.events["basic_nack"].add(self._nacked)
        channel.events["basic_return"].add(self._returned)

    def expect(self, message_id: str) -> None:
        """The next publication is ``message_id``'s."""
        self._open[next(self._numbers)] = message_id

    def wait(self, timeout: float) -> set[str]:
        """
        Wait until every publication is answered; returns the ids that were nacked or returned as unroutable.

        Raises:
            TimeoutError: the broker did not answer in time (it may be frozen or have an alarm).
        """
        connection = self._channel.connection
        while self._open:
            connection.drain_events(timeout=timeout)
        failed, self._failed = self._failed, set()
        return failed

    def _settle(self, tag: int, multiple: bool) -> list[str]:
        tags = [number for number in self._open if number <= tag] if multiple else [tag]
        return [self._open.pop(number) for number in tags if number in self._open]

    def _acked(self, tag: int, multiple: bool) -> None:
        self._settle(tag, multiple)

    def _nacked(self, tag: int, multiple: bool) -> None:
        self._failed.update(self._settle(tag, multiple))

    def _returned(self, error: Exception, exchange: str, routing_key: str, message: Any) -> None:
        self._failed.add(message.properties.get("message_id", ""))


class NoConfirms(Confirms):
    """The memory transport has delivered when it returns."""

    def __init__(self) -> None:
        pass

    def expect(self, message_id: str) -> None:
        return None

    def wait(self, timeout: float) -> set[str]:
        return set()
