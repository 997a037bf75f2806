"""
Awards, orders and hands out for ever, a line after each commit: ``python -m tests.integration.points.exchanger <database url>``.

To be killed at any moment; whoever starts it again goes on with what is there.
"""

from __future__ import annotations

import datetime as dt
import itertools
import sys

from tests.integration.points.desk import RULES, VOLUNTEER
from whistle.clock import SystemClock
from whistle.ids import new_id
from whistle.storage import Database, make_engine
from whistle_points import domain, handlers
from whistle_points.domain import Fact
from whistle_points.handlers import Ask, Order
from whistle_points.store import PointsUnit


def main(url: str) -> None:
    database = Database(make_engine(url, schema="points"), PointsUnit, clock=SystemClock())
    for number in itertools.count():
        member = f"m-{number % 3}-{new_id()[-6:]}"

        def fact(unit: PointsUnit) -> Fact:
            return Fact(scheme="mawei", cause="test", effective_at=unit.now, recorded_at=unit.now)

        with database.write() as unit:
            ask = Ask(
                ref=new_id(),
                member=member,
                scheme=RULES.at("mawei", domain.day_of(unit.now)),
                item=VOLUNTEER,
                tenths=20,
                day=domain.day_of(unit.now),
                reason="test",
                reviewer="somebody",
            )
            handlers.award(unit, unit.book("mawei"), ask, fact(unit))
        print("award", flush=True)
        with database.write() as unit:
            due = unit.now + dt.timedelta(days=1)
            wanted = Order(member=member, purpose="rice", tenths=10, due_at=due)
            held = handlers.hold(unit, unit.book("mawei"), wanted, fact=fact(unit), rules=RULES)
        print("hold", flush=True)
        with database.write() as unit:
            handlers.settle(unit, unit.book("mawei"), held.id, fact=fact(unit), rules=RULES)
        print("settle", flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
