"""
What a district's tables grant, and the clocks that begin with it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any, cast

from whistle.calendar.deadlines import local_day
from whistle.contracts import ClockStarted, StartedClock
from whistle.contracts.plugin import Classification, Decision, HandlingClass
from whistle.contracts.timing import ClockKind, Span
from whistle.ids import new_id
from whistle.plugins.tables import Tables
from whistle.plugins.terms import ANY, Terms, terms_for
from whistle.plugins.whistle_terms import ON_SITE_WITHIN, WhistleTerms
from whistle_routing import domain
from whistle_routing.domain import Clock, Dispatch, Grant, Job
from whistle_routing.store import RoutingUnit
from whistle_routing.tools import Tools

HOURS = 168.0
"""The time to handle where neither plugin nor tables say one."""
OF_LEAD: tuple[ClockKind, ...] = ("sign", "first_contact")
"""What runs beside the handling clock for who leads; co-handlers need not contact the resident."""
OF_CO: tuple[ClockKind, ...] = ("sign",)


def grants_of(
    tables: Tables,
    decision: Decision,
    *,
    lead: bool,
    on: dt.date,
    whistle: WhistleTerms | None = None,
    within: Span | None = None,
) -> list[Grant]:
    """
    What a party is granted with a dispatch: the time to handle first, then what the class has beside it. Hours that the decision
    names go before what the class of the ``whistle`` says, and that before the class of the case; ``within`` is what the blower
    said. Arrival (到场) is measured where a whistle calls.
    """
    kinds = (*(OF_LEAD if lead else OF_CO), *(("arrive",) if whistle else ()))
    handling = _handling(tables, decision, on, whistle=whistle, within=within)
    return [handling, *_beside(tables, decision.classification, kinds, on=on, whistle=whistle)]


def start_for(grants: Iterable[Grant], sent: Dispatch, *, tools: Tools) -> list[Clock]:
    """The clocks of a dispatch, in the order of the grants; the handling clock has the dispatch's own id."""
    table = tools.timetable(sent.district)
    return [
        domain.start(
            grant,
            ident=sent.id if grant.kind == "handle" else new_id(),
            case_no=sent.case_no,
            district=sent.district,
            party=sent.party,
            dispatch=sent.id,
            at=sent.sent_at,
            table=table,
        )
        for grant in grants
    ]


def start_alone(unit: RoutingUnit, job: Job, which: ClockKind, *, tools: Tools) -> None:
    """
    Start a clock of the whole case in this round, unless it did, if the district's classes have one of this kind. Its party is who
    leads the case, at first the duty desk (首办责任, S4-19).
    """
    pack = tools.packs.get(job.district)
    terms = whole_case_terms(pack.tables, job, which, local_day(unit.now)) if pack else None
    ident = case_clock(job, which)
    if pack is None or terms is None or any(one.id == ident for one in unit.clocks_of(job.no)):
        return
    clock = domain.start(
        _grant(terms, job.handling_class, which),
        ident=ident,
        case_no=job.no,
        district=job.district,
        party=job.lead or pack.tables.duty_desk,
        dispatch=None,
        at=unit.now,
        table=tools.timetable(job.district),
    )
    unit.clocks.put(clock)
    told = ClockStarted(
        clock=clock.id,
        dispatch="",
        party=clock.party,
        kind=clock.kind,
        warn_at=clock.warn_at,
        due_at=clock.due_at,
        red_at=clock.red_at,
        provisional=clock.provisional,
        calendar=clock.calendar,
    )
    unit.emit(told, district=clock.district, case_no=clock.case_no, party=clock.party)


def case_clock(job: Job, which: ClockKind) -> str:
    """The id of a clock of the whole case: one of each kind in a round."""
    return f"{job.no}/{which}/{job.round}"


def whole_case_terms(tables: Tables, job: Job, which: ClockKind, on: dt.date) -> Terms | None:
    """
    The row for a clock of the whole case. Rows for a level do not count: the level belongs to a decision, not to the case; nor
    does a class before it is known.
    """
    if not tables.classes:
        return None
    handling = cast("HandlingClass", job.handling_class or ANY)
    rows = [row for row in tables.classes if row.level is None]
    return terms_for(rows, handling, "daily", kind=which, on=on)


def as_started(clock: Clock) -> StartedClock:
    """A fresh clock as it travels inside of ``dispatch.sent``."""
    return StartedClock(
        clock=clock.id,
        kind=clock.kind,
        amount=clock.amount,
        unit=clock.unit,
        warn_at=clock.warn_at,
        due_at=clock.due_at,
        red_at=clock.red_at,
        provisional=clock.provisional,
        calendar=clock.calendar,
    )


def _handling(
    tables: Tables,
    decision: Decision,
    on: dt.date,
    *,
    whistle: WhistleTerms | None,
    within: Span | None,
) -> Grant:
    kind = decision.classification
    terms = _terms(tables, kind, "handle", on)
    called = within or (whistle.spans.get("handle") if whistle and decision.handle_hours is None else None)
    if terms is not None and called is None and decision.handle_hours is None:
        return _grant(terms, kind.handling_class, "handle")
    hours = decision.handle_hours or tables.hours.get(kind.handling_class, HOURS)
    return Grant(
        kind="handle",
        span=called or Span.hours(hours),
        handling_class=kind.handling_class,
        basis=(whistle.basis or None) if whistle and called and not within else None,
        may_pause=terms.pause if terms else kind.handling_class == "supplement",
    )


def _beside(
    tables: Tables,
    kind: Classification,
    kinds: Sequence[Any],
    *,
    on: dt.date,
    whistle: WhistleTerms | None,
) -> Iterable[Grant]:
    for each in kinds:
        called = whistle.spans.get(each) if whistle else None
        terms = None if called else _terms(tables, kind, each, on)
        if called is None and terms is None and whistle and each == "arrive":
            called = ON_SITE_WITHIN.get(whistle.whistle_class)
        if called is not None and whistle:
            yield Grant(
                kind=each, span=called, handling_class=kind.handling_class, basis=whistle.basis or None
            )
        elif terms is not None:
            yield _grant(terms, kind.handling_class, each)


def _terms(tables: Tables, kind: Classification, which: ClockKind, on: dt.date) -> Terms | None:
    if not tables.classes:
        return None
    return terms_for(tables.classes, kind.handling_class, kind.level, kind=which, on=on)


def _grant(terms: Terms, handling_class: str | None, which: ClockKind) -> Grant:
    handling = which == "handle"
    return Grant(
        kind=which,
        span=terms.spans[which],
        handling_class=handling_class,
        basis=terms.basis or None,
        may_pause=handling and terms.pause,
        may_extend=terms.extension.amount if handling and terms.extension else None,
    )
