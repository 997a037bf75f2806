"""
What is true of dispatches, whistles and clocks: their states and the tables of what may follow.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Literal

from whistle.contracts import Role
from whistle.contracts.plugin import Decision, TriggerKind

JobState = Literal["pending", "routed", "done", "closed"]
DispatchState = Literal["sent", "signed", "arrived", "reported", "returned"]
ClockState = Literal["running", "warned", "overdue", "stopped"]

ACTIONS: Mapping[tuple[DispatchState, str], DispatchState] = MappingProxyType(
    {
        ("sent", "sign"): "signed",
        ("sent", "return"): "returned",
        ("signed", "arrive"): "arrived",
        ("signed", "progress"): "signed",
        ("signed", "report"): "reported",
        ("signed", "return"): "returned",
        ("arrived", "progress"): "arrived",
        ("arrived", "report"): "reported",
    }
)
"""
What a party may do with its dispatch, in which state, and where it leads (S0-16: nothing is reported that
nobody signed).
"""

WORDS: Mapping[str, str] = MappingProxyType(
    {
        "sent": "已派单",
        "signed": "已签收",
        "arrived": "已报到",
        "reported": "已上报办结",
        "returned": "已退单",
        "sign": "签收",
        "arrive": "报到",
        "progress": "报进展",
        "report": "上报办结",
        "return": "退单",
    }
)

FORCED_AFTER_RETURNS = 2
"""After so many returns nobody is asked again: the duty desk takes the case (domain D3: no third bounce)."""

YELLOW = 0.8
"""
Part of the time to handle after which a clock turns yellow. Working days come with the calendar (domain
D2).
"""


@dataclass(frozen=True, kw_only=True)
class Job:
    """
    A case as routing knows it. ``trigger`` says why it is pending again; ``returned_by`` are the parties
    that gave it back, in order.
    """

    no: str
    version: int
    district: str
    state: JobState
    title: str
    text: str
    place: str | None
    grid: str | None
    door: str
    category: str | None
    tags: tuple[str, ...]
    filed_at: dt.datetime
    pending_since: dt.datetime
    round: int = 1
    lead: str | None = None
    handling_class: str | None = None
    trigger: TriggerKind | None = None
    trigger_detail: str = ""
    returned_by: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Dispatch:
    """Work given to one party. ``sequence`` is its place among all that this party was ever sent."""

    id: str
    version: int
    case_no: str
    district: str
    party: str
    role: Role
    state: DispatchState
    round: int
    whistle: str | None
    sequence: int
    sent_at: dt.datetime
    due_at: dt.datetime
    changed_at: dt.datetime
    by: str | None = None

    @property
    def open(self) -> bool:
        """Does the party still have to act?"""
        return self.state in ("sent", "signed", "arrived")


@dataclass(frozen=True, kw_only=True)
class Whistle:
    """A call on several parties."""

    id: str
    version: int
    case_no: str
    district: str
    whistle_class: str
    state: Literal["blown", "closed"]
    round: int
    blown_at: dt.datetime


@dataclass(frozen=True, kw_only=True)
class HandleClock:
    """
    The time to handle of one dispatch. ``next_at`` is when it fires next: yellow at ``warn_at``, red at
    ``due_at``, None when it has nothing more to say. Its ``id`` is the dispatch's.
    """

    id: str
    version: int
    case_no: str
    district: str
    party: str
    state: ClockState
    started_at: dt.datetime
    warn_at: dt.datetime
    due_at: dt.datetime
    next_at: dt.datetime | None


@dataclass(frozen=True, kw_only=True)
class PartyBook:
    """
    How many messages a party was sent; its next one has the number after it. ``key`` is
    ``<district>/<party>``.
    """

    key: str
    version: int
    sequence: int


def start_clock(dispatch: Dispatch) -> HandleClock:
    """The clock of a fresh dispatch; it starts when the work is sent, not when it is signed (domain D2)."""
    span = dispatch.due_at - dispatch.sent_at
    warn_at = dispatch.sent_at + span * YELLOW
    return HandleClock(
        id=dispatch.id,
        version=1,
        case_no=dispatch.case_no,
        district=dispatch.district,
        party=dispatch.party,
        state="running",
        started_at=dispatch.sent_at,
        warn_at=warn_at,
        due_at=dispatch.due_at,
        next_at=warn_at,
    )


def fire(
    clock: HandleClock, now: dt.datetime
) -> tuple[HandleClock, tuple[Literal["warned", "overdue"], ...]]:
    """
    The clock after all its firings due at ``now``, and which they were, in order: after a stop a missed
    yellow comes before the red.
    """
    fired: list[Literal["warned", "overdue"]] = []
    while clock.next_at is not None and clock.next_at <= now:
        turned: Literal["warned", "overdue"] = "warned" if clock.state == "running" else "overdue"
        fired.append(turned)
        following = clock.due_at if turned == "warned" else None
        clock = replace(clock, state=turned, next_at=following, version=clock.version + 1)
    return clock, tuple(fired)


def stop_clock(clock: HandleClock, now: dt.datetime) -> tuple[HandleClock, bool]:
    """The stopped clock, and whether it was late."""
    return replace(clock, state="stopped", next_at=None, version=clock.version + 1), now > clock.due_at


def act(dispatch: Dispatch, verb: str, *, by: str, now: dt.datetime) -> Dispatch | None:
    """The dispatch after the party's action, or None if that is not allowed now."""
    state = ACTIONS.get((dispatch.state, verb))
    if state is None:
        return None
    return replace(dispatch, state=state, by=by, changed_at=now, version=dispatch.version + 1)


