"""
Every message of the platform. To add one: write the dataclass with its example, list it in ``MESSAGES``.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from whistle.contracts.actions import Action, Arrive, Progress, Report, Return, Sign
from whistle.contracts.cases import (
    AnswerWay,
    CaseAnswered,
    CaseClosed,
    CaseFiled,
    CaseRated,
    CaseReopened,
    CaseResolved,
    Rating,
)
from whistle.contracts.clocks import (
    ClockOverdue,
    ClockPaused,
    ClockRecomputed,
    ClockResumed,
    ClockStarted,
    ClockStopped,
    ClockWarned,
    StartedClock,
    SupervisionCause,
    SupervisionClosed,
    SupervisionOpened,
    SupervisionOutcome,
)
from whistle.contracts.dispatches import (
    DispatchArrived,
    DispatchExtended,
    DispatchProgressed,
    DispatchRefused,
    DispatchReported,
    DispatchReturned,
    DispatchSent,
    DispatchSigned,
    Role,
    Source,
    WhistleBlown,
    WhistleClosed,
)
from whistle.contracts.envelope import CONTENT_TYPE, Event, decode, encode, new_event
from whistle.contracts.message import Message, schema_of
from whistle.contracts.people import NoticeDelivered, NoticeFailed, PointsEarned
from whistle.contracts.timing import ClockKind, Span, Unit

MESSAGES: tuple[type[Message], ...] = (
    CaseFiled,
    CaseResolved,
    CaseAnswered,
    CaseRated,
    CaseReopened,
    CaseClosed,
    DispatchSent,
    DispatchSigned,
    DispatchArrived,
    DispatchProgressed,
    DispatchReported,
    DispatchReturned,
    DispatchExtended,
    DispatchRefused,
    WhistleBlown,
    WhistleClosed,
    ClockStarted,
    ClockWarned,
    ClockOverdue,
    ClockPaused,
    ClockResumed,
    ClockRecomputed,
    ClockStopped,
    SupervisionOpened,
    SupervisionClosed,
    PointsEarned,
    NoticeDelivered,
    NoticeFailed,
    Sign,
    Arrive,
    Progress,
    Report,
    Return,
)

REGISTRY: Mapping[str, type[Message]] = MappingProxyType({message.type(): message for message in MESSAGES})

ACTIONS: tuple[type[Action], ...] = (Sign, Arrive, Progress, Report, Return)

__all__ = [
    "ACTIONS",
    "CONTENT_TYPE",
    "MESSAGES",
    "REGISTRY",
    "Action",
    "AnswerWay",
    "Arrive",
    "CaseAnswered",
    "CaseClosed",
    "CaseFiled",
    "CaseRated",
    "CaseReopened",
    "CaseResolved",
    "ClockKind",
    "ClockOverdue",
    "ClockPaused",
    "ClockRecomputed",
    "ClockResumed",
    "ClockStarted",
    "ClockStopped",
    "ClockWarned",
    "DispatchArrived",
    "DispatchExtended",
    "DispatchProgressed",
    "DispatchRefused",
    "DispatchReported",
    "DispatchReturned",
    "DispatchSent",
    "DispatchSigned",
    "Event",
    "Message",
    "NoticeDelivered",
    "NoticeFailed",
    "PointsEarned",
    "Progress",
    "Rating",
    "Report",
    "Return",
    "Role",
    "Sign",
    "Source",
    "Span",
    "StartedClock",
    "SupervisionCause",
    "SupervisionClosed",
    "SupervisionOpened",
    "SupervisionOutcome",
    "Unit",
    "WhistleBlown",
    "WhistleClosed",
    "decode",
    "encode",
    "new_event",
    "schema_of",
]
