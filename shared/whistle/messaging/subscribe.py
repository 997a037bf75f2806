"""
``@subscribe`` and ``@subscribe_actions``: nameko entry points over the batch consumer (design §5).

The decorators name message classes, never queues: which queue a service reads follows from the service's name, so a renamed method
keeps its queue.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, ClassVar

from nameko.extensions import Entrypoint, SharedExtension

from whistle import topology
from whistle.contracts import ACTIONS, Message
from whistle.messaging.consumer import BatchConsumer
from whistle.messaging.handling import Handling
from whistle.topology import Queue


class Subscription(Entrypoint):
    """The entry point behind ``@subscribe(CaseFiled, …)``: ``method(self, unit, event)`` for each such event of any district."""

    consumers: Any

    def __init__(self, *messages: type[Message], **options: Any) -> None:
        self.messages = messages
        super().__init__(**options)
        self.consumers = Consumers()

    def setup(self) -> None:
        self.consumers.register(self)


class ActionSubscription(Subscription):
    """The entry point behind ``@subscribe_actions``: ``method(self, unit, event, user)`` for whatever parties do."""

    def __init__(self, **options: Any) -> None:
        super().__init__(*ACTIONS, **options)


subscribe: Callable[..., Any] = Subscription.decorator
subscribe_actions: Callable[..., Any] = ActionSubscription.decorator


def subscriptions_of(service: type) -> list[Subscription]:
    """The subscriptions that a service class declares."""
    found: list[Subscription] = []
    for name in dir(service):
        entrypoints: Iterable[Any] = getattr(getattr(service, name), "nameko_entrypoints", ())
        found.extend(entry for entry in entrypoints if isinstance(entry, Subscription))
    return found


def queues_of(service: type) -> list[Queue]:
    """The queues that a service class reads, with their bindings; declared by ``whistle bus declare``."""
    subscriptions = subscriptions_of(service)
    events = [message for entry in subscriptions if type(entry) is Subscription for message in entry.messages]
    queues = [topology.service_queue(service.name, events)] if events else []  # type: ignore[attr-defined]
    if any(isinstance(entry, ActionSubscription) for entry in subscriptions):
        queues.append(topology.actions_queue())
    return queues


class Consumers(SharedExtension):
    """One batch consumer for each queue of a service; shared by all its subscriptions."""

    _grace: ClassVar[float] = 10.0

    def __init__(self) -> None:
        self._entries: list[Subscription] = []
        self._running: list[tuple[BatchConsumer, list[Any]]] = []

    def register(self, entry: Subscription) -> None:
        """Called by each subscription during setup."""
        self._entries.append(entry)

    def start(self) -> None:
        host = self.container.config["host"]
        for queue, methods, outside in self._plan(host.service):
            handling = Handling(
                consumer=queue,
                database=host.database,
                methods=methods,
                count=lambda name, outcome, queue=queue: host.metrics.message(queue, name, outcome),  # type: ignore[misc]
                from_outside=outside,
                retry_seconds=host.settings.retry_seconds,
            )
            consumer = BatchConsumer(
                queue=queue,
                broker=host.broker,
                handle=host.pulse.timed(f"handler {queue}", handling),
                beat=host.pulse.beat_of(f"consumer {queue}"),
                size=host.settings.batch_size,
                linger=0 if host.broker.in_memory else host.settings.batch_linger,
            )
            threads = [
                self.container.spawn_managed_thread(consumer.receive, identifier=f"receive {queue}"),
                self.container.spawn_managed_thread(consumer.work, identifier=f"work {queue}"),
            ]
            self._running.append((consumer, threads))

    def _plan(self, instance: Any) -> list[tuple[str, dict[str, Any], bool]]:
        plans = []
        for kind, queue in ((Subscription, topology.service_queue_name(instance.name)), (ActionSubscription, topology.ACTIONS_QUEUE)):
            methods = {
                message.type(): getattr(instance, entry.method_name)
                for entry in self._entries
                if type(entry) is kind
                for message in entry.messages
            }
            if methods:
                plans.append((queue, methods, kind is ActionSubscription))
        return plans

    def stop(self) -> None:
        for consumer, _ in self._running:
            consumer.stop()
        for _, threads in self._running:
            for thread in threads:
                thread.wait()
