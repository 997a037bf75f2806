"""Intake's books without a running platform: its handlers on a database, at a time that the test sets."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from tests.unit.intake.made import NOW
from whistle.clock import SetClock
from whistle.contracts import REGISTRY, Event, decode
from whistle.storage import Database, make_engine, migrations
from whistle_intake import handlers
from whistle_intake.domain import Case
from whistle_intake.handlers import Filing
from whistle_intake.store import IntakeUnit
from whistle_intake.tools import Tools


class Desk:
    """One installation; ``restart`` opens its database anew, as another process would."""

    def __init__(self, url: str, tools: Tools) -> None:
        self.url, self.tools, self.clock = url, tools, SetClock(NOW)
        self.open()
        migrations.upgrade(self.database.engine, service="intake", package="whistle_intake")

    def open(self) -> None:
        engine = make_engine(self.url, schema="intake")
        self.database: Database[IntakeUnit] = Database(engine, IntakeUnit, clock=self.clock)

    def restart(self) -> None:
        self.database.close()
        self.open()

    def file(self, district: str = "mawei") -> str:
        """A case of somebody with the phone 13812345678; its number."""
        filing = Filing(district=district, text="路灯不亮", contact={"phone": "13812345678"})
        with self.database.write() as unit:
            return handlers.file_case(unit, filing, tools=self.tools).no

    def case(self, no: str) -> Case:
        with self.database.read() as unit:
            return handlers.find_case(unit, no)

    def said(self, name: str) -> list[Event[Any]]:
        """Every event of this name, in order."""
        with self.database.read() as unit:
            table = unit.kit.outbox
            bodies = unit.connection.scalars(sa.select(table.c.body).order_by(table.c.id)).all()
        events = [decode(body.encode(), REGISTRY) for body in bodies]
        return [event for event in events if event.data.name == name]
