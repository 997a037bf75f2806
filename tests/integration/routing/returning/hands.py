"""Short words for what the tests about returns do and look at."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Any

from tests.integration.routing.town import TABLES, Town, decision
from whistle.contracts import Report, Return, Sign

NO, NEXT = "26-00001-1", "26-00002-2"
BASIS = "《城市道路照明管理规定》第四条"
HOUR = dt.timedelta(hours=1)
DAYS = 24 * HOUR


def with_tables(town: Town, **changes: Any) -> Town:
    """The same town by other tables."""
    return Town(town.database, dataclasses.replace(TABLES, **changes))


def give_back(town: Town, party: str, *, basis: str = BASIS, **more: Any) -> str:
    return town.act(Return(dispatch=town.of(party).id, by="张工", basis=basis, **more), party=party)


def report(town: Town, party: str) -> None:
    if town.of(party).state == "sent":
        town.act(Sign(dispatch=town.of(party).id, by="张工"), party=party)
    town.act(Report(dispatch=town.of(party).id, by="张工", text="好了"), party=party)


def returned_twice(town: Town) -> None:
    """The first lead and the second give the case back."""
    town.file(NO)
    town.decide(decision("light"))
    give_back(town, "light")
    town.decide(decision("water"))
    give_back(town, "water")


def whole(town: Town, no: str = NO) -> Any:
    (clock,) = [
        one
        for one in town.everything()[3]
        if one.case_no == no and one.kind == "handle" and one.dispatch is None
    ]
    return clock


def refusals(town: Town, party: str) -> list[tuple[str, str]]:
    return [
        (event.data.code, event.data.reason)
        for event in town.said(to=party)
        if event.data.name == "dispatch.refused"
    ]


def change(town: Town, act: Any, about: Any, *args: Any, **how: Any) -> Any:
    """Do something with a plea, a dispatch or a clock, as it is stored now."""
    with town.database.write() as unit, unit.step():
        kept = {"Plea": unit.pleas, "Dispatch": unit.dispatches, "Clock": unit.clocks}
        now = kept[type(about).__name__].get(about.id)
        return act(unit, now, *args, tools=town.tools, **how)


def told(town: Town, name: str) -> list[Any]:
    return [event.data for event in town.said() if event.data.name == name]
