"""
Declares the topology like a migration, and checks it (design §5.6).

Services only look (:func:`check`) and refuse to start when something is missing; they never declare,
because a mismatch inside a consumer loops for ever while HTTP answers 200.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import kombu
from amqp.exceptions import NotFound, PreconditionFailed

from whistle import topology
from whistle.topology import Queue


def declare(connection: kombu.Connection, queues: Iterable[Queue]) -> None:
    """
    Declare the exchanges, the unroutable queue, and each of ``queues`` with its dead letters and bindings;
    idempotent.

    Raises:
        amqp.exceptions.PreconditionFailed: a queue or exchange exists with other arguments.
    """
    with connection.channel() as channel:
        channel.exchange_declare(topology.UNROUTABLE, "fanout", durable=True, auto_delete=False)
        _declare_queue(channel, topology.unroutable_queue())
        channel.queue_bind(topology.UNROUTABLE, exchange=topology.UNROUTABLE, routing_key="")
        for exchange in topology.TOPIC_EXCHANGES:
            arguments = {"alternate-exchange": topology.UNROUTABLE}
            channel.exchange_declare(exchange, "topic", durable=True, auto_delete=False, arguments=arguments)
        for queue in queues:
            _declare_queue(channel, topology.dead_queue(queue.name))
            _declare_queue(channel, queue)
            for binding in queue.bindings:
                channel.queue_bind(queue.name, exchange=binding.exchange, routing_key=binding.key)


def check(connection: kombu.Connection, queues: Iterable[Queue], *, arguments: bool = False) -> Sequence[str]:
    """
    What is missing, one line each (zh / en); empty if all is there.

    With ``arguments`` the arguments of what exists are compared too, which needs the right to configure.
    """
    wrong: list[str] = []
    for exchange in topology.TOPIC_EXCHANGES:
        try:
            with connection.channel() as channel:
                channel.exchange_declare(exchange, "topic", passive=True)
        except NotFound:
            wrong.append(f"缺少交换机 {exchange} / exchange {exchange} is missing")
    for queue in (topology.unroutable_queue(), *queues):
        try:
            with connection.channel() as channel:
                channel.queue_declare(queue.name, passive=True)
        except NotFound:
            wrong.append(f"缺少队列 {queue.name} / queue {queue.name} is missing")
            continue
        if arguments:
            try:
                with connection.channel() as channel:
                    _declare_queue(channel, queue)
            except PreconditionFailed as error:
                wrong.append(f"队列 {queue.name} 的参数不同 / queue {queue.name} differs: {error.reply_text}")
    return wrong


def in_use(connection: kombu.Connection, queues: Iterable[Queue]) -> str | None:
    """The first of these queues that somebody reads or that holds something, or None; those that are missing are free."""
    for queue in queues:
        try:
            with connection.channel() as channel:
                found = channel.queue_declare(queue.name, passive=True)
        except NotFound:
            continue
        if found.message_count or found.consumer_count:
            return queue.name
    return None


def _declare_queue(channel: Any, queue: Queue) -> None:
    channel.queue_declare(
        queue.name, durable=True, exclusive=False, auto_delete=False, arguments=dict(queue.arguments)
    )
