"""
Departments that are not there: a service that stands in for every party of a demonstration and answers over
the bus, as they would.

What a party does follows from the dispatch's id, so that a run can be repeated: most sign, arrive and
report; some of the leads return their first dispatch.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from whistle.contracts import (
    MESSAGES,
    Action,
    Arrive,
    DispatchRefused,
    DispatchSent,
    Event,
    Report,
    Return,
    Sign,
)
from whistle.contracts.asyncapi import TO_PARTIES
from whistle.errors import Misconfigured
from whistle.messaging.subscribe import DispatchSubscription, subscribe_dispatches
from whistle.simulation.store import DepartmentsUnit
from whistle.topology import Queue, party_queue

MEMBERS = tuple(f"m-{number:04d}" for number in range(1, 13))
OTHERS = tuple(
    message
    for message in MESSAGES
    if message.name.partition(".")[0] in TO_PARTIES and message not in (DispatchSent, DispatchRefused)
)
"""What a party may be told besides."""
PEOPLE = ("张工", "李师傅", "王队长", "赵主任", "陈网格员", "刘经理")


@dataclass(frozen=True)
class Pace:
    """How long simulated parties take, in seconds after the dispatch."""

    sign: float = 0.0
    arrive: float = 0.0
    report: float = 0.0


AT_ONCE = Pace()
LIFELIKE = Pace(sign=2, arrive=8, report=20)


class _Behaviour:
    """What simulated parties do, whichever queues they read."""

    name = "departments"
    unit = DepartmentsUnit
    pace = AT_ONCE

    def do_as_sent(self, unit: DepartmentsUnit, event: Event[DispatchSent]) -> None:
        """Do what such a party would do."""
        for action, after in plan(event.data, self.pace):
            unit.act(event, action, after=after)

    def see_refusal(self, unit: DepartmentsUnit, event: Event[DispatchRefused]) -> None:
        """A simulated party never does wrong; if one is refused, that is a defect to be seen."""
        raise Misconfigured("模拟单位的操作被拒绝", f"a simulated action was refused: {event.data.reason}")

    def go_on(self, unit: DepartmentsUnit, event: Event[Any]) -> None:
        """Whatever else a party is told, say that it leads from now on, it does what it has planned."""


class Departments(_Behaviour):
    """Stands in for every party by one queue; for the bus inside a process, on which no party has a queue of its own."""

    @subscribe_dispatches(DispatchSent)
    def answer(self, unit: DepartmentsUnit, event: Event[DispatchSent]) -> None:
        self.do_as_sent(unit, event)

    @subscribe_dispatches(*OTHERS)
    def be_told(self, unit: DepartmentsUnit, event: Event[Any]) -> None:
        self.go_on(unit, event)

    @subscribe_dispatches(DispatchRefused)
    def be_refused(self, unit: DepartmentsUnit, event: Event[DispatchRefused]) -> None:
        self.see_refusal(unit, event)


def departments_of(parties: Iterable[tuple[str, str]]) -> Any:
    """
    A service that stands in for these parties (``(district, party)``) on a broker: each reads the queue that the real
    department would read, so that nothing is left in it.
    """
    methods: dict[str, Any] = {"__module__": __name__}
    for number, (district, party) in enumerate(sorted(parties)):
        kind = _own_queue(party_queue(district, party))
        methods[f"answer_{number}"] = kind.decorator(DispatchSent)(_method("do_as_sent"))
        methods[f"be_told_{number}"] = kind.decorator(*OTHERS)(_method("go_on"))
        methods[f"be_refused_{number}"] = kind.decorator(DispatchRefused)(_method("see_refusal"))
    return type("PartyDepartments", (_Behaviour,), methods)


def _own_queue(queue: Queue) -> Any:
    """A kind of subscription that reads ``queue`` and no other."""
    read = staticmethod(lambda _service, _messages: queue)
    return type("PartySubscription", (DispatchSubscription,), {"queue": read, "__module__": __name__})


def _method(behaviour: str) -> Callable[..., None]:
    def method(self: _Behaviour, unit: DepartmentsUnit, event: Event[Any]) -> None:
        getattr(self, behaviour)(unit, event)

    return method


def plan(data: DispatchSent, pace: Pace = AT_ONCE) -> Iterator[tuple[Action, float]]:
    """What a simulated party does with a dispatch, and how many seconds after it came."""
    chance = hashlib.sha256(f"{data.title}/{data.party}".encode()).digest()
    by = PEOPLE[chance[1] % len(PEOPLE)]
    if (
        data.role == "lead"
        and data.round == 1
        and data.whistle is None
        and chance[0] < 26
        and data.source == "plugin"
    ):
        yield Return(dispatch=data.dispatch, by=by, basis="不属本单位职责(三定方案)"), pace.sign
        return
    member = MEMBERS[chance[2] % len(MEMBERS)]
    yield Sign(dispatch=data.dispatch, by=by), pace.sign
    yield Arrive(dispatch=data.dispatch, by=by), pace.arrive
    yield Report(dispatch=data.dispatch, by=by, text="已到现场处理完毕", members=(member,)), pace.report


def lifelike(service: type[Departments] = Departments) -> Any:
    """The same departments at a pace that a person can watch."""
    return type("LifelikeDepartments", (service,), {"pace": LIFELIKE, "__module__": service.__module__})
