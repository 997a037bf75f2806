"""
Prometheus metrics of one process.
"""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge


class Metrics:
    """The process's registry and what the kit counts in it."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._messages = Counter(
            "whistle_messages_total",
            "Messages handled, by queue, message and outcome (done, duplicate, rejected, later, parked)",
            ["queue", "message", "outcome"],
            registry=self.registry,
        )
        self._parked = Gauge(
            "whistle_parked_messages",
            "Parked messages that wait for a person",
            ["service"],
            registry=self.registry,
        )
        self._waiting = Gauge(
            "whistle_outbox_rows", "Outbox rows not yet published", ["service"], registry=self.registry
        )
        self._lag = Gauge(
            "whistle_outbox_lag_seconds",
            "Age of the oldest outbox row that is due",
            ["service"],
            registry=self.registry,
        )

    def message(self, queue: str, name: str, outcome: str) -> None:
        """Count one handled message."""
        self._messages.labels(queue, name, outcome).inc()

    def backlog(self, service: str, *, parked: int, waiting: int, lag: float) -> None:
        """What one service has lying about."""
        self._parked.labels(service).set(parked)
        self._waiting.labels(service).set(waiting)
        self._lag.labels(service).set(lag)
