"""
What the ledger makes of an activity: a member's confirmed time is awarded once; a correction takes the place of what it corrects.
"""

from __future__ import annotations

from dataclasses import replace

from whistle.contracts import ActivityCompleted, Event
from whistle_points import domain
from whistle_points.domain import Attendance, Fact
from whistle_points.handlers.booking import Ask, award, reverse
from whistle_points.rules import Rules
from whistle_points.store import PointsUnit


def award_time(
    unit: PointsUnit, event: Event[ActivityCompleted], *, rules: Rules, tenths: int | None = None
) -> None:
    """
    Award a member's time once; a correction takes the earlier award back. An older word that comes late changes nothing.
    ``tenths``: what the pack's plugin says that it is worth.
    """
    told, scheme = event.data, event.district
    book = unit.book(scheme)
    key = f"{told.activity}/{told.member}"
    before = unit.attendances.get(key)
    if (before is not None and before.revision >= told.revision) or not domain.is_member(told.member):
        return
    fact = Fact(scheme=scheme, cause=event.id, effective_at=told.ended_at, recorded_at=unit.now)
    if before is not None and before.award is not None:
        _withdraw(unit, before.award, fact=replace(fact, effective_at=event.time), rules=rules)
    in_force, item = rules.item(scheme, told.item, domain.day_of(told.ended_at))
    tenths, made = item.for_minutes(told.minutes) if tenths is None else tenths, None
    if tenths > 0:
        ask = Ask(
            ref=f"activity/{key}/{told.revision}",
            member=told.member,
            scheme=in_force,
            item=item,
            tenths=tenths,
            day=domain.day_of(told.ended_at),
            reason=f"{told.kind}, {told.minutes} min",
            reviewer=f"user:{told.confirmed_by}",
        )
        made = award(unit, book, ask, fact)
    unit.attendances.put(
        Attendance(
            key=key,
            scheme=scheme,
            revision=told.revision,
            minutes=told.minutes,
            award=made.id if made else None,
            version=before.version + 1 if before else 1,
        )
    )


def _withdraw(unit: PointsUnit, award_id: str, *, fact: Fact, rules: Rules) -> None:
    book, made = unit.book(fact.scheme), unit.awards.get(award_id)
    transfer = book.find(award_id) if made is not None and made.tenths and made.state != "reversed" else None
    if transfer is not None:
        reverse(unit, book, transfer, fact=fact, reason="corrected", rules=rules)
