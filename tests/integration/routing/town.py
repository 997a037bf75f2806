"""A small town for routing's tests: five parties, a router that says what the test tells it, and short words for long calls."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from whistle.clock import SetClock
from whistle.contracts import (
    REGISTRY,
    CaseAnswered,
    CaseClosed,
    CaseFiled,
    CaseReopened,
    Event,
    decode,
    new_event,
)
from whistle.contracts.plugin import Classification, Decision, GridNode, Party, Reason
from whistle.ids import new_id
from whistle.plugins.desk import Outcome, Request, Router
from whistle.plugins.loader import Pack
from whistle.plugins.tables import Tables
from whistle.topology import DISPATCH, party_user
from whistle_routing import handlers
from whistle_routing.domain import Clock, Dispatch, Job, Plea, Supervision, Whistle
from whistle_routing.handlers.returning.precedents import Equal, Ruling
from whistle_routing.handlers.returning.ruling import rule
from whistle_routing.lanes import Lanes
from whistle_routing.store import RoutingUnit, actions, clocks, dispatches, jobs, whistles
from whistle_routing.store.reach import Reach
from whistle_routing.tools import Tools

NOON = dt.datetime(2026, 11, 22, 4, 0, tzinfo=dt.UTC)
DISTRICT, DESK = "mawei", "desk"
PARTIES = ("desk", "light", "water", "park", "office")
HOURS = 10.0

TABLES = Tables(
    file="district.toml",
    district=DISTRICT,
    name="马尾",
    duty_desk=DESK,
    default_category="其他",
    parties=tuple(
        Party(id=name, name=name, kind=name, channel="page" if name == "office" else "queue")
        for name in PARTIES
    ),
    grid=(GridNode(code="g", parent=None, kind="district", name="马尾"),),
    rules=(),
    hours={"commitment": HOURS},
)


def decision(lead: str, *co: str) -> Decision:
    """Who acts; a whistle if there is more than one."""
    return Decision(
        lead=lead,
        co_handlers=co,
        whistle_class="daily" if co else None,
        classification=Classification(handling_class="commitment", category="其他"),
        reasons=(Reason(rule="test", evidence="", confidence=1),),
        handle_hours=HOURS,
    )


class Script(Router):
    """A router that decides what it was told to, or ``light``; it never starts a process."""

    def __init__(self) -> None:
        super().__init__({}, clock=SetClock(NOON))
        self.says: list[Decision] = []
        self.asked: list[Request] = []
        self.meanwhile: Any = lambda: None
        self.keeps = False
        """Does an outcome hold its question, as those of the real router do? Then it is kept with the decision."""

    def decide(self, requests: Sequence[Request]) -> list[Outcome]:
        self.asked += requests
        self.meanwhile()
        return [
            Outcome(
                decision=self.says.pop(0) if self.says else decision("light"),
                source="plugin",
                plugin="t",
                version="1",
                request=request if self.keeps else None,
            )
            for request in requests
        ]


class Town:
    """Routing without bus and HTTP: its handlers on a database."""

    def __init__(self, database: Any, tables: Tables = TABLES) -> None:
        self.database, self.clock, self.router, self.tables = database, database.clock, Script(), tables
        pack = Pack(district=DISTRICT, plugin="t", version="1", entry="t:T", folder=None, tables=tables)  # type: ignore[arg-type]
        self.tools = Tools(
            packs={DISTRICT: pack},
            router=self.router,
            lanes=Lanes(),
            parties={DISTRICT: {party.id: party for party in TABLES.parties}},
            database=database,
            party_queues=True,
        )

    # --- what comes in ----------------------------------------------------------------------------------------------

    def file(self, no: str = "26-00001-1") -> Event[CaseFiled]:
        event = self.about(
            no, CaseFiled(title="路灯", text="不亮", door="hotline", filed_at=self.clock.now())
        )
        self.hear(handlers.take_case, event)
        return event

    def reopen(self, no: str, round_: int) -> None:
        self.hear(handlers.reopen_case, self.about(no, CaseReopened(reason="不满意", round=round_)))

    def closing(self, no: str, round_: int) -> None:
        self.hear(handlers.close_case, self.about(no, CaseClosed(outcome="resolved", round=round_)))

    def answer(self, no: str, round_: int = 1) -> None:
        answered = CaseAnswered(way="hotline", text="好了", round=round_)
        self.hear(handlers.follow_answer, self.about(no, answered))

    def about(self, no: str, data: Any) -> Event[Any]:
        return new_event(data, source="intake", district=DISTRICT, time=self.clock.now(), case_no=no)

    def hear(self, handler: Any, event: Event[Any]) -> None:
        with self.database.write() as unit, unit.step(event):
            handler(unit, event, tools=self.tools)

    def act(self, action: Any, *, party: str | None, ident: str = "") -> str:
        """A party's action, from its own account (or None: nobody's); returns the action's id."""
        event = new_event(action, source="party/x", district=DISTRICT, time=self.clock.now())
        with self.database.write() as unit, unit.step(event):
            self.take(unit, event, party=party)
        return event.id

    def take(self, unit: RoutingUnit, event: Event[Any], *, party: str | None) -> None:
        """Let routing handle an action that has come."""
        handlers.take_action(unit, event, party_user(DISTRICT, party) if party else None, tools=self.tools)

    def decide(self, *says: Decision) -> None:
        """Let what is pending be decided."""
        self.router.says = list(says)
        handlers.route_district(self.tools, DISTRICT)

    def fire(self) -> int:
        """Let everything fire that is due; returns how many times something did."""
        fired = 0
        while now := handlers.fire_clocks(self.tools):
            fired += now
        return fired

    # --- what became of it ----------------------------------------------------------------------------------------------

    def job(self, no: str = "26-00001-1") -> Job:
        with self.database.read() as unit:
            found = unit.jobs.get(no)
            assert found is not None
            return found

    def all(self, table: sa.Table) -> list[Any]:
        with self.database.read() as unit:
            return list(unit.connection.execute(sa.select(table).order_by(*table.primary_key.columns)).all())

    def everything(self) -> tuple[list[Job], list[Dispatch], list[Whistle], list[Clock]]:
        """Jobs, dispatches, whistles and clocks, as objects."""
        with self.database.read() as unit:
            unit.preload([row.no for row in unit.connection.execute(sa.select(jobs.c.no))])
            return unit.jobs.loaded(), unit.dispatches.loaded(), unit.whistles.loaded(), unit.clocks.loaded()

    def of(self, party: str, *, state: str | None = None) -> Dispatch:
        """The last dispatch of a party."""
        found = [one for one in self.everything()[1] if one.party == party and state in (None, one.state)]
        return max(found, key=lambda one: one.id)

    def said(self, *, to: str | None = None) -> list[Event[Any]]:
        """Every event, or all that one party was sent, in order."""
        with self.database.read() as unit:
            table = unit.kit.outbox
            rows = unit.connection.execute(sa.select(table).order_by(table.c.id)).all()
        events = [(row, decode(row.body, REGISTRY)) for row in rows]
        if to is None:
            return [event for row, event in events if row.exchange != DISPATCH]
        return [event for row, event in events if row.exchange == DISPATCH and event.party == to]

    def names(self) -> list[str]:
        return [event.data.name for event in self.said()]

    def clocks_of(self, no: str = "26-00001-1") -> dict[str, Clock]:
        """The clocks of a case with one party, by their kind."""
        with self.database.read() as unit:
            return {one.kind: one for one in unit.clocks_of(no)}

    def orders(self, no: str = "26-00001-1") -> list[Supervision]:
        """The supervision orders about a case."""
        with self.database.read() as unit:
            return unit.supervisions_of(no)

    def move(self, handler: Any, no: str = "26-00001-1", **how: Any) -> None:
        """Pause, resume or extend the handling clock of a case."""
        with self.database.write() as unit, unit.step():
            (clock,) = [one for one in unit.clocks_of(no) if one.kind == "handle"]
            handler(unit, clock, tools=self.tools, **how)

    def rule(
        self, no: str, party: str, *, by: str = "仲裁员", equal: Equal | None = None, **more: Any
    ) -> Plea:
        """The arbiter's word about a case that waits for it; a precedent only where ``equal`` says what that means."""
        with self.database.write() as unit, unit.step():
            (plea,) = [one for one in unit.open_pleas_of(no) if one.kind == "ruling"]
            return rule(
                unit,
                plea,
                Ruling(party=party, reason="台账载明", by=by, equal=equal, **more),
                tools=self.tools,
            )

    def pleas(self, no: str = "26-00001-1") -> list[Plea]:
        """What was asked about a case, oldest first."""
        with self.database.read() as unit:
            return unit.list_pleas(
                reach=Reach(), kind=None, state=None, case_no=no, decider=None, after="", limit=500
            )

    def actions(self) -> list[tuple[str, str | None]]:
        """Verb and refusal of every recorded action."""
        return [(row.verb, row.refused) for row in self.all(actions)]


def some_id() -> str:
    return new_id()


__all__ = [
    "DESK",
    "DISTRICT",
    "HOURS",
    "NOON",
    "PARTIES",
    "RoutingUnit",
    "Script",
    "Town",
    "clocks",
    "decision",
    "dispatches",
    "whistles",
]
