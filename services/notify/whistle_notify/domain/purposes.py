"""
Which event is told to whom: :data:`PURPOSES` carries the rules.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Literal

from whistle.contracts import (
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
    SittingDue,
    SupervisionOpened,
    WhistleBlown,
    WhistleRequested,
)

Audience = Literal["resident", "party", "member", "staff"]

IMPORTED = "imported"
"""Tag of a case that came in with an old ledger: nobody waits for news of its filing."""


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
    Purpose(
        name="sitting-due",
        message=SittingDue,
        audience="staff",
        facts=("sitting_name", "begins_at", "node_name", "place", "who", "guests", "moved_from"),
        owner="community",
    ),
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
