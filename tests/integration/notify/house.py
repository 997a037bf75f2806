"""Telling notify what happened, and channels that do as they are told."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from zoneinfo import ZoneInfo

from whistle.clock import SetClock
from whistle.contracts import REGISTRY, CaseFiled, Event, decode, new_event
from whistle.privacy import KeyRing
from whistle.storage import Database, Job, run_together
from whistle_notify import delivering, handlers
from whistle_notify.domain import Notice, Task
from whistle_notify.settings import NotifySettings
from whistle_notify.store import NotifyUnit, list_notices, list_tasks, verify
from whistle_notify.store.reading import Where
from whistle_notify.texts import Texts
from whistle_notify.tools import Tools

NOON = dt.datetime(2026, 3, 1, 4, 0, tzinfo=dt.UTC)
CASE = "26-00421-7"
KEYS = KeyRing("a secret of the tests")
TEXTS = Texts(languages=["zh"], time_zone=ZoneInfo("Asia/Shanghai"))
PHONE = {"name": "李四", "phone": "13812345678"}
MAIL = {**PHONE, "email": "li@example.cn"}


class Pigeon:
    """A channel that reaches who has a mail address or is of the house; ``orders`` are the errors of the next tries."""

    name = "pigeon"

    def __init__(self):
        self.carried = []
        self.orders = []
        self.before_each = lambda letter: None

    def can_reach(self, contact):
        return bool(contact.get("email") or contact.keys() & {"staff", "party", "member"})

    def send(self, letter):
        self.before_each(letter)
        if self.orders and (error := self.orders.pop(0)):
            raise error
        self.carried.append(letter)


class House:
    """A notify service without container and broker."""

    def __init__(self, engine, **settings):
        self.clock = SetClock(NOON)
        self.database = Database(engine, NotifyUnit, clock=self.clock)
        self.pigeon = Pigeon()
        self.tools = Tools(
            database=self.database,
            channels=(self.pigeon,),  # type: ignore[arg-type]  # a channel in all but its factory
            keys=KEYS,
            texts=TEXTS,
            settings=NotifySettings(retry_seconds=(5.0, 30.0), lease_seconds=120, **settings),
        )

    def event(self, data, case_no=CASE, district="mawei") -> Event:
        return new_event(data, source="intake", district=district, time=NOON, case_no=case_no)

    def filed(self, contact=None, case_no=CASE, tags=(), grid="350105003001003") -> Event:
        data = CaseFiled.from_wire({**CaseFiled.example, "tags": list(tags), "grid": grid})
        sealed = KEYS.seal(contact) if contact else None
        return self.event(CaseFiled(**{**vars(data), "contact": sealed}), case_no=case_no)

    def tell(self, *events: Event):
        """One batch; returns the errors by event id."""

        def prepare(unit, jobs):
            unit.preload({job.cause.case_no for job in jobs})
            return jobs

        def job(event):
            return Job(run=lambda unit: handlers.follow(unit, event, texts=TEXTS), cause=event)

        jobs = {job(event): event.id for event in events}
        results = run_together(self.database, list(jobs), prepare=prepare)
        return {jobs[job]: result.error for job, result in results.items()}

    def deliver(self, **options) -> int:
        return delivering.deliver(self.tools, **options)

    def notices(self, **exact) -> Sequence[Notice]:
        with self.database.read() as unit:
            return list_notices(unit, Where(exact=exact, limit=500))[0][::-1]

    def tasks(self, **exact) -> Sequence[Task]:
        with self.database.read() as unit:
            return list_tasks(unit, Where(exact=exact, limit=500))[0][::-1]

    def said(self):
        """What the service has told the others."""
        with self.database.read() as unit:
            outbox = unit.kit.outbox
            rows = unit.connection.execute(outbox.select().order_by(outbox.c.id)).all()
        return [decode(row.body, REGISTRY) for row in rows]

    def differences(self):
        with self.database.read() as unit:
            return verify(unit)
