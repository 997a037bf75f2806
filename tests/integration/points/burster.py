"""
Tells the ledger the same news as its brothers, twice and in an order of its own, and orders and hands out goods in between; tries
again until the database has it: ``python -m tests.integration.points.burster <database url> <number>``.

A line after each answer that somebody could rely on: ``heard <activity>``, ``order <id>``, ``settled <id>``.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import random
import sys
from dataclasses import replace

from tests.integration.points.desk import SCHEME, VOLUNTEER
from whistle.clock import SystemClock
from whistle.contracts import ActivityCompleted, new_event
from whistle.errors import DependencyDown, Transient
from whistle.storage import Database, make_engine
from whistle.storage.answers import StoredAnswer, find_answer, keep_answer
from whistle.testing import wait_for
from whistle_points import handlers
from whistle_points.domain import Caps, Schemes
from whistle_points.handlers import Wish
from whistle_points.refusals import CodeUsed
from whistle_points.rules import Rules
from whistle_points.settings import PointsSettings
from whistle_points.store import PointsUnit
from whistle_points.tools import Tools

ACTIVITIES = 40
ORDERS = 12
MEMBERS = tuple(f"m-{number}" for number in range(5))
PRICE = 10
RULES = Rules(
    {
        "mawei": Schemes(
            (replace(SCHEME, order_limit=None, items={"volunteer": replace(VOLUNTEER, caps=Caps())}),)
        )
    }
)
ENDED = dt.datetime(2026, 3, 1, 4, tzinfo=dt.UTC)


def minutes_of(activity: int, revision: int) -> int:
    """What the first word says, and what every third activity is corrected to."""
    return 60 + 60 * (activity % 3) if revision == 1 else 60


def news() -> list[ActivityCompleted]:
    """Every word, in the order in which it was said."""
    words = [(activity, 1) for activity in range(ACTIVITIES)]
    words += [(activity, 2) for activity in range(0, ACTIVITIES, 3)]
    return [
        ActivityCompleted(
            activity=f"a-{activity}",
            kind="volunteer",
            member=MEMBERS[activity % len(MEMBERS)],
            item="volunteer",
            minutes=minutes_of(activity, revision),
            ended_at=ENDED,
            confirmed_by="clerk",
            revision=revision,
        )
        for activity, revision in words
    ]


class Burster:
    """One of several that do the same at the same time."""

    def __init__(self, url: str, number: int) -> None:
        self.number = number
        self.database = Database(make_engine(url, schema="points"), PointsUnit, clock=SystemClock())
        self.tools = Tools(
            rules=RULES, settings=PointsSettings(page=50), database=self.database, secret="s" * 32
        )

    def until_done(self, step):
        """The answer, however often the database goes away before it is given."""
        while True:
            try:
                with self.database.write() as unit:
                    return step(unit)
            except (DependencyDown, Transient):
                wait_for(self._answers, timeout=60, what="the database")

    def _answers(self):
        try:
            self.database.ping()
        except (DependencyDown, Transient):
            return False
        return True

    def hear(self, word):
        event = new_event(word, source="points", district="mawei", time=ENDED)
        self.until_done(lambda unit: handlers.award_time(unit, event, rules=RULES))
        print(f"heard {word.activity}", flush=True)

    def exchange(self, at):
        """Order under a key, as a caller with Idempotency-Key does, then hand out."""
        key = f"burster-{self.number}:{at}"
        wish = Wish(
            scheme="mawei",
            member=MEMBERS[at % len(MEMBERS)],
            reward="rice",
            quantity=1,
            proxy="",
            by="web",
        )

        def order(unit):
            stored = find_answer(unit, key)
            if stored is not None:
                return stored.body.split()
            made, code = handlers.order(unit, wish, tools=self.tools)
            keep_answer(unit, StoredAnswer(key=key, fingerprint=key, status=201, body=f"{made.id} {code}"))
            return made.id, code

        ident, code = self.until_done(order)
        print(f"order {ident}", flush=True)
        with contextlib.suppress(CodeUsed):  # it was handed out before the connection broke
            self.until_done(
                lambda unit: handlers.pick_up(
                    unit,
                    scheme="mawei",
                    code=code,
                    point="红十字站",
                    taker=None,
                    by="clerk",
                    tools=self.tools,
                )
            )
        print(f"settled {ident}", flush=True)


def main(url: str, number: int) -> None:
    burster, words = Burster(url, number), news() * 2
    random.Random(number).shuffle(words)
    orders = list(range(ORDERS))
    for at, word in enumerate(words):
        burster.hear(word)
        if at % (len(words) // ORDERS) == 0 and orders:
            burster.exchange(orders.pop())
    for at in orders:
        burster.exchange(at)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
