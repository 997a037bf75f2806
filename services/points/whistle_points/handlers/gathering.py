"""
Activities: planned, joined, attended, confirmed; what was confirmed is told to the services, and to ourselves among them
(:mod:`whistle_points.handlers.attending`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from whistle.contracts import ActivityCompleted
from whistle.errors import Invalid, NotAllowedNow, NotFound
from whistle.ids import new_id
from whistle_points import domain
from whistle_points.domain import Activity, Signup, activities
from whistle_points.handlers.claiming import member_of
from whistle_points.refusals import CodeExpired, Full, NotForThis, SamePerson, WrongCode
from whistle_points.rules import Rules
from whistle_points.store import PointsUnit, signup_rows

MOST_MINUTES = 24 * 60


def plan(unit: PointsUnit, scheme: str, given: Mapping[str, Any], *, by: str, rules: Rules) -> Activity:
    """
    Plan an activity.

    Raises:
        UnknownItem, NotForThis: its item earns nothing by activities. Invalid: it ends before it begins.
    """
    if not given["starts_at"] < given["ends_at"]:
        raise Invalid(
            "结束须晚于开始",
            "it must end after it begins",
            fields={"ends_at": ["须晚于开始 / after the start"]},
        )
    _, item = rules.item(scheme, given["item"], domain.day_of(given["ends_at"]))
    if not item.activity:
        raise NotForThis(
            f"项目 {item.id} 不按活动计分", f"the item {item.id} is not earned by activities", item=item.id
        )
    made = Activity(id=new_id(), scheme=scheme, planned_by=by, **given)
    unit.activities.put(made)
    return made


def find_activity(unit: PointsUnit, activity_id: str, *, scheme: str) -> Activity:
    """Raises NotFound."""
    found = unit.activities.get(activity_id)
    if found is None or found.scheme != scheme:
        raise NotFound("没有这个活动", "there is no such activity", activity=activity_id)
    return found


def join(unit: PointsUnit, activity_id: str, member: str, *, scheme: str) -> Signup:
    """
    Sign up; who comes when all places are taken waits. Joining twice changes nothing.

    Raises:
        NotFound, UnknownMember. Full: it is over or was cancelled.
    """
    unit.book(scheme)  # so that two who want the last place come one after the other
    activity = find_activity(unit, activity_id, scheme=scheme)
    member_of(unit, scheme, member)
    if activity.state != "planned" or activity.ends_at <= unit.now:
        raise Full("活动已结束或取消,不能报名", "the activity is over or was cancelled", state=activity.state)
    before = everyone(unit, activity)
    mine = next((one for one in before if one.member == member), None)
    if mine is not None and mine.state != "left":
        return mine
    taken = sum(one.state == "joined" for one in before)
    place = max((one.place for one in before), default=0) + 1
    state: domain.SignupState = (
        "joined" if activity.capacity is None or taken < activity.capacity else "waiting"
    )
    made = Signup(
        key=f"{activity.id}/{member}",
        activity=activity.id,
        scheme=scheme,
        member=member,
        place=place,
        state=state,
        version=mine.version + 1 if mine else 1,
    )
    unit.signups.put(made)
    return made


def leave(unit: PointsUnit, activity_id: str, member: str, *, scheme: str) -> Signup:
    """Give a place up; whoever waits longest gets it. Raises NotFound."""
    unit.book(scheme)
    activity = find_activity(unit, activity_id, scheme=scheme)
    before = everyone(unit, activity)
    mine = _mine(before, member)
    unit.signups.put(left := replace(mine, state="left", version=mine.version + 1))
    waiting = [one for one in before if one.state == "waiting" and one.member != member]
    if mine.state == "joined" and waiting:
        unit.signups.put(replace(waiting[0], state="joined", version=waiting[0].version + 1))
    return left


def check_in(
    unit: PointsUnit,
    activity_id: str,
    member: str,
    code: str,
    *,
    scheme: str,
    secret: str,
    device: str | None = None,
) -> Signup:
    """
    Come (the first time) or go (after that), by the code that is shown there.

    Raises:
        NotFound: not signed up. WrongCode, CodeExpired. Full: the activity is not on.
    """
    unit.book(scheme)
    activity = find_activity(unit, activity_id, scheme=scheme)
    _check_code(activity, code, unit.now, secret=secret)
    return _come_or_go(unit, activity, member, device, proven=True)


def ticket_for(unit: PointsUnit, activity: Activity, code: str, *, secret: str) -> str:
    """Exchange the code that somebody scanned for a few minutes' time. Raises WrongCode, CodeExpired."""
    _check_code(activity, code, unit.now, secret=secret)
    return activities.checkin_ticket(secret, activity.id, unit.now)


def check_in_by_ticket(
    unit: PointsUnit,
    activity: Activity,
    member: str,
    ticket: str,
    *,
    secret: str,
    device: str | None = None,
    proven: bool = False,
) -> Signup:
    """
    As :func:`check_in`, for who scanned the code a moment ago; ``proven``: by a phone that has the member's card. Raises
    CodeExpired, NotFound, Full.
    """
    unit.book(activity.scheme)
    if not activities.ticket_holds(secret, activity.id, ticket, unit.now):
        raise _expired()
    return _come_or_go(unit, activity, member, device, proven=proven)


