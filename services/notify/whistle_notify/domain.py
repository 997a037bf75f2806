"""
What is true of messages to people: which event is told to whom, the states of a notice, what a person must do instead.

Two tables carry the rules: :data:`PURPOSES` (who hears what) and :data:`TRANSITIONS` (what can become of a notice).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Literal

from whistle.contracts import (
    AnswerWay,
    CaseAnswered,
    CaseClosed,
    CaseFiled,
    CaseRated,
    CaseReopened,
    CaseResolved,
    ClockOverdue,
    ClockWarned,
    DispatchSent,
    Message,
    PointsDeducted,
    PointsEarned,
    PointsExpired,
    PointsHeld,
    PointsPublished,
    PointsReversed,
    PointsSettled,
    PointsVoided,
    SupervisionOpened,
    WhistleBlown,
    WhistleRequested,
)

Audience = Literal["resident", "party", "member", "staff"]
Contact = Mapping[str, str]
"""How somebody is reached: ``phone``, ``email``, ``wecom`` of a resident; ``party``, ``member`` or ``staff`` inside the house."""

IMPORTED = "imported"
"""Tag of a case that came in with an old ledger: nobody waits for news of its filing."""

# --- who hears what -------------------------------------------------------------------------------------------------


def _always(_: Any) -> bool:
    return True


def _led(message: DispatchSent) -> bool:
    return message.role == "lead"


def _approval(message: ClockWarned | ClockOverdue) -> bool:
    """Is it about a principal, who is no party?"""
    return message.kind == "approve"


def _no_approval(message: ClockWarned | ClockOverdue) -> bool:
    return not _approval(message)


def _low(message: CaseRated) -> bool:
    return message.rating in ("dissatisfied", "very_dissatisfied")


@dataclass(frozen=True, kw_only=True)
class Purpose:
    """
    One reason to tell somebody something.

    ``facts`` are the fields of the message that the text may use. ``person``: where no machine channel reaches the recipient, a
    person must go; otherwise the notice is skipped, on record. ``at_once``: always a person's task, never a notice.
    ``imported``: holds for cases of an old ledger too.
    """

    name: str
    message: type[Message]
    audience: Audience
    facts: tuple[str, ...] = ()
    when: Callable[[Any], bool] = _always
    person: bool = False
    at_once: bool = False
    imported: bool = True
    owner: str = "worker"


PURPOSES: tuple[Purpose, ...] = (
    Purpose(name="receipt", message=CaseFiled, audience="resident", imported=False),
    Purpose(
        name="assignment",
        message=DispatchSent,
        audience="resident",
        facts=("party_name", "due_at"),
        when=_led,
        imported=False,
    ),
    Purpose(name="to-answer", message=CaseResolved, audience="staff"),
    Purpose(name="answer", message=CaseAnswered, audience="resident", facts=("way", "text"), person=True),
    Purpose(
        name="call-back",
        message=CaseRated,
        audience="staff",
        facts=("rating",),
        when=_low,
        at_once=True,
        owner="street",
    ),
    Purpose(name="reopened", message=CaseReopened, audience="resident"),
    Purpose(name="done", message=CaseClosed, audience="resident", facts=("outcome",)),
    Purpose(
        name="to-approve",
        message=WhistleRequested,
        audience="staff",
        facts=("whistle_class", "by", "role", "due_at"),
        owner="street",
    ),
    Purpose(
        name="approval-due",
        message=ClockWarned,
        audience="staff",
        facts=("due_at",),
        when=_approval,
        owner="street",
    ),
    Purpose(
        name="warned", message=ClockWarned, audience="party", facts=("due_at", "kind"), when=_no_approval
    ),
    Purpose(
        name="overdue", message=ClockOverdue, audience="party", facts=("due_at", "kind"), when=_no_approval
    ),
    Purpose(name="overdue-staff", message=ClockOverdue, audience="staff", facts=("party", "due_at", "kind")),
    Purpose(name="supervised", message=SupervisionOpened, audience="party", facts=("cause",)),
    Purpose(name="supervised-staff", message=SupervisionOpened, audience="staff", facts=("party", "cause")),
    Purpose(name="earned", message=PointsEarned, audience="member", facts=("tenths",)),
    Purpose(name="deducted", message=PointsDeducted, audience="member", facts=("tenths", "reason")),
    Purpose(name="held", message=PointsHeld, audience="member", facts=("tenths", "due_at")),
    Purpose(name="settled", message=PointsSettled, audience="member", facts=("tenths",)),
    Purpose(name="voided", message=PointsVoided, audience="member", facts=("tenths", "why")),
    Purpose(name="expired", message=PointsExpired, audience="member", facts=("tenths",)),
    Purpose(name="points-reversed", message=PointsReversed, audience="member", facts=("tenths", "reason")),
    Purpose(name="points-published", message=PointsPublished, audience="staff", facts=("period", "appeal_until")),
    Purpose(name="whistle", message=WhistleBlown, audience="staff", facts=("whistle_class", "lead", "co_handlers")),
)  # fmt: skip

BY_NAME: Mapping[str, Purpose] = MappingProxyType({purpose.name: purpose for purpose in PURPOSES})
MESSAGES: tuple[type[Message], ...] = tuple(dict.fromkeys(purpose.message for purpose in PURPOSES))
"""What notify listens to."""
COMMON_FACTS = ("case_no", "title", "district")
"""What every text may use besides its purpose's own facts."""


