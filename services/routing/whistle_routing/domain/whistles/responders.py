"""
Who was called by a whistle: what whoever blew it may do with them, and what is kept of each.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, Literal

from whistle.contracts.whistles import Grade, Verdict
from whistle_routing.domain.dispatches import GONE, Dispatch, DispatchState

Power = Literal["release", "veto", "evaluate", "assess"]
"""What the blower may do with one responder, besides summoning others (召集): 准予撤离, 否决, 评价, 考核."""

POWERS: Mapping[tuple[DispatchState, Power], DispatchState] = MappingProxyType(
    {
        ("sent", "release"): "released",
        ("signed", "release"): "released",
        ("arrived", "release"): "released",
        ("reported", "veto"): "signed",
        ("reported", "evaluate"): "accepted",
        ("accepted", "evaluate"): "accepted",
        ("released", "evaluate"): "released",
        ("reported", "assess"): "reported",
        ("accepted", "assess"): "accepted",
        ("released", "assess"): "released",
    }
)
"""
Only who has not reported is released, only a report that was not accepted yet is vetoed, and only who is finished is judged.
Evaluating a report accepts it.
"""

FINISHED: Mapping[bool, tuple[DispatchState, ...]] = MappingProxyType(
    {False: ("reported", "accepted"), True: ("accepted",)}
)
"""When a responder's part is done: once reported, or (True) only once the blower has accepted the report."""


@dataclass(frozen=True, kw_only=True)
class Responder:
    """
    What is kept of one responder beside its dispatch, whose id is ``id``: when and how it proved to have arrived, how often its
    report was vetoed, what the blower said of it. There is none as long as there is nothing to keep.
    """

    id: str
    version: int
    whistle: str
    case_no: str
    district: str
    party: str
    arrived_at: dt.datetime | None = None
    proof: Mapping[str, Any] | None = None
    vetoes: int = 0
    score: int | None = None
    verdict: Verdict | None = None
    comment: str | None = None
    evaluated_by: str | None = None
    grade: Grade | None = None
    assessment: str | None = None
    assessed_by: str | None = None
    released: str | None = None


@dataclass(frozen=True, kw_only=True)
class Consultation:
    """
    A joint consultation (联合会商, S4-21): called with ``parties`` and ``guests``, then held with a decision, which may call
    others (``summoned``) and name who leads. ``whistle`` is None for a case that had none.
    """

    id: str
    version: int
    whistle: str | None
    case_no: str
    district: str
    parties: tuple[str, ...]
    guests: tuple[str, ...]
    meet_at: dt.datetime
    place: str
    subject: str
    called_by: str
    called_at: dt.datetime
    held_at: dt.datetime | None = None
    held_by: str | None = None
    present: tuple[str, ...] = ()
    minutes: str | None = None
    decision: str | None = None
    summoned: tuple[str, ...] = ()
    lead: str | None = None


def use_power(dispatch: Dispatch, power: Power, *, now: dt.datetime) -> Dispatch | None:
    """The dispatch after the blower's power was used on it, or None if that is not possible now."""
    state = POWERS.get((dispatch.state, power))
    if state is None:
        return None
    return replace(dispatch, state=state, changed_at=now, version=dispatch.version + 1)


def after_veto(dispatch: Dispatch, responder: Responder | None) -> Dispatch:
    """Back at work: on site, if it had arrived."""
    arrived = responder is not None and responder.arrived_at is not None
    return replace(dispatch, state="arrived") if arrived else dispatch


def missing(dispatches: Iterable[Dispatch], round_: int, *, acceptance: bool) -> list[Dispatch]:
    """Whose part is not done yet: who has to report, or whose report is to be accepted."""
    done = FINISHED[acceptance]
    return [one for one in dispatches if one.round == round_ and one.state not in (*done, *GONE)]


def joined(
    dispatches: Iterable[Dispatch], round_: int, *, whistle: str | None, lead: str | None
) -> list[Dispatch]:
    """
    Those at work who become part of ``whistle``, or stop leading because ``lead`` does from now on; as they are then.
    """
    changed = []
    for one in dispatches:
        if one.round != round_ or not one.open:
            continue
        role = "co" if lead is not None and one.role == "lead" and one.party != lead else one.role
        part_of = whistle or one.whistle
        if (role, part_of) != (one.role, one.whistle):
            changed.append(replace(one, role=role, whistle=part_of, version=one.version + 1))
    return changed
