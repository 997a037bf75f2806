"""
What one running service has at hand: the host that the kit's entry points find in the container's config.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from nameko.extensions import DependencyProvider

if (
    TYPE_CHECKING
):  # what a running process has made; whoever only reads what a service declares needs none of it
    from whistle.auth import Tokens
    from whistle.clock import Clock
    from whistle.http.server import HttpServer
    from whistle.messaging.broker import Broker
    from whistle.runtime.metrics import Metrics
    from whistle.runtime.pulse import Pulse
    from whistle.settings import Settings
    from whistle.storage import Database

ROLES = ("http", "events", "work")
"""
What a process can do for a service: answer HTTP, handle messages, do the service's own background work
(clocks, deliveries).
"""


@dataclass(kw_only=True)
class Host:
    """
    One service in one process. ``service`` is the service's instance, there once the container is built.
    """

    settings: Settings
    secret: str
    tokens: Tokens
    clock: Clock
    database: Database[Any]
    broker: Broker
    http: HttpServer
    metrics: Metrics
    pulse: Pulse
    roles: tuple[str, ...]
    service: Any = None


class Provide(DependencyProvider):
    """
    A dependency of a service class, built once from the host: ``tools = Provide(Tools.of)``.
    """

    def __init__(self, build: Callable[[Host], Any]) -> None:
        self.build = build

    def get_dependency(self, worker_ctx: Any) -> Any:
        return self.build(self.container.config["host"])
