"""
What a member's file says beside points (五有, S4-9): entered by somebody else, withdrawn rather than erased.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from whistle.errors import Invalid, NotAllowedNow, NotFound
from whistle.ids import new_id
from whistle_points import domain
from whistle_points.domain import Record
from whistle_points.handlers.claiming import member_of
from whistle_points.refusals import SamePerson
from whistle_points.store import PointsUnit


def record(unit: PointsUnit, scheme: str, given: Mapping[str, Any], *, by: str) -> Record:
    """
    Enter something into a member's file.

    Raises:
        UnknownMember. SamePerson: about oneself. Invalid: the day lies ahead.
    """
    member_of(unit, scheme, given["member"])
    if by == given["member"]:
        raise SamePerson("不能给本人的档案写记录", "nobody writes into their own file")
    if given["day"] > domain.day_of(unit.now):
        raise Invalid(
            "日期不能在未来", "the day lies ahead", fields={"day": ["不能晚于今天 / not after today"]}
        )
    made = Record(id=new_id(), scheme=scheme, entered_by=by, entered_at=unit.now, **given)
    unit.records.put(made)
    return made


def withdraw_record(unit: PointsUnit, record_id: str, *, scheme: str, reason: str, by: str) -> Record:
    """
    What was entered does not hold; it stays on record, with the reason.

    Raises:
        NotFound. NotAllowedNow: it was withdrawn. SamePerson: it is about oneself.
    """
    found = unit.records.get(record_id)
    if found is None or found.scheme != scheme:
        raise NotFound("没有这条记录", "there is no such record", record=record_id)
    if by == found.member:
        raise SamePerson("不能撤回本人档案里的记录", "nobody withdraws what their own file says")
    if found.state != "standing":
        raise NotAllowedNow("这条记录已撤回", "the record was withdrawn", reason=found.reason)
    made = replace(found, state="withdrawn", reason=f"{by}: {reason}"[:300], version=found.version + 1)
    unit.records.put(made)
    return made
