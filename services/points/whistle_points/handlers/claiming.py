"""
Claims: what somebody says was done, and what somebody else finds.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from whistle.errors import Invalid, NotAllowedNow, NotFound
from whistle.ids import new_id
from whistle_points import domain
from whistle_points.domain import Award, Claim, Fact, Item, Member
from whistle_points.handlers.booking import Ask, award, deduct
from whistle_points.refusals import MissingEvidence, NotForThis, OwnReview, TooLate, UnknownMember
from whistle_points.rules import Rules
from whistle_points.store import Book, PointsUnit


@dataclass(frozen=True, kw_only=True)
class Saying:
    """What is claimed, by whom it is said (``assessor``) and who enters it (``by``)."""

    scheme: str
    member: str
    item: str
    assessor: domain.Assessor
    hundredths: int
    day: dt.date
    evidence: tuple[Mapping[str, Any], ...]
    note: str
    by: str


def member_of(unit: PointsUnit, scheme: str, member: str) -> Member:
    """A member on the roll. Raises UnknownMember."""
    found = unit.members.get(domain.member_key(scheme, member))
    if found is None:
        raise UnknownMember(member)
    return found


def put_member(unit: PointsUnit, scheme: str, given: Mapping[str, Any]) -> Member:
    """Enter a member on the roll, or change what ``given`` names."""
    key = domain.member_key(scheme, given["member"])
    values: dict[str, Any] = {
        name: tuple(value) if name == "groups" else value for name, value in given.items()
    }
    found = unit.members.get(key)
    if found is None:
        found = Member(key=key, scheme=scheme, joined_at=unit.now, **values)
    else:
        found = replace(found, version=found.version + 1, **values)
    unit.members.put(found)
    return found


def submit(unit: PointsUnit, saying: Saying, *, rules: Rules) -> Claim:
    """
    Enter a claim.

    Raises:
        UnknownMember, UnknownItem, ItemOfAnotherDate, NotForThis, TooLate, MissingEvidence. Invalid: the day lies ahead.
    """
    member = member_of(unit, saying.scheme, saying.member)
    _, item = rules.item(saying.scheme, saying.item, saying.day)
    _check_day(saying.day, domain.day_of(unit.now))
    _check_item(item, saying, member)
    made = Claim(
        id=new_id(),
        scheme=saying.scheme,
        member=saying.member,
        item=saying.item,
        assessor=saying.assessor,
        hundredths=saying.hundredths,
        day=saying.day,
        evidence=saying.evidence,
        note=saying.note,
        state="submitted",
        submitted_by=saying.by,
        submitted_at=unit.now,
    )
    unit.claims.put(made)
    return made


def _check_day(day: dt.date, today: dt.date) -> None:
    if day > today:
        raise Invalid(
            "日期不能在未来", "the day lies ahead", fields={"day": ["不能晚于今天 / not after today"]}
        )
    if day < today - domain.OLDEST:
        raise TooLate(
            "超过一年的事项不再受理", "what is more than a year ago is not taken any more", day=str(day)
        )


def _check_item(item: Item, saying: Saying, member: Member) -> None:
    if saying.assessor not in item.claims:
        raise NotForThis(
            f"项目 {item.id} 不接受 {saying.assessor} 申报",
            f"the item {item.id} is not claimed by {saying.assessor}",
            item=item.id,
        )
    if item.who and not item.who & set(member.groups):
        raise NotForThis(
            f"项目 {item.id} 不适用于该党员", f"the item {item.id} is not for this member", item=item.id
        )
    if missing := list(domain.missing_evidence(item.evidence, saying.evidence)):
        raise MissingEvidence(
            f"缺少佐证材料:{'、'.join(missing)}",
            f"evidence is missing: {', '.join(missing)}",
            fields={"evidence": [f"缺少 / missing: {kind}" for kind in missing]},
        )


def review(
    unit: PointsUnit, claim_id: str, *, scheme: str, approve: bool, hundredths: int | None, reason: str, by: str,
    rules: Rules,
) -> tuple[Claim, Award | None]:  # fmt: skip
    """
    Somebody else looks at the evidence; what is approved is booked at once.

    Raises:
        NotFound. NotAllowedNow: it was reviewed. OwnReview: it is about, or was entered by, the reviewer. Invalid: rejected without
            a reason, which whoever claimed it is owed.
    """
    book = unit.book(scheme)
    claim = unit.claims.get(claim_id)
    if claim is None or claim.scheme != scheme:
        raise NotFound("没有这项申报", "there is no such claim", claim=claim_id)
    if claim.state != "submitted":
        raise NotAllowedNow("该申报已审核", f"the claim is {claim.state}", state=claim.state)
    if by in (claim.member, claim.submitted_by):
        raise OwnReview("审核人不能是本人或申报人", "nobody reviews what is their own or what they entered")
    if not approve and not reason.strip():
        raise Invalid(
            "退回须写明理由",
            "say why the claim is rejected",
            fields={"reason": ["退回时必填 / required to reject"]},
        )
    granted = claim.hundredths if hundredths is None else hundredths
    claim = replace(
        claim,
        state="approved" if approve else "rejected",
        granted=granted if approve else 0,
        reviewed_by=by,
        reviewed_at=unit.now,
        reason=reason,
        version=claim.version + 1,
    )
    unit.claims.put(claim)
    if not approve:
        return claim, None
    return claim, _book(unit, book, claim, granted, rules=rules)


def _book(unit: PointsUnit, book: Book, claim: Claim, granted: int, *, rules: Rules) -> Award:
    in_force, item = rules.item(claim.scheme, claim.item, claim.day)
    by = f"user:{claim.reviewed_by}"
    ask = Ask(
        ref=f"claim/{claim.id}",
        member=claim.member,
        scheme=in_force,
        item=item,
        tenths=item.worth(granted),
        day=claim.day,
        reason=claim.note or item.name,
        reviewer=by,
        assessor=claim.assessor,
        claim=claim.id,
    )
    fact = Fact(scheme=claim.scheme, cause=by, effective_at=_when(claim, unit.now), recorded_at=unit.now)
    return (deduct if ask.tenths < 0 else award)(unit, book, ask, fact)


def _when(claim: Claim, now: dt.datetime) -> dt.datetime:
    """Noon of the day that is claimed, or now if that is today."""
    return min(now, domain.midnight(claim.day) + dt.timedelta(hours=12))
