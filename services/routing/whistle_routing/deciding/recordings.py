"""
What routing recorded, as questions that can be asked again.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from typing import Any

from whistle.contracts.plugin import Case, Decision, Facts, GridNode, History, Party, Trigger
from whistle.plugins.host.wire import Request
from whistle.plugins.replay.recorded import Recorded, Recordings
from whistle_routing.store import RoutingUnit

PAGE = 500

Opened = Callable[[], AbstractContextManager[RoutingUnit]]
Roster = tuple[tuple[Party, ...], tuple[GridNode, ...]]


def read_recordings(
    opened: Opened, district: str, since: dt.datetime | None = None, until: dt.datetime | None = None
) -> Recordings:
    """
    The decisions of a district with their questions, oldest first.

    They are read page by page behind the last id, each page in a unit of work of its own, so that a long replay holds up
    nobody's writes; a state of parties and grid is read once.
    """
    with opened() as unit:
        total = unit.count_recorded(district, since=since, until=until)
    return Recordings(total, _pages(opened, district, since, until))


def _pages(
    opened: Opened, district: str, since: dt.datetime | None, until: dt.datetime | None
) -> Iterator[Recorded]:
    rosters: dict[str, Roster] = {}
    after = ""
    while True:
        with opened() as unit:
            page = unit.recorded(district, since=since, until=until, after=after, limit=PAGE)
            missing = {row["roster"] for row in page} - rosters.keys()
            rosters |= _read_rosters(unit.rosters(missing)) if missing else {}
        yield from (recorded(row, rosters[row["roster"]]) for row in page)
        if len(page) < PAGE:
            return
        after = page[-1]["id"]


def _read_rosters(rows: Mapping[str, Mapping[str, Iterable[Any]]]) -> dict[str, Roster]:
    return {
        digest: (
            tuple(Party.from_json(party) for party in row["parties"]),
            tuple(GridNode.from_json(node) for node in row["grid"]),
        )
        for digest, row in rows.items()
    }


def recorded(row: Mapping[str, Any], roster: Roster) -> Recorded:
    """One row of :meth:`RoutingUnit.recorded` as the question and the answer that it was."""
    asked = row["asked"]
    parties, grid = roster
    case = Case(
        no=row["case_no"],
        district=row["district"],
        title=row["title"],
        text=row["text"],
        place=row["place"] or "",
        grid=asked["grid"],
        door=row["door"],
        filed_at=row["filed_at"],
        category=asked["category"],
        handling_class=asked["handling_class"],
        tags=tuple(asked["tags"]),
        version=asked["version"],
    )
    facts = Facts(
        now=dt.datetime.fromisoformat(asked["now"]),
        district=row["district"],
        parties=parties,
        grid=grid,
        history=History.from_json(asked["history"]),
        workload=asked["workload"],
        repeats=asked.get("repeats", {}),
    )
    trigger = Trigger.from_json(asked["trigger"]) if asked["trigger"] else None
    return Recorded(
        request=Request(case=case, facts=facts, trigger=trigger),
        decision=Decision.from_json(row["decision"]),
        source=row["source"],
        version=row["plugin_version"],
    )
