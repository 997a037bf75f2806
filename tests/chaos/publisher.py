"""Whoever may write to the platform's exchanges and does not mean well."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pika


@dataclass(frozen=True, kw_only=True)
class Letter:
    """One message as it goes to the broker."""

    exchange: str
    key: str
    body: bytes
    properties: Mapping[str, Any] = field(default_factory=dict)


def publish(url: str, letters: Iterable[Letter], *, copies: int = 1) -> None:
    """Publish with confirms; what the broker does not take raises."""
    connection = pika.BlockingConnection(pika.URLParameters(url))
    try:
        channel = connection.channel()
        channel.confirm_delivery()
        for letter in letters:
            properties = pika.BasicProperties(delivery_mode=2, **letter.properties)
            for _ in range(copies):
                channel.basic_publish(letter.exchange, letter.key, letter.body, properties)
    finally:
        connection.close()
