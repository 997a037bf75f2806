"""
What sending letters needs besides the database: keys, tokens, where webhooks may go.
"""

from __future__ import annotations

import ssl
from dataclasses import dataclass, field
from typing import Any

from whistle.auth import Tokens
from whistle.privacy import KeyRing
from whistle.settings import Settings, service_value
from whistle.webhooks import Guard
from whistle_routing.lanes import Lanes


@dataclass(frozen=True)
class PostOffice:
    """
    Injected into the service once. ``lanes`` are named ``<district>/<party>``; ``trust`` says whose certificates count (None: the
    system's).
    """

    database: Any
    keys: KeyRing = field(repr=False)
    tokens: Tokens = field(repr=False)
    guard: Guard
    party_queues: bool
    lanes: Lanes = field(default_factory=Lanes, repr=False)
    trust: ssl.SSLContext | None = None

    @classmethod
    def of(cls, host: Any) -> PostOffice:
        """
        From the host of the running service.

        Raises:
            Misconfigured: WHISTLE_WEBHOOK_NETWORKS or WHISTLE_WEBHOOK_HTTP is wrong.
        """
        return cls(
            database=host.database,
            keys=KeyRing(host.secret),
            tokens=host.tokens,
            guard=guard_of(host.settings),
            party_queues=host.settings.party_queues,
        )


def guard_of(settings: Settings) -> Guard:
    """
    ``WHISTLE_WEBHOOK_NETWORKS`` (networks that may be called although they are not public, e.g. ``10.0.0.0/8``) and
    ``WHISTLE_WEBHOOK_HTTP`` (may plain http be used?).

    Raises:
        Misconfigured: one of them is wrong.
    """
    networks = service_value("list", "WEBHOOK_NETWORKS", settings, [])
    return Guard.of(
        [str(one) for one in networks if one], plain=service_value("bool", "WEBHOOK_HTTP", settings, False)
    )
