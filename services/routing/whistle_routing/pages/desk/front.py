"""
The first page of the desk: what waits for whoever is logged in, most urgent first.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from whistle.errors import Forbidden, Invalid
from whistle.http.look import Look
from whistle.http.routes import Request, Response
from whistle.ids import read_case_number
from whistle_routing.domain import Dispatch, Plea
from whistle_routing.pages.desk.reader import Reader, name_of, outside, reader_of
from whistle_routing.pages.desk.rows import Row, district_names, rows_of
from whistle_routing.store import RoutingUnit
from whistle_routing.store.reach import Reach
from whistle_routing.tools import Tools

ROWS = 20
MOST_DIGITS = 9
FIRST = 5
"""How many of what else waits are on the first page."""


@dataclass(frozen=True)
class Listed:
    """A page of a list; ``following`` is the key behind which the next one begins, empty at the end."""

    rows: Sequence[Row]
    following: str = ""


def show_desk(unit: RoutingUnit, request: Request, *, look: Look, tools: Tools) -> Response:
    """The lists of one reader; ``show`` says which, ``case`` means every dispatch of one case."""
    reader, query = reader_of(unit, request), request.query
    show, district = query["show"], query["district"]
    reach = _reach(reader, district)
    if query["case"]:
        listed, show = _of_case(unit, reader, query["case"], tools), "case"
    else:
        listed = _listed(unit, reader, reach, show, query["after"], tools=tools)
    front = show == "open" and not query["after"]
    kept = {name: value for name, value in (("show", show), ("district", district)) if value}
    return look.page(
        request,
        "desk.html",
        keep={**kept, "case": query["case"]} if show == "case" else kept,
        reader=reader,
        named=name_of(reader, tools),
        show=show,
        case_no=query["case"],
        listed=listed,
        beside=_beside(unit, reader, reach, tools=tools) if front else {},
        districts=district_names(tools, None if reader.who.scope == "*" else reach.districts),
        district=district,
        may_choose=reader.who.scope == "*" and not reader.is_party,
        next_page="?" + urlencode({**kept, "after": listed.following}) if listed.following else None,
        first_page="?" + urlencode(kept) if query["after"] else None,
        now=unit.now,
    )


def _reach(reader: Reader, district: str) -> Reach:
    reach = reader.reach()
    if not district:
        return reach
    if reach.districts is not None and district not in reach.districts:
        raise Forbidden("您的权限范围不含该区", "this district is outside of your scope")
    return replace(reach, districts=[district])


def _listed(
    unit: RoutingUnit, reader: Reader, reach: Reach, show: str, after: str, *, tools: Tools
) -> Listed:
    if show == "pleas":
        found: Sequence[Any] = _pleas(unit, reader, reach, after=after, limit=ROWS + 1)
    elif show in ("whistles", "over"):
        found = _whistles(unit, reader, reach, show, before=after, limit=ROWS + 1)
    elif show == "precedents":
        whole = reader.whole_districts()
        found = _precedents(unit, reach, after=after, limit=ROWS + 1) if whole else ()
    elif show == "supervisions":
        found = unit.desk_supervisions(reach, after=after, limit=ROWS + 1)
    elif show == "all":
        found = _every(unit, reader, reach, before=after, limit=ROWS + 1)
    else:
        key = _instant_key(after)
        found = unit.desk_dispatches(
            reach, late=show == "late", waiting=show == "waiting", after=key, limit=ROWS + 1
        )
    rows = rows_of(unit, reader, found[:ROWS], tools=tools)
    return Listed(rows, _key(reader, rows[-1].about, show) if len(found) > ROWS else "")


def _every(unit: RoutingUnit, reader: Reader, reach: Reach, *, before: str, limit: int) -> Sequence[Dispatch]:
    """All that a party was ever given, by its own numbers; for staff all work within their scope."""
    if reader.is_party:
        return unit.given_to(reader.district, reader.party, before=_number_key(before), limit=limit)
    return unit.every_dispatch(reach, before=before, limit=limit)


def _whistles(
    unit: RoutingUnit, reader: Reader, reach: Reach, show: str, *, before: str = "", limit: int
) -> Sequence[Any]:
    if reader.is_party:
        return ()
    states = ("requested", "blown") if show == "whistles" else ("closed", "declined")
    return unit.desk_whistles(reach, states=states, before=before, limit=limit)


def _precedents(unit: RoutingUnit, reach: Reach, *, after: str, limit: int) -> Sequence[Any]:
    return unit.list_precedents(districts=reach.districts, whole=False, after=after, limit=limit)


def _pleas(unit: RoutingUnit, reader: Reader, reach: Reach, *, after: str = "", limit: int) -> Sequence[Plea]:
    """What the party is asked, or what staff of whole districts may decide; who has a part of one decides nothing of it."""
    if not reader.is_party and not reader.whole_districts():
        return ()
    return unit.list_pleas(
        reach=replace(reach, party=None),
        kind=None,
        state="open",
        case_no=None,
        decider=reader.party or None,
        after=after,
        limit=limit,
    )


def _beside(unit: RoutingUnit, reader: Reader, reach: Reach, *, tools: Tools) -> Mapping[str, Listed]:
    """The first of what else waits, by the name of its list."""
    requested = () if reader.is_party else unit.desk_whistles(reach, states=("requested",), limit=FIRST + 1)
    found: dict[str, Sequence[Any]] = {
        "pleas": _pleas(unit, reader, reach, limit=FIRST + 1),
        "whistles": requested,
        "supervisions": unit.desk_supervisions(reach, limit=FIRST + 1),
    }
    if reader.is_party:
        owned = unit.owned_elsewhere(reader.district, reader.party, limit=FIRST + 1)
        unit.preload({job.no for job in owned})
        found["owned"] = [last for job in owned if (last := _last_lead(unit, job.no, job.round)) is not None]
    unit.preload({one.case_no for some in found.values() for one in some})
    return {
        name: Listed(rows_of(unit, reader, some[:FIRST], tools=tools), "more" if len(some) > FIRST else "")
        for name, some in found.items()
    }


def _last_lead(unit: RoutingUnit, no: str, round_: int) -> Any:
    called = [one for one in unit.dispatches_of(no) if one.round == round_ and one.role == "lead"]
    return called[-1] if called else None


def _of_case(unit: RoutingUnit, reader: Reader, typed: str, tools: Tools) -> Listed:
    """
    Every dispatch of a case: for staff all, for a party its own.

    Raises:
        Forbidden: no such case within the reader's scope.
    """
    no = read_case_number(typed)
    job = unit.jobs.get(no) if no else None
    found = unit.dispatches_of(job.no) if job is not None else []
    if reader.is_party:
        found = [one for one in found if reader.has(one) or (job is not None and reader.owns(job, tools))]
    allowed = found if reader.is_party else job is not None and reader.who.covers(job.district, job.grid)
    if job is None or not allowed:
        raise outside("没有这个诉求,或不在您的权限范围", "no such case within your scope")
    return Listed(rows_of(unit, reader, found[::-1], tools=tools))


def _key(reader: Reader, last: Any, show: str) -> str:
    if show == "all" and reader.is_party:
        return str(last.sequence)
    return f"{last.due_at.isoformat()}_{last.id}" if show in ("open", "late", "waiting") else str(last.id)


def _instant_key(after: str) -> tuple[dt.datetime, str] | None:
    """
    Raises:
        Invalid: a key that is none of ours.
    """
    if not after:
        return None
    at, _, ident = after.partition("_")
    try:
        instant = dt.datetime.fromisoformat(at)
        if instant.tzinfo is not None and ident:
            return instant.astimezone(dt.UTC), ident
    except (ValueError, OverflowError):
        pass
    raise _no_such_place()


def _number_key(after: str) -> int | None:
    """
    Raises:
        Invalid: a key that is none of ours.
    """
    if not after:
        return None
    if not (after.isascii() and after.isdecimal() and len(after) <= MOST_DIGITS):
        raise _no_such_place()
    return int(after)


def _no_such_place() -> Invalid:
    wrong = {"after": ["不是本页给出的位置 / is no place that a page gave"]}
    return Invalid("翻页位置有误", "no such place in the list", fields=wrong)
