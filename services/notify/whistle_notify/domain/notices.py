"""
One message to one recipient, and what can become of it: :data:`TRANSITIONS` carries the rules.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Literal

from whistle_notify.domain.purposes import Audience

Contact = Mapping[str, str]
"""How somebody is reached: ``phone``, ``email``, ``wecom`` of a resident; ``party``, ``member`` or ``staff`` inside the house."""

State = Literal["planned", "queued", "attempted", "delivered", "failed", "skipped", "handed_over"]
"""
planned → queued (a process has it) → delivered; attempted: a try failed, the next is waited for; failed: no further try;
skipped: on record, nobody is told; handed_over: a person does it.
"""

TRANSITIONS: Mapping[tuple[State, str], State] = MappingProxyType(
    {
        ("planned", "take"): "queued",
        ("attempted", "take"): "queued",
        ("queued", "take"): "queued",  # whoever had it has died: the lease ran out
        ("queued", "deliver"): "delivered",
        ("queued", "retry"): "attempted",
        ("queued", "release"): "planned",
        ("queued", "fail"): "failed",
        ("queued", "skip"): "skipped",
        ("queued", "hand_over"): "handed_over",
        ("handed_over", "tick"): "delivered",
        ("handed_over", "give_up"): "failed",
        ("failed", "tick"): "delivered",
        ("failed", "give_up"): "failed",
    }
)
WAITING: tuple[State, ...] = tuple(state for state, step in TRANSITIONS if step == "take")
"""What the next delivery may take."""


def after(state: State, step: str) -> State:
    """
    The state after ``step``.

    Raises:
        ValueError: the table does not allow the step.
    """
    try:
        return TRANSITIONS[state, step]
    except KeyError:
        raise ValueError(f"a notice that is {state} cannot {step}") from None


@dataclass(frozen=True, kw_only=True)
class Notice:
    """
    One message to one recipient for one reason; ``(event_id, recipient, purpose)`` is unique: one fact, one person, one message.

    ``text`` is there once it was tried; it never holds a full phone or identity number. ``reason`` says why it is skipped,
    failed or tried again.
    """

    id: str
    event_id: str
    recipient: str
    purpose: str
    audience: Audience
    district: str
    case_no: str | None
    grid: str | None
    facts: Mapping[str, Any]
    state: State
    not_before: dt.datetime
    created_at: dt.datetime
    changed_at: dt.datetime
    attempts: int = 0
    channel: str | None = None
    text: str | None = None
    reason: str | None = None
    task: str | None = None
    version: int = 1


@dataclass(frozen=True, kw_only=True)
class Recipient:
    """Who filed a case: ``contact`` is sealed and opened only for a delivery."""

    case_no: str
    district: str
    grid: str | None
    title: str
    contact: str | None
    imported: bool
    version: int = 1


def pause_after(attempts: int, pauses: Sequence[float]) -> dt.timedelta | None:
    """How long to wait after the ``attempts``-th try failed; None: it was the last."""
    return dt.timedelta(seconds=pauses[attempts - 1]) if attempts <= len(pauses) else None