def purposes_of(message: Message, *, imported: bool) -> list[Purpose]:
    """Why this message is to be told, if at all."""
    return [
        purpose
        for purpose in PURPOSES
        if isinstance(message, purpose.message)
        and purpose.when(message)
        and (purpose.imported or not imported)
    ]


def recipient_of(purpose: Purpose, message: Any, *, district: str, case_no: str | None) -> str:
    """Who is told, as one text: ``case:26-00421-7`` (whoever filed it), ``party:mawei/power-bureau``, ``staff:mawei/worker``."""
    if purpose.audience == "resident":
        return f"case:{case_no}"
    if purpose.audience == "staff":
        return f"staff:{district}/{purpose.owner}"
    return f"{purpose.audience}:{district}/{getattr(message, purpose.audience)}"


def facts_of(purpose: Purpose, message: Message) -> dict[str, Any]:
    """The fields of the message that the text may use, as JSON values."""
    return {name: _plain(getattr(message, name)) for name in purpose.facts}


def _plain(value: Any) -> Any:
    if isinstance(value, dt.datetime):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value


# --- the states of a notice -------------------------------------------------------------------------------------------

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


# --- what a person does -----------------------------------------------------------------------------------------------

TASK_HOURS: Mapping[AnswerWay, int] = MappingProxyType(
    {"hotline": 24, "on_site": 48, "platform": 48, "home_visit": 72, "letter": 120, "meeting": 240}
)
"""Until when a task of each of the six ways (S1-12) is due; wall-clock hours."""

RESULTS: Mapping[str, str] = MappingProxyType(
    {"reached": "tick", "refused": "give_up", "unreachable": "give_up"}
)
"""What comes of a task, and what that means for its notice."""


@dataclass(frozen=True, kw_only=True)
class Task:
    """
    Something that a person of role ``owner`` (or higher) in the district must do by ``due_at``, in one of the six ways.

    ``origin`` is unique: what the task stands for. ``text`` is what to say.
    """

    id: str
    origin: str
    kind: AnswerWay
    purpose: str
    owner: str
    district: str
    grid: str | None
    case_no: str | None
    notice: str | None
    text: str
    state: Literal["open", "done"]
    created_at: dt.datetime
    due_at: dt.datetime
    done_at: dt.datetime | None = None
    done_by: str | None = None
    result: str | None = None
    note: str | None = None
    version: int = 1


def way_to(contact: Contact, *, said: str | None = None) -> AnswerWay:
    """How a person reaches somebody: the way that the answer names, else by phone, else at the door."""
    for way in TASK_HOURS:
        if way == said and way != "platform":
            return way
    return "hotline" if contact.get("phone") else "home_visit"


def due_at(kind: AnswerWay, now: dt.datetime) -> dt.datetime:
    """Until when a task of this kind is to be done."""
    return now + dt.timedelta(hours=TASK_HOURS[kind])
