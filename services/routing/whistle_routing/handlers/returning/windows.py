"""
Until when work may be given back, and what time whoever gets it next has.
"""

from __future__ import annotations

import datetime as dt

from whistle.calendar.deadlines import local_day
from whistle.plugins.returns import DEFAULT, Returns
from whistle.plugins.terms import window_for
from whistle_routing.domain import Clock, Dispatch, Grant
from whistle_routing.domain.returns import afresh
from whistle_routing.tools import Tools


def returns_of(tools: Tools, district: str) -> Returns:
    """How the district deals with returns; the defaults if its pack is not installed."""
    pack = tools.packs.get(district)
    return pack.tables.returns if pack else DEFAULT


def return_until(sent: Dispatch, handling_class: str | None, *, tools: Tools) -> dt.datetime:
    """The end of the window for giving this work back, by the row in force on the day it was sent and today's calendar."""
    pack = tools.packs.get(sent.district)
    rows = pack.tables.classes if pack else ()
    span = window_for(rows, handling_class, on=local_day(sent.sent_at)) if rows else None
    span = span or returns_of(tools, sent.district).window
    return tools.timetable(sent.district).due(sent.sent_at, span.amount, span.unit)


def handling_again(whole: Clock, grant: Grant, sent: Dispatch, *, sooner: bool, tools: Tools) -> Grant | None:
    """What a later party is granted anew to handle the case; None: what is left of the whole case's time."""
    span = returns_of(tools, sent.district).least
    least = None
    if span is not None:
        least = Grant(
            kind="handle",
            span=span,
            handling_class=grant.handling_class,
            basis="[returns] least",
            may_pause=grant.may_pause,
            may_extend=grant.may_extend if span.unit == grant.span.unit else None,
        )
    return afresh(whole, grant, least, sooner=sooner, at=sent.sent_at, table=tools.timetable(sent.district))
