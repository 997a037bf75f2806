"""
The sittings of a month: what the pack's rows, the calendar and the tree of each day make of it, and who is on duty.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from whistle.calendar.calendar import FIRST, LAST, Calendar
from whistle.contracts.organisation import Organisation
from whistle.errors import Invalid
from whistle.plugins.sittings import GUESTS, KINDS, Held, Sitting, SittingDuty, duties_of_month
from whistle_routing.domain.organisation import Tree, tree_at


def read_month(text: str, today: dt.date) -> dt.date:
    """
    The first day of a month written as ``2026-11``; of today's, if nothing is written.

    Raises:
        Invalid: it is no month, or one that the calendar does not reach.
    """
    found = re.fullmatch(r"(\d{4})-(\d{1,2})", text or f"{today:%Y-%m}")
    year, month = (int(found[1]), int(found[2])) if found else (0, 0)
    if not (FIRST.year < year <= LAST.year and 1 <= month <= 12):
        raise Invalid(
            f"月份 {text!r} 应写作 2026-11,在 {FIRST.year + 1} 至 {LAST.year} 年之间",
            f"month {text!r} must look like 2026-11, from {FIRST.year + 1} to {LAST.year}",
            fields={"month": ["2026-11"]},
        )
    return dt.date(year, month, 1)


def sittings_of(
    organisation: Organisation, sittings: Iterable[Sitting], month: dt.date, *, calendar: Calendar
) -> list[dict[str, Any]]:
    """Every duty of the month as JSON values, in order; ``key`` names it for paging."""
    tree = cache(lambda day: tree_at(organisation, day))
    duties = duties_of_month(
        sittings, month, calendar=calendar, places=lambda sitting, day: places_of(tree(day), sitting)
    )
    words = {role.code: role.zh for role in organisation.roles}
    names = {person.id: person.name for person in organisation.people}
    return [
        _show(duty, on_duty(tree(duty.day), duty.sitting, duty.held.code, names), words) for duty in duties
    ]


def coming_sittings(
    organisation: Organisation, sittings: Iterable[Sitting], first: dt.date, days: int, *, calendar: Calendar
) -> list[dict[str, Any]]:
    """Every duty from the day ``first`` on, for so many days, as above; as far as the calendar reaches."""
    end, sittings, found = min(first + dt.timedelta(days=days), LAST), tuple(sittings), []
    month = first.replace(day=1)
    while month < end:
        found += sittings_of(organisation, sittings, month, calendar=calendar)
        month = (month + dt.timedelta(days=31)).replace(day=1)
    return [row for row in found if first <= row["day"] < end]


def places_of(tree: Tree, sitting: Sitting) -> list[Held]:
    """Where the row is held by this tree."""
    top = tree.find(sitting.at)
    if top is None:
        return []
    nodes = (
        [node for node in (top, *tree.below(top.code)) if node.kind == sitting.each]
        if sitting.each
        else [top]
    )
    return [Held(code=node.code, name=node.name) for node in nodes]


def on_duty(tree: Tree, sitting: Sitting, code: str, names: Mapping[str, str]) -> list[dict[str, str]]:
    """Who holds the offices: at the node ``code`` or the nearest above it, else at those below it; ``names`` of people by id."""
    near = [*tree.above(code), *tree.below(code)]
    found = []
    for office in sitting.offices:
        for node in near:
            posts = [post for post in tree.posts_by_node.get(node.code, ()) if post.role == office]
            found += [
                {
                    "role": office,
                    "node": node.code,
                    "holder": post.holder,
                    "name": names.get(post.person, post.unit),
                }
                for post in posts
            ]
            if posts:
                break
    return found


def _show(duty: SittingDuty, people: list[dict[str, str]], words: Mapping[str, str]) -> dict[str, Any]:
    row = duty.sitting
    return {
        "key": duty.key,
        "day": duty.day,
        "planned": duty.planned,
        "moved_zh": duty.reason[0] if duty.reason else None,
        "moved_en": duty.reason[1] if duty.reason else None,
        "provisional": duty.provisional,
        "id": row.id,
        "name": row.name,
        "kind": row.kind,
        "kind_zh": KINDS[row.kind][0],
        "node": duty.held.code,
        "node_name": duty.held.name,
        "begin": f"{row.begin:%H:%M}" if row.begin else None,
        "finish": f"{row.finish:%H:%M}" if row.finish else None,
        "place": row.place or duty.held.name,
        "theme": row.theme,
        "offices": [{"role": office, "zh": words.get(office, office)} for office in row.offices],
        "guests": [{"kind": guest, "zh": GUESTS[guest][0]} for guest in row.guests],
        "people": people,
        "source": row.source,
    }
