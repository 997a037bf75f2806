"""
Every exchange, queue and routing key of the platform, by pure functions (design §4).

Nothing here touches a broker: :mod:`whistle.topology.declare` does that with what is described here.
Bindings use ``*`` only, never ``#``: AMQP's ``#`` also stands for zero words, kombu's memory transport does
not know that.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from whistle.contracts import Action, Message

EVENTS = "whistle.events"
"""What happened; services only."""
DISPATCH = "whistle.dispatch"
"""To parties."""
ACTIONS = "whistle.actions"
"""From parties."""
UNROUTABLE = "whistle.unroutable"
"""Alternate exchange of the three, and the queue behind it."""

TOPIC_EXCHANGES = (EVENTS, DISPATCH, ACTIONS)
DELIVERY_LIMIT = 50
"""Deliveries before the broker itself gives up: the last line, for what a process cannot even hold."""


@dataclass(frozen=True)
class Binding:
    """``key`` on ``exchange`` leads to the queue."""

    exchange: str
    key: str


@dataclass(frozen=True)
class Queue:
    """A queue with its bindings; ``arguments`` as AMQP ``x-`` arguments."""

    name: str
    bindings: tuple[Binding, ...] = ()
    arguments: Mapping[str, Any] = field(default_factory=dict)


def event_key(message: type[Message] | Message, district: str) -> str:
    """``case.filed.mawei``."""
    return f"{message.name}.{district}"


def dispatch_key(message: type[Message] | Message, *, district: str, party: str) -> str:
    """``mawei.power-bureau.dispatch.sent``."""
    return f"{district}.{party}.{message.name}"


def action_key(action: type[Action] | Action, *, district: str, party: str) -> str:
    """``mawei.power-bureau.sign``."""
    return f"{district}.{party}.{action.verb()}"


def service_queue_name(service: str) -> str:
    """``intake.events``."""
    return f"{service}.events"


def party_queue_name(district: str, party: str) -> str:
    """``party.mawei.power-bureau``."""
    return f"party.{district}.{party}"


def party_user(district: str, party: str) -> str:
    """The broker user that is the party: ``mawei.power-bureau`` (AMQP ``user_id``)."""
    return f"{district}.{party}"


def dead_queue_name(queue: str) -> str:
    """``intake.events.dead``: where the broker puts what was delivered too often."""
    return f"{queue}.dead"


ACTIONS_QUEUE = "routing.actions"


def service_queue(service: str, messages: Iterable[type[Message]]) -> Queue:
    """The events queue of a service, bound to what the service reads, in every district."""
    keys = sorted({f"{message.name}.*" for message in messages})
    name = service_queue_name(service)
    return Queue(name, tuple(Binding(EVENTS, key) for key in keys), _work_arguments(name))


def actions_queue() -> Queue:
    """What parties do, in every district."""
    return Queue(ACTIONS_QUEUE, (Binding(ACTIONS, "*.*.*"),), _work_arguments(ACTIONS_QUEUE))


def party_queue(district: str, party: str) -> Queue:
    """All that is addressed to one party."""
    name = party_queue_name(district, party)
    return Queue(name, (Binding(DISPATCH, f"{district}.{party}.*.*"),), _work_arguments(name))


def stand_in_queue(service: str) -> Queue:
    """
    All that is addressed to any party, for a service that stands in for the parties (simulations, embedded
    mode).
    """
    name = service_queue_name(service)
    return Queue(name, (Binding(DISPATCH, "*.*.*.*"),), _work_arguments(name))


def matches(binding: Binding, *, exchange: str, key: str) -> bool:
    """
    Does a message with this routing key on this exchange go through the binding? ``*`` stands for one word.
    """
    if binding.exchange != exchange:
        return False
    wanted, words = binding.key.split("."), key.split(".")
    return len(wanted) == len(words) and all(
        want in ("*", word) for want, word in zip(wanted, words, strict=True)
    )


def dead_queue(queue: str) -> Queue:
    """The last-line dead letters of ``queue``; no limit of its own, nothing ever leaves it by itself."""
    return Queue(dead_queue_name(queue), (), {"x-queue-type": "quorum"})


def unroutable_queue() -> Queue:
    """Where a message lands that no binding matched; anything in it is an alarm."""
    return Queue(UNROUTABLE, (), {"x-queue-type": "quorum"})


def _work_arguments(name: str) -> dict[str, Any]:
    return {
        "x-queue-type": "quorum",
        "x-delivery-limit": DELIVERY_LIMIT,
        "x-dead-letter-exchange": "",
        "x-dead-letter-routing-key": dead_queue_name(name),
        "x-dead-letter-strategy": "at-least-once",
        "x-overflow": "reject-publish",
    }
