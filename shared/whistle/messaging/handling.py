"""
From deliveries to effects: decode, claim in the inbox, hand to the service's method, remember failures by
their kind (design §5.1–5.5, 5.7).
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import eventlet
import structlog

from whistle import inbox
from whistle.contracts import REGISTRY, Event, decode
from whistle.contracts.envelope import SIZE_LIMIT
from whistle.errors import Poison, Rejected, Transient
from whistle.ids import new_id
from whistle.log import about
from whistle.messaging.consumer import Delivery
from whistle.outbox import Outgoing
from whistle.privacy import mask_text
from whistle.storage import Database, Job, UnitOfWork, run_together

log = structlog.get_logger()

Count = Callable[[str, str], None]


@dataclass(frozen=True)
class Received:
    """
    A delivery after the header allow-list: what its handling may rely on.

    ``key`` is what the inbox knows it by: the event's id, prefixed by the broker-checked user for what
    outsiders send, so that nobody can use up somebody else's ids. ``foreseen`` is what the method's ``ahead`` said of its batch.
    """

    key: str
    body: str
    user: str | None
    attempts: int
    event: Event[Any] | None
    problem: Poison | None
    foreseen: Any = None


@dataclass(frozen=True)
class Method:
    """
    What a service does with a type of message: ``run(unit, event)``, for messages from outside ``run(unit, event, user)``. With
    ``ahead``, which is asked about a batch's events outside of its transaction, ``run(unit, event, what it returned)``.
    """

    run: Callable[..., None]
    ahead: Callable[[Sequence[Event[Any]]], Any] | None = None


def receive(delivery: Delivery, *, from_outside: bool) -> Received:
    """Read what arrived; never raises: what cannot be read carries its ``problem``."""
    own = delivery.exchange == ""  # a later row of ours: only services may write to the default exchange
    user = _text(delivery.headers.get("x-user") if own else delivery.properties.get("user_id"))
    attempts = delivery.headers.get("x-attempts") if own else 0
    problem, event = None, None
    try:
        event = decode(delivery.body, REGISTRY)
        if delivery.properties.get("message_id") not in (None, event.id):
            raise Poison("message_id 与信封不符", "message_id differs from the envelope's id")
        key = event.id
    except Poison as error:
        event, problem = None, error
        key = f"unreadable-{hashlib.sha256(delivery.body).hexdigest()}"
    return Received(
        key=_key(f"{user or '-'}/{key}") if from_outside else key,
        body=delivery.body.decode("utf-8", "replace").replace("\0", "\N{REPLACEMENT CHARACTER}"),
        user=user,
        attempts=min(max(0, attempts), 1000) if isinstance(attempts, int) else 0,
        event=event,
        problem=problem,
    )


def _key(text: str) -> str:
    """``text`` as the inbox can hold it: a user's name and an event's id may be longer together."""
    return text if len(text) <= 200 else hashlib.sha256(text.encode()).hexdigest()


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and len(value) <= 200 else None


class Handling:
    """
    What one queue's messages mean to one service.

    Args:
        methods: message type → what to do with it.
        retry_seconds: pauses before each new try; after the last the message is parked. count: called with
            the message type (or ``unreadable``) and the outcome: done, duplicate, rejected, later, parked.
    """

    def __init__(
        self,
        *,
        consumer: str,
        database: Database[Any],
        methods: Mapping[str, Method],
        count: Count,
        from_outside: bool = False,
        retry_seconds: Sequence[float],
    ) -> None:
        self._consumer = consumer
        self._database = database
        self._methods = methods
        self._count = count
        self._from_outside = from_outside
        self._retry_seconds = retry_seconds

    def __call__(self, deliveries: Sequence[Delivery]) -> None:
        """Handle a batch; everything is committed on return. Raises DependencyDown if the database is."""
        batch = [receive(delivery, from_outside=self._from_outside) for delivery in deliveries]
        jobs = {self._job(received): received for received in self._look_ahead(batch)}
        results = run_together(
            self._database, list(jobs), prepare=lambda unit, todo: self._claim(unit, todo, jobs)
        )
        for job, received in jobs.items():
            if job not in results:
                self._count(self._type(received), "duplicate")
            elif (error := results[job].error) is None:
                self._count(self._type(received), "done")
            else:
                self._tell(received, error)

    def _type(self, received: Received) -> str:
        return received.event.data.name if received.event else "unreadable"

    def _look_ahead(self, batch: Sequence[Received]) -> list[Received]:
        """The batch with what was said ahead about messages that are no next try; a failure costs only what it would have saved."""
        asked: dict[Callable[..., Any], list[Event[Any]]] = {}
        for received in batch:
            if received.event and not received.attempts and (ahead := self._ahead_of(received)):
                asked.setdefault(ahead, []).append(received.event)
        if not asked:
            return list(batch)
        said: dict[Any, Any] = {}
        for ahead, events in asked.items():
            try:
                said[ahead] = ahead(events)
            except Exception as error:
                log.warning("ahead_failed", consumer=self._consumer, error=_line(error), exc_info=error)
        return [
            received if received.attempts else replace(received, foreseen=said.get(self._ahead_of(received)))
            for received in batch
        ]

    def _ahead_of(self, received: Received) -> Callable[..., Any] | None:
        method = self._methods.get(received.event.type) if received.event else None
        return method.ahead if method else None

    def _job(self, received: Received) -> Job[Any]:
        return Job(
            run=lambda unit: self._run(unit, received),
            cause=received.event,
            about=received.event.case_no if received.event else None,
            failed=lambda unit, error: self._failed(unit, received, error),
        )

    def _claim(
        self, unit: UnitOfWork, jobs: Sequence[Job[Any]], by_job: Mapping[Job[Any], Received]
    ) -> list[Job[Any]]:
        first = {by_job[job].key: job for job in reversed(jobs)}
        fresh = inbox.claim(
            unit.connection, unit.kit.inbox, consumer=self._consumer, message_ids=list(first), now=unit.now
        )
        todo = [job for job in jobs if by_job[job].key in fresh and first[by_job[job].key] is job]
        unit.preload({job.about for job in todo if job.about})
        return todo

    def _run(self, unit: UnitOfWork, received: Received) -> None:
        event = received.event
        if event is None:
            raise received.problem or Poison("无法读取", "unreadable")
        method = self._methods.get(event.type)
        if method is None:
            raise Poison(f"没有处理 {event.type} 的方法", f"nothing here handles {event.type}")
        try:
            with about(case=event.case_no, event_id=event.id, district=event.district):
                if self._from_outside:
                    method.run(unit, event, received.user)
                elif method.ahead:
                    method.run(unit, event, received.foreseen)
                else:
                    method.run(unit, event)
        except (eventlet.Timeout, SystemExit) as error:
            # neither is an Exception: the first would silently stop the consumer, the second the process
            raise Transient("处理中断", f"the handler was cut off by {type(error).__name__}") from error

    # --- failures ---------------------------------------------------------------------------------------------

    def _tell(self, received: Received, error: Exception) -> None:
        """Count and log a failure, once what is to be remembered of it is committed."""
        outcome = self._outcome(received, error)
        self._count(self._type(received), outcome)
        write = log.info if outcome == "rejected" else log.warning
        known = isinstance(error, Rejected | Transient | Poison)
        write(
            "message_" + outcome,
            consumer=self._consumer,
            message=received.key,
            attempts=received.attempts + 1,
            error=_line(error),
            exc_info=None if known else error,
        )

    def _failed(self, unit: UnitOfWork, received: Received, error: Exception) -> None:
        outcome = self._outcome(received, error)
        if outcome == "rejected":
            self._settle(unit, received, inbox.REJECTED, error)
        elif outcome == "parked":
            self._settle(unit, received, inbox.PARKED, error)
            self._park(unit, received, error)
        else:
            self._try_later(unit, received)

    def _outcome(self, received: Received, error: Exception) -> str:
        if isinstance(error, Rejected):
            return "rejected"
        if isinstance(error, Poison) or received.attempts >= len(self._retry_seconds):
            return "parked"
        return "later"

    def _settle(self, unit: UnitOfWork, received: Received, outcome: str, error: Exception) -> None:
        inbox.settle(
            unit.connection,
            unit.kit.inbox,
            consumer=self._consumer,
            message_id=received.key,
            outcome=outcome,
            reason=_line(error),
        )

    def _try_later(self, unit: UnitOfWork, received: Received) -> None:
        inbox.release(unit.connection, unit.kit.inbox, consumer=self._consumer, message_ids=[received.key])
        unit.stage_outgoing(
            Outgoing(
                id=new_id(),
                message_id=received.event.id if received.event else received.key,
                type=received.event.type if received.event else "unreadable",
                exchange="",
                routing_key=self._consumer,
                body=received.body,
                case_no=_case(received),
                created_at=unit.now,
                not_before=unit.now + dt.timedelta(seconds=self._retry_seconds[received.attempts]),
                kind="later",
                attempts=received.attempts + 1,
                headers={"x-user": received.user} if received.user else {},
            )
        )

    def _park(self, unit: UnitOfWork, received: Received, error: Exception) -> None:
        unit.add(
            unit.kit.dead_letters,
            inbox.park_row(
                id=new_id(),
                consumer=self._consumer,
                message_id=received.key,
                type=received.event.type if received.event else None,
                case_no=_case(received),
                body=mask_text(received.body)[:SIZE_LIMIT],
                headers=_remembered(received),
                reason="poison" if isinstance(error, Poison) else "attempts",
                error=_line(error),
                attempts=received.attempts + 1,
                parked_at=unit.now,
            ),
        )


def _case(received: Received) -> str | None:
    """The case number as its column can hold it; a longer one is no number of ours."""
    return (received.event.case_no or "")[:20] or None if received.event else None


def _remembered(received: Received) -> dict[str, str]:
    """What a replay needs besides the body."""
    known = {"user": received.user, "event": received.event.id if received.event else None}
    return {name: value for name, value in known.items() if value}


def _line(error: Exception) -> str:
    text = str(error) or type(error).__name__
    return mask_text(f"{type(error).__name__}: {text}".splitlines()[0])[:500]
