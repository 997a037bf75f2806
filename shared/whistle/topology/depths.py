"""
How many messages wait in queues: by passive declarations, which need no right but to connect.
"""

from __future__ import annotations

from collections.abc import Iterable

import kombu
from amqp.exceptions import AMQPError, NotFound
from kombu.exceptions import OperationalError

TIMEOUT = 5.0


def depths(bus_url: str, queues: Iterable[str]) -> dict[str, int] | None:
    """Messages that are ready, by queue; queues that are not there are left out. None: the broker does not answer."""
    found: dict[str, int] = {}
    try:
        with kombu.Connection(bus_url, connect_timeout=TIMEOUT) as connection:
            for name in queues:
                try:
                    with connection.channel() as channel:
                        found[name] = channel.queue_declare(name, passive=True).message_count
                except NotFound:
                    continue
    except (AMQPError, OperationalError, OSError):
        return None
    return found