def all_reported(dispatches: Iterable[Dispatch], round_: int) -> bool:
    """
    Has everyone reported who was called in this round and did not return it, and is there a lead among
    them?
    """
    current = [
        dispatch for dispatch in dispatches if dispatch.round == round_ and dispatch.state != "returned"
    ]
    return any(dispatch.role == "lead" for dispatch in current) and all(
        dispatch.state == "reported" for dispatch in current
    )


def roles(decision: Decision) -> list[tuple[str, Role]]:
    """Who is called in which role, the lead first."""
    return [(decision.lead, "lead"), *((party, "co") for party in decision.co_handlers)]


@dataclass(frozen=True)
class Call:
    """
    What a decision means for who is at work already: ``new`` are called, the lead first; ``promoted`` was a co-handler and
    leads from now on.
    """

    new: tuple[tuple[str, Role], ...]
    promoted: Dispatch | None

    @property
    def lead(self) -> str | None:
        """Who leads from now on, if that changes."""
        return (
            self.promoted.party
            if self.promoted
            else next((name for name, role in self.new if role == "lead"), None)
        )


def call(decision: Decision, job: Job, dispatches: Iterable[Dispatch], *, duty_desk: str) -> Call:
    """
    Whom a decision calls who is not at work on this round already; who returned it is not asked again.

    Whatever is decided, somebody leads and somebody is at work afterwards: if the decision leaves nobody, the duty desk.
    """
    current = [one for one in dispatches if one.round == job.round and one.state != "returned"]
    known = {one.party: one for one in current}  # the last of each party
    wanted = [(party, role) for party, role in roles(decision) if party not in job.returned_by]
    new = tuple((party, role) for party, role in wanted if _must_be_called(known.get(party), role))
    asked_to_lead = known.get(next((party for party, role in wanted if role == "lead"), ""))
    if asked_to_lead is not None and asked_to_lead.open:
        return Call(new, _promoted(asked_to_lead))
    led = any(role == "lead" for _, role in new) or any(one.role == "lead" for one in current)
    if new and led:
        return Call(new, None)
    desk = known.get(duty_desk)
    if desk is not None and desk.open:
        return Call(new, _promoted(desk))
    return Call(((duty_desk, "lead"), *(one for one in new if one[0] != duty_desk)), None)


def _must_be_called(known: Dispatch | None, role: Role) -> bool:
    """Not if at work, nor if its part is done; a co-handler that has reported may be called once more, to lead."""
    return known is None or (role == "lead" and known.role == "co" and not known.open)


def _promoted(dispatch: Dispatch) -> Dispatch | None:
    return None if dispatch.role == "lead" else replace(dispatch, role="lead", version=dispatch.version + 1)
