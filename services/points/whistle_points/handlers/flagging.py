"""
Watching for what looks wrong, and judging it: by a person whom it is not about, once, with a reason.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

from whistle.errors import NotAllowedNow, NotFound
from whistle_points import domain
from whistle_points.domain import Scheme
from whistle_points.domain.flags import Flag, FlagState, Suspicion, Watch
from whistle_points.refusals import SamePerson
from whistle_points.store import PointsUnit
from whistle_points.store.flagging import claim_pages, cut_pages, put_flags, time_pages, watched_schemes
from whistle_points.tools import Tools

AT_ONCE = 200
"""Flags that one transaction writes."""


def watch(tools: Tools) -> int:
    """Look at what happened lately in every scheme; returns how much was put on record. Reads are pages of their own."""
    now = tools.database.clock.now()
    with tools.database.read() as unit:
        schemes = watched_schemes(unit)
    return sum(_watch(tools, tools.rules.at(name, domain.day_of(now)), now) for name in schemes)


def _watch(tools: Tools, scheme: Scheme, now: dt.datetime) -> int:
    since = now - dt.timedelta(days=scheme.flags.days)

    def look(query: Any) -> list[Any]:
        with tools.database.read() as unit:
            return list(unit.connection.execute(query).mappings())

    seen = Watch(scheme.flags)
    for claims in claim_pages(look, scheme, since=since, days=_period):
        seen.see_claims(claims)
    for times in time_pages(look, scheme.district, since=since):
        seen.see_times(times)
    for cuts in cut_pages(look, scheme.district, since=domain.day_of(since)):
        seen.see_cuts(cuts)
    return _keep(tools, scheme.district, list(seen.found()))


def _period(scheme: Scheme, day: dt.date) -> tuple[str, int]:
    period = domain.period_of(day, scheme.publish)
    return period, (domain.period_days(period)[1] - day).days


def _keep(tools: Tools, scheme: str, found: list[Suspicion]) -> int:
    kept = 0
    for at in range(0, len(found), AT_ONCE):
        with tools.database.write() as unit:
            kept += put_flags(unit, scheme, found[at : at + AT_ONCE])
    return kept


def find_flag(unit: PointsUnit, flag_id: str, *, scheme: str) -> Flag:
    """Raises NotFound."""
    found = unit.flags.get(flag_id)
    if found is None or found.scheme != scheme:
        raise NotFound("没有这条提示", "there is no such flag", flag=flag_id)
    return found


def judge(unit: PointsUnit, flag_id: str, *, scheme: str, outcome: FlagState, reason: str, by: str) -> Flag:
    """
    Say what is to be thought of it. What follows from that (a reversal, a talk) somebody does, with a reason of its own.

    Raises:
        NotFound. NotAllowedNow: judged already. SamePerson: it is about the judge.
    """
    unit.book(scheme)
    found = find_flag(unit, flag_id, scheme=scheme)
    if found.state != "open":
        raise NotAllowedNow(f"该提示已认定为 {found.state}", f"the flag is {found.state}", state=found.state)
    if by in found.members:
        raise SamePerson("不能认定与本人有关的提示", "nobody judges what is about themselves")
    judged = replace(
        found, state=outcome, reason=reason, judged_by=by, judged_at=unit.now, version=found.version + 1
    )
    unit.flags.put(judged)
    return judged
