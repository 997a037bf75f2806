"""
The department's client: listens to what is sent to a party and speaks for the party.
"""

from __future__ import annotations

import contextlib
import dataclasses
import hashlib
import threading
import uuid
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Self

from whistle import topology
from whistle.clock import Clock, SystemClock
from whistle.contracts import (
    Action,
    ArrivalProof,
    Arrive,
    Event,
    Extend,
    FirstContact,
    Progress,
    Report,
    Return,
    Sign,
    Urge,
    new_event,
)
from whistle.department.inbox import PartyInbox
from whistle.department.link import Link, Timing
from whistle.department.listener import Listener
from whistle.department.sender import Sender
from whistle.department.worker import Handler, Worker
from whistle.errors import DependencyDown, Invalid


class Department:
    """
    One party of one district.

    Args:
        url: as handed over by ``whistle party add``; ``amqps://`` checks the broker's certificate.
        inbox: the file that remembers what was handled; needed by :meth:`listen` only.
        timing: every time limit.
        prefetch: messages taken at a time. When all of them wait for something, as many again are taken, ten times over.
        cafile: the authority behind the broker's certificate, if it is not one of the system's.

    Raises:
        Misconfigured: the URL cannot be used.
    """

    def __init__(
        self,
        url: str,
        district: str,
        party: str,
        *,
        inbox: Path | str = "inbox.db",
        timing: Timing | None = None,
        prefetch: int = 20,
        cafile: Path | None = None,
        clock: Clock | None = None,
    ) -> None:
        self.district = district
        self.party = party
        self._inbox = inbox
        self._timing = timing or Timing()
        self._prefetch = prefetch
        self._clock = clock or SystemClock()
        self._link = Link(url, timing=self._timing, cafile=cafile)
        self._sender = Sender(self._link)
        self._handling = _Handling()

    def listen(self, handler: Handler, *, stop: threading.Event | None = None) -> None:
        """
        Call ``handler(event)`` for each message until ``stop`` is set; reconnects for ever.

        The handler runs in a thread of its own, one message at a time, at least once per event: it is called again if it
        raised or if the process died within it, and not again once it returned. Messages of one case come in the order of
        their numbers: those behind one that failed wait for it.

        Raises:
            Misconfigured: wrong password, no such queue, no permission, unusable inbox; found out before the first message.
        """

        def handle(event: Event[Any]) -> None:
            with self._handling.of(event):
                handler(event)

        stop = stop or threading.Event()
        with PartyInbox(self._inbox, clock=self._clock) as inbox:
            Listener(
                self._link,
                Worker(inbox, handle, stop=stop, timing=self._timing),
                queue_name=topology.party_queue_name(self.district, self.party),
                prefetch=self._prefetch,
                on_tick=self._sender.close_if_idle,
            ).run(stop)

    def sign(self, dispatch: str, *, by: str) -> str:
        """签收: take the work on. Returns the action's event id, as do all that follow; for what they raise see :meth:`send`."""
        return self.send(Sign(dispatch=dispatch, by=by))

    def arrive(self, dispatch: str, *, by: str, proof: ArrivalProof | None = None) -> str:
        """报到: on site; a whistle may ask for a proof of it."""
        return self.send(Arrive(dispatch=dispatch, by=by, proof=proof))

    def first_contact(self, dispatch: str, *, by: str, text: str = "") -> str:
        """首次联系: spoken to the resident."""
        return self.send(FirstContact(dispatch=dispatch, by=by, text=text))

    def progress(self, dispatch: str, *, by: str, text: str) -> str:
        """进展: how far the work is."""
        return self.send(Progress(dispatch=dispatch, by=by, text=text))

    def report(self, dispatch: str, *, by: str, text: str, members: Sequence[str] = ()) -> str:
        """办结上报: this party's part is done; ``members`` are the ids of party members who helped."""
        return self.send(Report(dispatch=dispatch, by=by, text=text, members=tuple(members)))

    def return_(self, dispatch: str, *, by: str, basis: str, suggested: str = "") -> str:
        """退单: not this party's work, on this legal basis, but that of the party ``suggested``, if it is known."""
        return self.send(Return(dispatch=dispatch, by=by, basis=basis, suggested=suggested))

    def extend(self, dispatch: str, *, by: str, span: str, reason: str) -> str:
        """申请延期: ask for more time, like ``5 working days``; ``dispatch.extended`` or ``dispatch.declined`` answers."""
        return self.send(Extend(dispatch=dispatch, by=by, span=span, reason=reason))

    def urge(self, dispatch: str, *, by: str, text: str) -> str:
        """催办: urge the party that has this dispatch of a case that this party owns (首办责任)."""
        return self.send(Urge(dispatch=dispatch, by=by, text=text))

    def send(self, action: Action, *, event_id: str | None = None) -> str:
        """
        Publish ``action`` and return its event id when the broker has confirmed it.

        Inside a handler the id is made from the event that is being handled, so that a handler that runs twice acts once.
        Outside, give ``event_id`` to say again what may not have arrived.

        Raises:
            DependencyDown: the broker did not confirm in time; ``error.detail["event_id"]`` is the id to use again.
            Misconfigured: the broker will never take it.
            Invalid: a text is missing or too long.
        """
        event = self._event(action, event_id)
        try:
            self._sender.send(event)
        except DependencyDown as error:
            error.detail = {**error.detail, "event_id": event.id}
            raise
        return event.id

    def close(self) -> None:
        """Close the connection that actions are published on."""
        self._sender.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _event(self, action: Action, event_id: str | None) -> Event[Action]:
        try:
            action.to_wire()
        except ValueError as error:
            raise Invalid("动作的内容不合规范", f"the action does not fit its schema: {error}") from None
        now, cause = self._clock.now(), self._handling.event
        user = topology.party_user(self.district, self.party)
        event = new_event(action, source=user, district=self.district, time=now, party=self.party)
        if cause is None:
            return event if event_id is None else dataclasses.replace(event, id=event_id)
        return dataclasses.replace(
            event,
            id=event_id or self._handling.next_id(action),
            case_no=cause.case_no,
            cause=cause.id,
            traceparent=cause.traceparent,
        )


class _Handling(threading.local):
    """The event that this thread's handler is working on, and how many actions it has led to."""

    event: Event[Any] | None = None
    actions: int = 0

    @contextlib.contextmanager
    def of(self, event: Event[Any]) -> Iterator[None]:
        """Within it, actions are caused by ``event``."""
        self.event, self.actions = event, 0
        try:
            yield
        finally:
            self.event = None

    def next_id(self, action: Action) -> str:
        """
        The same UUIDv7 whenever the same handler does the same thing for the same event.

        The time is the event's; the random bits are a hash of the event's id, the action and its place among the actions.
        """
        assert self.event is not None
        self.actions += 1
        told = f"{self.event.source} {self.event.id} {self.actions} {action.verb()} {action.dispatch}"
        random = int.from_bytes(hashlib.sha256(told.encode()).digest()[:10])
        instant = int(self.event.time.timestamp() * 1000) & (1 << 48) - 1
        number = instant << 80 | random
        number = number & ~(0xF << 76) | 0x7 << 76
        return str(uuid.UUID(int=number & ~(0x3 << 62) | 0x2 << 62))
