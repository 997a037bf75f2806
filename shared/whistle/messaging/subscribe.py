"""
``@subscribe`` and ``@subscribe_actions``: nameko entry points over the batch consumer (design §5).

The decorators name message classes, never queues: which queue a service reads follows from the service's
name, so a renamed method keeps its queue.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, ClassVar

from nameko.extensions import Entrypoint, SharedExtension

from whistle import topology
from whistle.contracts import ACTIONS, Message
from whistle.messaging.consumer import BatchConsumer
from whistle.messaging.handling import Handling, Method
from whistle.topology import Queue


class Subscription(Entrypoint):
    """
    The entry point behind ``@subscribe(CaseFiled, …)``: ``method(self, unit, event)`` for each such event
    of any district.

    Args:
        patience: seconds that a batch may wait for more messages while they follow each other closely; one that comes alone does
            not wait. Small batches cost nearly as much as large ones, so a service whose work nobody waits for leaves the
            machine to those that somebody does wait for.
        ahead: name of a method of the service that is given the events of each batch, before its transaction begins and at most
            once for each; what it returns is the handlers' last argument. For whatever takes time and must not happen inside of
            a transaction. Where it was not called, because a message comes again, or failed, the argument is None.
    """

    from_outside: ClassVar[bool] = False
    consumers: Any

    def __init__(
        self, *messages: type[Message], patience: float = 0.0, ahead: str | None = None, **options: Any
    ) -> None:
        self.messages = messages
        self.patience = patience
        self.ahead = ahead
        super().__init__(**options)
        self.consumers = Consumers()

    @staticmethod
    def queue(service: str, messages: Iterable[type[Message]]) -> Queue:
        """The queue that all subscriptions of this kind of a service share."""
        return topology.service_queue(service, messages)

    def setup(self) -> None:
        self.consumers.register(self)


class ActionSubscription(Subscription):
    """
    The entry point behind ``@subscribe_actions``: ``method(self, unit, event, user)`` for whatever parties
    do; ``user`` is who the broker says it is.
    """

    from_outside = True

    def __init__(self, **options: Any) -> None:
        super().__init__(*ACTIONS, **options)

    @staticmethod
    def queue(_service: str, _messages: Iterable[type[Message]]) -> Queue:
        return topology.actions_queue()


class DispatchSubscription(Subscription):
    """
    The entry point behind ``@subscribe_dispatches``: whatever is sent to any party; for a service that
    stands in for all of them.
    """

    @staticmethod
    def queue(service: str, _messages: Iterable[type[Message]]) -> Queue:
        return topology.stand_in_queue(service)


subscribe: Callable[..., Any] = Subscription.decorator
subscribe_actions: Callable[..., Any] = ActionSubscription.decorator
subscribe_dispatches: Callable[..., Any] = DispatchSubscription.decorator


def subscriptions_of(service: type) -> list[Subscription]:
    """The subscriptions that a service class declares."""
    found: list[Subscription] = []
    for name in dir(service):
        entrypoints: Iterable[Any] = getattr(getattr(service, name), "nameko_entrypoints", ())
        found.extend(entry for entry in entrypoints if isinstance(entry, Subscription))
    return found


def queues_of(service: Any) -> list[Queue]:
    """The queues that a service class reads, with their bindings; declared by ``whistle bus declare``."""
    return [queue for queue, _ in _by_queue(service.name, subscriptions_of(service))]


def _by_queue(service: str, entries: Iterable[Subscription]) -> list[tuple[Queue, list[Subscription]]]:
    kinds: dict[type[Subscription], list[Subscription]] = {}
    for entry in entries:
        kinds.setdefault(type(entry), []).append(entry)
    return [
        (kind.queue(service, [message for entry in group for message in entry.messages]), group)
        for kind, group in kinds.items()
    ]


class Consumers(SharedExtension):
    """One batch consumer for each queue of a service; shared by all its subscriptions."""

    def __init__(self) -> None:
        self._entries: list[Subscription] = []
        self._running: list[tuple[BatchConsumer, list[Any]]] = []

    def register(self, entry: Subscription) -> None:
        """Called by each subscription during setup."""
        self._entries.append(entry)

    def start(self) -> None:
        host = self.container.config["host"]
        if "events" not in host.roles:
            return
        for queue, entries in _by_queue(host.service.name, self._entries):
            methods = {
                message.type(): Method(
                    getattr(host.service, entry.method_name),
                    getattr(host.service, entry.ahead) if entry.ahead else None,
                )
                for entry in entries
                for message in entry.messages
            }
            linger = 0 if host.broker.in_memory else host.settings.batch_linger
            self._run(
                host,
                queue.name,
                methods,
                from_outside=entries[0].from_outside,
                linger=max(linger, *(entry.patience for entry in entries)),
            )

    def _run(
        self, host: Any, queue: str, methods: Mapping[str, Method], *, from_outside: bool, linger: float
    ) -> None:
        handling = Handling(
            consumer=queue,
            database=host.database,
            methods=methods,
            count=lambda name, outcome: host.metrics.message(queue, name, outcome),
            from_outside=from_outside,
            retry_seconds=host.settings.retry_seconds,
        )
        consumer = BatchConsumer(
            queue=queue,
            broker=host.broker,
            handle=host.pulse.timed(f"handler {queue}", handling),
            beat=host.pulse.beat_of(f"consumer {queue}"),
            size=host.settings.batch_size,
            linger=linger,
        )
        threads = [
            self.container.spawn_managed_thread(consumer.receive, identifier=f"receive {queue}"),
            self.container.spawn_managed_thread(consumer.work, identifier=f"work {queue}"),
        ]
        self._running.append((consumer, threads))

    def stop(self) -> None:
        for consumer, _ in self._running:
            consumer.stop()
        for _, threads in self._running:
            for thread in threads:
                thread.wait()
