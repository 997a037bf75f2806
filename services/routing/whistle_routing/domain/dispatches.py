"""
Work given to one party: its states and the table of what the party may do.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Literal

from whistle.contracts import Role

DispatchState = Literal[
    "sent", "signed", "arrived", "reported", "accepted", "returned", "released", "recalled"
]
"""``accepted`` and ``released`` are what whoever blew a whistle says of a report, and of who need not report."""
Bound = Literal["ruled", "declined"]
"""Why a party may not give its work back: the arbiter gave it to it, or its return was reviewed and declined."""

ACTIONS: Mapping[tuple[DispatchState, str], DispatchState] = MappingProxyType(
    {
        ("sent", "sign"): "signed",
        ("sent", "return"): "returned",
        ("signed", "arrive"): "arrived",
        ("signed", "first_contact"): "signed",
        ("signed", "progress"): "signed",
        ("signed", "report"): "reported",
        ("signed", "return"): "returned",
        ("arrived", "first_contact"): "arrived",
        ("arrived", "progress"): "arrived",
        ("arrived", "report"): "reported",
    }
)
"""
What a party may do with its dispatch, in which state, and where it leads (S0-16: nothing is reported that
nobody signed).
"""

GONE: tuple[DispatchState, ...] = ("returned", "released", "recalled")
"""Who has a dispatch in one of these has nothing to do with the case any more."""

WORDS: Mapping[str, str] = MappingProxyType(
    {
        "sent": "已派单",
        "signed": "已签收",
        "arrived": "已报到",
        "reported": "已上报办结",
        "accepted": "已认可办结",
        "released": "已撤离",
        "returned": "已退单",
        "recalled": "已撤回",
        "sign": "签收",
        "arrive": "报到",
        "progress": "报进展",
        "report": "上报办结",
        "return": "退单",
        "first_contact": "登记首次联系",
        "extend": "申请延期",
        "urge": "催办",
    }
)


@dataclass(frozen=True, kw_only=True)
class Dispatch:
    """
    Work given to one party. ``sequence`` is its place among all the work that this party was ever given.

    ``contacted_at``: when the party first spoke to the resident (S4-20). ``plea``: what about it waits to be decided by somebody.
    """

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
    contacted_at: dt.datetime | None = None
    plea: str | None = None
    bound: Bound | None = None

    @property
    def gone(self) -> bool:
        """Was it given back, or taken back?"""
        return self.state in GONE

    @property
    def open(self) -> bool:
        """Does the party still have to act?"""
        return self.state in ("sent", "signed", "arrived")


@dataclass(frozen=True, kw_only=True)
class PartyBook:
    """
    How much work a party was given (``key`` is ``<district>/<party>``), or how many letters it was sent
    (``<district>/<party>/feed``); the next one has the number after it.
    """

    key: str
    version: int
    sequence: int


def act(dispatch: Dispatch, verb: str, *, by: str, now: dt.datetime) -> Dispatch | None:
    """The dispatch after the party's action, or None if that is not allowed now."""
    state = ACTIONS.get((dispatch.state, verb))
    first = verb == "first_contact"
    if state is None or (first and dispatch.contacted_at is not None):
        return None
    changed = replace(dispatch, state=state, by=by, changed_at=now, version=dispatch.version + 1)
    return replace(changed, contacted_at=now) if first else changed


def all_reported(dispatches: Iterable[Dispatch], round_: int, *, acceptance: bool = False) -> bool:
    """
    Has everyone reported who was called in this round and still has it, and is there a lead among them? With ``acceptance`` a
    report counts only once it is accepted.
    """
    done = ("accepted",) if acceptance else ("reported", "accepted")
    current = [one for one in dispatches if one.round == round_ and not one.gone]
    return any(one.role == "lead" for one in current) and all(one.state in done for one in current)


def count_reports(dispatches: Iterable[Dispatch], round_: int) -> int:
    """How many of those who were called in this round have reported, and the report holds."""
    return sum(one.round == round_ and one.state in ("reported", "accepted") for one in dispatches)


def take_back(dispatch: Dispatch, state: Literal["returned", "recalled"], *, now: dt.datetime) -> Dispatch:
    """An open dispatch that ends by somebody else's word: its return was accepted, or it is recalled."""
    return replace(dispatch, state=state, plea=None, changed_at=now, version=dispatch.version + 1)
