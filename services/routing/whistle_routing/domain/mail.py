"""
What a party is sent and how it is reached: numbered letters, the way with its validity, and the state of a webhook.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from whistle.contracts.parties import Way

PAUSES = (5.0, 30.0, 300.0, 1800.0, 7200.0, 14400.0, 21600.0, 41065.0)
"""Seconds before each new try of a webhook: nine tries over exactly 24 hours, then the letter is parked."""
REFUSED = frozenset({400, 413, 415, 422})
"""Answers that mean this letter, not the whole receiver; it is parked after :data:`REFUSED_TRIES`, so that the others flow."""
REFUSED_TRIES = 3
GONE = 410
MOST_PATIENCE = 3600.0
"""Seconds of a receiver's ``Retry-After`` that are respected."""


@dataclass(frozen=True, kw_only=True)
class Letter:
    """
    One message to one party, exactly as it was built for it. ``sequence`` counts a party's letters without gaps; ``id`` is the
    event's; ``body`` its encoding; ``acked_at`` when the transport told that it was taken.
    """

    id: str
    district: str
    party: str
    sequence: int
    type: str
    routing_key: str
    case_no: str | None
    traceparent: str | None
    sent_at: dt.datetime
    way: Way
    watermark: str
    body: str = field(repr=False)
    acked_at: dt.datetime | None = None


FILTER_COLUMNS = ("messages", "classes", "levels", "categories")


@dataclass(frozen=True, kw_only=True)
class Filter:
    """
    What a party wants to be sent; an empty list means all, a category stands for those below it (``城乡建设`` for
    ``城乡建设/燃气供应``). A message without class, level or category is not held back by these.
    """

    messages: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    levels: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()

    def wants(
        self,
        *,
        message: str,
        handling_class: str | None = None,
        level: str | None = None,
        category: str | None = None,
    ) -> bool:
        """Is the party sent a message of this name about a case of this class, level and category?"""
        return (
            _admits(self.messages, message)
            and _admits(self.classes, handling_class)
            and _admits(self.levels, level)
            and _admits_category(self.categories, category)
        )

    def to_json(self) -> dict[str, list[str]]:
        return {name: list(getattr(self, name)) for name in FILTER_COLUMNS}

    @classmethod
    def from_json(cls, value: Mapping[str, Iterable[str]] | None) -> Filter:
        return cls(**{name: tuple(found) for name, found in (value or {}).items()})


def _admits(wanted: Sequence[str], value: str | None) -> bool:
    return not wanted or value is None or value in wanted


def _admits_category(wanted: Sequence[str], value: str | None) -> bool:
    return not wanted or value is None or any(value == one or value.startswith(f"{one}/") for one in wanted)


NO_FILTER = Filter()


@dataclass(frozen=True, kw_only=True)
class Reach:
    """
    How a party is reached from ``start`` until ``end`` (None: still); ``why`` it was changed, and ``by`` whom. ``filter`` is what
    was chosen here; None: nothing was, so that it is sent what its pack says, also when that changes.
    """

    id: str
    district: str
    party: str
    way: Way
    url: str | None
    filter: Filter | None
    start: dt.datetime
    end: dt.datetime | None
    by: str
    why: str


@dataclass(frozen=True, kw_only=True)
class Hook:
    """
    The state of a party's webhook. ``key`` is ``<district>/<party>``; ``secrets`` are sealed, the newest first, each with the
    time until which it signs (None: until it is changed); ``delivered`` is the number of the last letter that was taken.
    """

    key: str
    version: int
    district: str
    party: str
    url: str
    secrets: tuple[Mapping[str, Any], ...] = field(repr=False)
    state: Literal["active", "ended"]
    delivered: int
    attempts: int
    not_before: dt.datetime
    leased_until: dt.datetime
    error: str | None = None

    def due(self, now: dt.datetime) -> bool:
        """May the next letter be tried now, and by us?"""
        return self.state == "active" and self.not_before <= now and self.leased_until <= now

    def leased(self, now: dt.datetime, lease: dt.timedelta) -> Hook:
        return replace(self, leased_until=now + lease, version=self.version + 1)


@dataclass(frozen=True, kw_only=True)
class Sending:
    """What came of one round: ``taken`` letters in a row, then perhaps one that was not: ``status`` (None: no answer)."""

    taken: Sequence[Letter]
    missed: Letter | None = None
    status: int | None = None
    error: str = ""
    retry_after: float | None = None


def settle(hook: Hook, sending: Sending, now: dt.datetime) -> tuple[Hook, Letter | None]:
    """The hook after a round, and the letter that is parked now, if any."""
    if sending.taken:
        hook = replace(hook, delivered=sending.taken[-1].sequence, attempts=0, error=None)
    hook = replace(hook, not_before=now, leased_until=now, version=hook.version + 1)
    if sending.missed is None:
        return hook, None
    if sending.status == GONE:
        return replace(hook, state="ended", error="410"), None
    attempts = hook.attempts + 1
    most = REFUSED_TRIES if sending.status in REFUSED else len(PAUSES) + 1
    if attempts >= most:
        return replace(
            hook, delivered=sending.missed.sequence, attempts=0, error=sending.error
        ), sending.missed
    pause = max(PAUSES[attempts - 1], min(sending.retry_after or 0.0, MOST_PATIENCE))
    later = now + dt.timedelta(seconds=pause)
    return replace(hook, attempts=attempts, not_before=later, error=sending.error), None


def valid_secrets(hook: Hook, now: dt.datetime) -> list[str]:
    """The sealed secrets that sign now, the newest first."""
    return [
        one["sealed"]
        for one in hook.secrets
        if not one["until"] or dt.datetime.fromisoformat(one["until"]) > now
    ]


def rotated(hook: Hook, sealed: str, *, now: dt.datetime, overlap: dt.timedelta) -> Hook:
    """The hook with a new secret; the one before it signs beside it for ``overlap``, older ones no more."""
    newest = {**hook.secrets[0], "until": (now + overlap).isoformat()}
    kept = [newest] if overlap else []
    return replace(hook, secrets=({"sealed": sealed, "until": None}, *kept), version=hook.version + 1)
