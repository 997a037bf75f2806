"""Short words for long calls: blowing whistles in the small town, and using the powers of whoever blew."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Any

from tests.integration.routing.town import DISTRICT, TABLES, Town, decision
from whistle.auth import Principal
from whistle.contracts import Arrive, Report, Return, Sign
from whistle.contracts.timing import Span
from whistle.plugins.whistle_terms import WhistleTerms
from whistle_routing.domain import Whistle
from whistle_routing.domain.whistles import Responder, Step
from whistle_routing.handlers.whistling import blowing
from whistle_routing.handlers.whistling.wishes import Wish

NO = "26-00001-1"
GRID = Principal(sub="wang", role="worker", scope=DISTRICT)
COMMUNITY = Principal(sub="zhao", role="community", scope=DISTRICT)
STREET = Principal(sub="li", role="street", scope=DISTRICT)
OTHER = Principal(sub="sun", role="worker", scope=DISTRICT)
ELSEWHERE = Principal(sub="qian", role="street", scope="gaochang")
HOUR = dt.timedelta(hours=1)
ROWS = (
    WhistleTerms(
        whistle_class="daily",
        since=dt.date(2026, 1, 1),
        spans={"sign": Span(600, "seconds"), "handle": Span(36000, "seconds")},
    ),
    WhistleTerms(
        whistle_class="major",
        since=dt.date(2026, 1, 1),
        blowers=("worker", "community"),
        approval="street",
        approve=Span(3600, "seconds"),
        acceptance=True,
    ),
    WhistleTerms(whistle_class="urgent", since=dt.date(2026, 1, 1), proof=True),
)


def square(town: Town) -> Town:
    """The town, whose tables now say what holds for whistles, with one case at work: ``light`` leads it."""
    pack = dataclasses.replace(
        town.tools.packs[DISTRICT],
        tables=dataclasses.replace(TABLES, whistles=ROWS, classes=town.tables.classes),
    )
    town.tools = dataclasses.replace(town.tools, packs={DISTRICT: pack})
    town.file(NO)
    town.decide(decision("light"))
    return town


def wish(lead: str, *co: str, whistle_class: Any = "daily", **more: Any) -> Wish:
    return Wish(whistle_class=whistle_class, lead=lead, co_handlers=co, reason="多家管线", **more)


def blow(town: Town, lead: str, *co: str, who: Principal = GRID, **more: Any) -> str:
    """Blow a whistle on the case; returns its id."""
    with town.database.write() as unit, unit.step():
        job = unit.jobs.get(NO)
        return blowing.blow_whistle(unit, job, wish(lead, *co, **more), who=who, tools=town.tools).id


def use(town: Town, power: Any, whistle: str, *args: Any, who: Principal = GRID, **more: Any) -> Any:
    """Use a power on a whistle."""
    with town.database.write() as unit, unit.step():
        return power(unit, unit.whistles.get(whistle), *args, who=who, tools=town.tools, **more)


def whistle(town: Town, ident: str) -> Whistle:
    with town.database.read() as unit:
        found = unit.whistles.get(ident)
        assert found is not None
        return found


def kept(town: Town, party: str) -> Responder:
    with town.database.read() as unit:
        found = unit.responders.get(town.of(party).id)
        assert found is not None
        return found


def steps(town: Town, *kinds: str) -> list[Step]:
    """The stored steps, of these kinds or all."""
    with town.database.read() as unit:
        return [one for one in unit.steps_of(NO) if not kinds or one.kind in kinds]


def report(town: Town, *parties: str, text: str = "好了") -> None:
    """Each signs, if it has not, and reports."""
    for party in parties:
        about = town.of(party)
        if about.state == "sent":
            town.act(Sign(dispatch=about.id, by="张工"), party=party)
        town.act(Report(dispatch=about.id, by="张工", text=text), party=party)


def sign(town: Town, party: str) -> None:
    town.act(Sign(dispatch=town.of(party).id, by="张工"), party=party)


def arrive(town: Town, party: str, **proof: Any) -> None:
    town.act(Arrive(dispatch=town.of(party).id, by="张工", **proof), party=party)


def give_back(town: Town, party: str) -> None:
    town.act(Return(dispatch=town.of(party).id, by="张工", basis="三定"), party=party)


def states(town: Town) -> dict[str, str]:
    """Party and state of the last dispatch of each."""
    found = sorted(town.everything()[1], key=lambda one: one.id)
    return {one.party: one.state for one in found}


def last(town: Town, name: str) -> Any:
    """The last message of that name."""
    return [event.data for event in town.said() if event.data.name == name][-1]