def _check_code(activity: Activity, code: str, now: dt.datetime, *, secret: str) -> None:
    age = activities.code_age(secret, activity.id, code, now)
    if age is None or age < 0:
        raise WrongCode("签到码不对", "this is no code of the activity")
    if age > 1:
        raise _expired()


def _expired() -> CodeExpired:
    return CodeExpired("签到码已过期,请重新扫码", "the code was changed meanwhile: scan again")


def _come_or_go(
    unit: PointsUnit, activity: Activity, member: str, device: str | None, *, proven: bool
) -> Signup:
    if not activity.starts_at - activities.EARLY <= unit.now <= activity.ends_at + activities.EARLY:
        raise Full("活动不在进行中", "the activity is not on")
    mine = _mine(everyone(unit, activity), member)
    changed = mine.scanned(unit.now, proven=proven)
    unit.signups.put(changed := replace(changed, device=device or mine.device, version=mine.version + 1))
    return changed


def confirm(
    unit: PointsUnit, activity_id: str, minutes: Mapping[str, int | None], *, scheme: str, by: str
) -> list[Signup]:
    """
    Say who was there for how long: what ``minutes`` says (the paper list), else the time between check-in and check-out. A
    check-in that anybody may have typed counts only if its member is named here, with minutes, or None for those of the check-in.

    It may be said again: what changed is told anew, as a correction.

    Raises:
        NotFound, UnknownMember. Invalid: no minutes for who did not check in and out. SamePerson: about oneself.
        NotAllowedNow: it is not over.
    """
    unit.book(scheme)
    activity = find_activity(unit, activity_id, scheme=scheme)
    if activity.ends_at > unit.now:
        raise NotAllowedNow("活动尚未结束", "the activity is not over", ends_at=activity.ends_at.isoformat())
    known = {one.member: one for one in everyone(unit, activity)}
    place = max((one.place for one in known.values()), default=0)
    unit.members.preload(domain.member_key(scheme, member) for member in minutes)
    for member in minutes:
        member_of(unit, scheme, member)
        if member not in known:  # came without signing up
            place += 1
            known[member] = Signup(
                key=f"{activity.id}/{member}",
                activity=activity.id,
                scheme=scheme,
                member=member,
                place=place,
                state="joined",
                version=0,
            )
    told = []
    for member, one in known.items():
        found = _found(activity, one, minutes)
        if found is None or found == one.minutes:
            continue
        if member == by:
            raise SamePerson("不能确认本人的时长", "nobody confirms their own time")
        told.append(_confirmed(unit, activity, one, min(found, MOST_MINUTES), by=by))
    if activity.state == "planned":
        unit.activities.put(replace(activity, state="closed", version=activity.version + 1))
    return told


def _found(activity: Activity, one: Signup, minutes: Mapping[str, int | None]) -> int | None:
    """A member's minutes: as named, or by check-in and check-out; None: not to be counted."""
    named, seen = minutes.get(one.member), one.present(activity)
    if named is not None:
        return named
    if one.member not in minutes:
        return seen if one.proven else None
    if seen is None:
        raise Invalid(
            f"{one.member} 没有签到和签退,请写明分钟数",
            f"{one.member} did not check in and out: say how many minutes",
            fields={one.member: ["缺少分钟数 / minutes are missing"]},
        )
    return seen


def unproven(everybody: Iterable[Signup]) -> list[Signup]:
    """Who checked in by a number alone and was not confirmed: to be looked at by whoever was there."""
    return [one for one in everybody if one.came_at and not one.proven and one.minutes is None]


def _confirmed(unit: PointsUnit, activity: Activity, one: Signup, minutes: int, *, by: str) -> Signup:
    made = replace(one, minutes=minutes, confirmed_by=by, revision=one.revision + 1, version=one.version + 1)
    unit.signups.put(made)
    message = ActivityCompleted(
        activity=activity.id,
        kind=activity.kind,
        member=made.member,
        item=activity.item,
        minutes=minutes,
        ended_at=activity.ends_at,
        confirmed_by=by,
        revision=made.revision,
    )
    unit.emit(message, district=activity.scheme)
    return made


def everyone(unit: PointsUnit, activity: Activity) -> list[Signup]:
    """All who signed up, in their order, as this unit of work has them."""
    found = unit.signups.remember(signup_rows(unit, activity.id))
    staged = [one for one in unit.signups.loaded() if one.activity == activity.id]
    return sorted({one.key: one for one in (*found, *staged)}.values(), key=lambda one: one.place)


def _mine(everybody: list[Signup], member: str) -> Signup:
    mine = next((one for one in everybody if one.member == member and one.state != "left"), None)
    if mine is None:
        raise NotFound("没有报名", "not signed up", member=member)
    return mine
