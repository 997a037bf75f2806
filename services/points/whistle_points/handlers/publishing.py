"""
Publication (公示) of a period, appeals against what stands on the list, and the day when all is final.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

from whistle.contracts import PointsPublished
from whistle.errors import NotAllowedNow, NotFound
from whistle.ids import new_id
from whistle_points import domain
from whistle_points.domain import Appeal, Award, Fact, Head, Publication
from whistle_points.handlers.booking import Ask, award, reverse
from whistle_points.handlers.periods import days_of_past
from whistle_points.refusals import AlreadyReversed, SamePerson, TooLate
from whistle_points.rules import Rules
from whistle_points.store import PointsUnit, finish_list, over, published, take_onto_list, totals_of
from whistle_points.working import WorkingDays

LISTS = 20


def publish(
    unit: PointsUnit, *, scheme: str, period: str, by: str, rules: Rules, working: WorkingDays
) -> Publication:
    """
    Make the list of a period public: every entry up to its end that is on no list yet.

    Raises:
        Invalid: no such period, or it is not over. NotAllowedNow: it was published.
    """
    today = domain.day_of(unit.now)
    _, last = days_of_past(period, today=today)
    unit.book(scheme)
    if published(unit, scheme=scheme, period=period) is not None:
        raise NotAllowedNow("该期已公示", "the period was published already", period=period)
    in_force = rules.at(scheme, last)
    made_id = new_id()
    take_onto_list(unit, scheme=scheme, publication=made_id, until=last)
    rows = tuple(totals_of(unit, publication=made_id))
    head = unit.heads.get(scheme) or Head(scheme=scheme)
    made = Publication(
        id=made_id,
        scheme=scheme,
        period=period,
        state="open",
        opened_at=unit.now,
        opened_by=by,
        appeal_until=working.end_of(scheme, today, in_force.appeal_days),
        rules=in_force.version,
        text_hash=in_force.text_hash,
        head_seq=head.seq,
        head_hash=head.hash,
        rows=rows,
        rows_hash=domain.sha256_of(rows),
    )
    unit.publications.put(made)
    told = PointsPublished(
        publication=made.id, period=period, members=len(rows), appeal_until=made.appeal_until
    )
    unit.emit(told, district=scheme)
    return made


def publication_due(unit: PointsUnit, scheme: str, rules: Rules) -> dict[str, object] | None:
    """The newest period that is over and on no list, and for how many days: publishing is a duty with a clock."""
    today = domain.day_of(unit.now)
    length = rules.at(scheme, today).publish
    first, _ = domain.period_days(domain.period_of(today, length))
    last = first - dt.timedelta(days=1)
    period = domain.period_of(last, length)
    if published(unit, scheme=scheme, period=period) is not None:
        return None
    return {"period": period, "days": (today - last).days}


def finish(unit: PointsUnit) -> int:
    """Close the lists whose time for appeals is over; returns how many."""
    ended = over(unit, now=unit.now, limit=LISTS)
    unit.publications.preload(ended)
    for publication_id in ended:
        found = unit.publications.get(publication_id)
        if found is not None and found.state == "open":
            unit.book(found.scheme)
            finish_list(unit, publication=found.id)
            unit.publications.put(replace(found, state="final", version=found.version + 1))
    return len(ended)


# --- appeals ------------------------------------------------------------------------------------------------------------


def appeal(unit: PointsUnit, award_id: str, *, scheme: str, text: str, by: str) -> Appeal:
    """
    A member disagrees with an entry on a public list.

    Raises:
        NotFound. TooLate: the time is over. NotAllowedNow: it is on no list, or disputed already.
    """
    unit.book(scheme)
    found = _entry(unit, award_id, scheme=scheme)
    state = domain.after_step(found.state, "appeal")
    listed = unit.publications.get(found.publication) if found.publication else None
    if found.state == "final" or (listed is not None and listed.appeal_until <= unit.now):
        raise TooLate("申诉期已过", "the time for appeals is over", award=award_id)
    if state is None:
        raise NotAllowedNow(
            f"该条目现为 {found.state},不能申诉", f"the entry is {found.state}", state=found.state
        )
    unit.awards.put(replace(found, state=state, version=found.version + 1))
    made = Appeal(
        id=new_id(),
        scheme=scheme,
        award=found.id,
        member=found.member,
        text=text,
        filed_by=by,
        filed_at=unit.now,
    )
    unit.appeals.put(made)
    return made


@dataclass(frozen=True, kw_only=True)
class Ruling:
    """What somebody decides about an appeal; ``tenths`` is what is added if the outcome is ``more``."""

    outcome: domain.Outcome
    reason: str
    by: str
    tenths: int = 0


def decide(unit: PointsUnit, appeal_id: str, ruling: Ruling, *, scheme: str, rules: Rules) -> Appeal:
    """
    Decide an appeal.

    Raises:
        NotFound. NotAllowedNow: decided. SamePerson: by the member, the appellant or who reviewed the entry. AlreadyReversed.
    """
    book = unit.book(scheme)
    found = unit.appeals.get(appeal_id)
    if found is None or found.scheme != scheme:
        raise NotFound("没有这项申诉", "there is no such appeal", appeal=appeal_id)
    if found.state != "open":
        raise NotAllowedNow("该申诉已裁定", f"the appeal was decided: {found.outcome}", outcome=found.outcome)
    entry = _entry(unit, found.award, scheme=scheme)
    if ruling.by in (found.member, found.filed_by) or entry.reviewer == f"user:{ruling.by}":
        raise SamePerson("裁定人不能是本人、申诉人或原审核人", "another person must decide")
    fact = Fact(scheme=scheme, cause=f"user:{ruling.by}", effective_at=unit.now, recorded_at=unit.now)
    if ruling.outcome == "reversed":
        transfer = book.find(entry.id)
        if transfer is None or entry.state == "reversed":
            raise AlreadyReversed(entry.id, by=book.reversal_of(entry.id) or "-")
        reverse(unit, book, transfer, fact=fact, reason=ruling.reason, rules=rules)
    else:
        _keep(unit, entry)
    if ruling.outcome == "more":
        award(unit, book, _more(entry, found, ruling, rules), fact)
    made = replace(
        found,
        state="decided",
        outcome=ruling.outcome,
        reason=ruling.reason,
        decided_by=ruling.by,
        decided_at=unit.now,
        version=found.version + 1,
    )
    unit.appeals.put(made)
    return made


def _keep(unit: PointsUnit, entry: Award) -> None:
    """It stands; where the list is final meanwhile, so is the entry."""
    state = domain.after_step(entry.state, "keep")
    if state is None:  # it was taken back meanwhile, by a reopened case: there is nothing to keep
        return
    listed = unit.publications.get(entry.publication) if entry.publication else None
    if listed is not None and listed.state == "final":
        state = "final"
        lot = unit.lots.get(entry.id)
        if lot is not None:
            unit.lots.put(replace(lot, final=True, version=lot.version + 1))
    unit.awards.put(replace(entry, state=state, version=entry.version + 1))


def _more(entry: Award, found: Appeal, ruling: Ruling, rules: Rules) -> Ask:
    in_force, item = rules.item(entry.scheme, entry.item, entry.day)
    return Ask(
        ref=f"appeal/{found.id}",
        member=entry.member,
        scheme=in_force,
        item=item,
        tenths=ruling.tenths,
        day=entry.day,
        reason=ruling.reason,
        reviewer=f"user:{ruling.by}",
        assessor=entry.assessor,
    )


def _entry(unit: PointsUnit, award_id: str, *, scheme: str) -> Award:
    found = unit.awards.get(award_id)
    if found is None or found.scheme != scheme:
        raise NotFound("没有这个条目", "there is no such entry", award=award_id)
    return found
