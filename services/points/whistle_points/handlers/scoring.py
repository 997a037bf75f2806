"""
Where a scheme is scored by its pack's plugin: what earns points by itself is set aside, the plugin is asked outside of any
transaction, and what it says is booked within the caps. If it fails, the configuration's amount is booked and somebody is told.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from whistle.contracts import REGISTRY, ActivityCompleted, CaseClosed, Event, decode, encode
from whistle.contracts.plugin import Deed
from whistle.storage import Job, run_together
from whistle_points import domain
from whistle_points.domain.flags import Suspicion
from whistle_points.handlers.attending import award_time
from whistle_points.handlers.cases import award_helpers
from whistle_points.rules import Rules
from whistle_points.store import PointsUnit
from whistle_points.store.deeds import forget_deed, waiting_deeds
from whistle_points.store.flagging import put_flags
from whistle_points.tools import Tools

DEEDS = 50
"""About how many the plugin is asked at once."""
_FAILURE = 200


def hear_of(unit: PointsUnit, event: Event[Any], *, rules: Rules) -> None:
    """Award what a case or an activity earns, or set it aside for the plugin. Raises UnknownItem."""
    scheme = rules.at(event.district, _day(event))
    if scheme.plugin_items and (deed := deed_of(event, rules)) and deed.item in scheme.plugin_items:
        row = {"id": event.id, "scheme": scheme.district, "body": encode(event).decode()}
        unit.deeds.add((event.id,), {**row, "recorded_at": unit.now})
        unit.wake("score_deeds")
        return
    _book(unit, event, rules=rules, tenths=None)


def _day(event: Event[Any]) -> dt.date:
    told = event.data.ended_at if isinstance(event.data, ActivityCompleted) else event.time
    return domain.day_of(told)


def deed_of(event: Event[Any], rules: Rules) -> Deed | None:
    """What the plugin is asked; None where there is nothing to score: a correction to nothing, an outcome that earns nothing."""
    data, day = event.data, _day(event)
    if isinstance(data, CaseClosed):
        item = rules.at(event.district, day).case_item(data.category)
        tenths = domain.worth(data, item)
        if item is None or not tenths or not domain.helpers(data.members):
            return None
        facts: dict[str, Any] = {"kind": "case", "rating": data.rating, "outcome": data.outcome}
    else:
        _, item = rules.item(event.district, data.item, day)
        tenths = item.for_minutes(data.minutes)
        if tenths <= 0:
            return None
        facts = {"kind": "activity", "activity": data.kind, "minutes": data.minutes}
    return Deed(district=event.district, item=item.id, tenths=tenths, day=day, **facts)


def _book(unit: PointsUnit, event: Event[Any], *, rules: Rules, tenths: int | None) -> None:
    if isinstance(event.data, CaseClosed):
        award_helpers(unit, event, rules=rules, tenths=tenths)
    else:
        award_time(unit, event, rules=rules, tenths=tenths)


def score_deeds(tools: Tools) -> int:
    """Ask about what was set aside and book it; returns how much. It does not matter how often and where it runs."""
    with tools.database.read() as unit:
        found = [(scheme, decode(body, REGISTRY)) for scheme, body in waiting_deeds(unit, limit=DEEDS)]
    by_scheme: dict[str, list[Event[Any]]] = {}
    for name, event in found:
        by_scheme.setdefault(name, []).append(event)
    for name, events in by_scheme.items():
        jobs = [
            Job(run=_booking(event, tenths, failure, tools), cause=event)
            for event, tenths, failure in _asked(name, events, tools)
        ]
        for result in run_together(tools.database, jobs).values():
            if result.error:
                raise result.error
    return len(found)


def _asked(
    scheme: str, events: list[Event[Any]], tools: Tools
) -> list[tuple[Event[Any], int | None, dict[str, str] | None]]:
    """Each event with what the plugin says, or with why it does not."""
    deeds = [deed_of(event, tools.rules) for event in events]
    host = tools.scorers.get(scheme)
    outcomes = iter(host.score([deed for deed in deeds if deed is not None]) if host else ())
    found: list[tuple[Event[Any], int | None, dict[str, str] | None]] = []
    for event, deed in zip(events, deeds, strict=True):
        outcome = next(outcomes, None) if deed is not None else None
        if deed is None or (outcome is not None and outcome.tenths is not None):
            found.append((event, outcome.tenths if outcome else None, None))
            continue
        why = outcome.failure or "" if outcome else "没有插件进程 / no plugin"
        found.append((event, None, {"why": why[:_FAILURE], "version": outcome.version if outcome else ""}))
    return found


def _booking(event: Event[Any], tenths: int | None, failure: dict[str, str] | None, tools: Tools) -> Any:
    def run(unit: PointsUnit) -> None:
        _book(unit, event, rules=tools.rules, tenths=tenths)
        forget_deed(unit, event.id)
        if failure is not None:
            subject = f"{failure['version']}/{domain.day_of(unit.now)}"
            put_flags(
                unit,
                event.district,
                [Suspicion(kind="score-plugin", subject=subject, members=(), facts=failure)],
            )

    return run
