"""What a handler may have asked before its batch's transaction begins."""

from __future__ import annotations

import pytest

from tests.integration.kit.stock import delivery, filed
from whistle.contracts import CaseFiled
from whistle.messaging.handling import Handling, Method

QUEUE = "parcels.events"


class Office:
    """A queue whose messages are asked about ahead."""

    def __init__(self, database):
        self.database, self.asked, self.heard, self.counted = database, [], [], []
        self.open = 0
        database.on_commit(lambda _: self.heard.append("committed"))
        self.handle = Handling(
            consumer=QUEUE,
            database=database,
            methods={CaseFiled.type(): Method(self.take, self.ahead)},
            count=lambda _, outcome: self.counted.append(outcome),
            retry_seconds=(1.0, 5.0),
        )

    def ahead(self, events):
        self.asked.append([event.data.title for event in events])
        if "broken" in self.asked[-1]:
            raise ValueError("ahead is broken")
        self.heard.append("asked")
        return f"said of {len(events)}"

    def take(self, unit, event, said):
        self.heard.append((event.data.title, said))
        if event.data.title == "raise":
            raise ValueError("no")


@pytest.fixture
def office(database):
    return Office(database)


def test_a_batch_is_asked_about_once_before_its_transaction(office):
    """All its messages in one call; each handler is given the answer."""
    office.handle([delivery(filed("a")), delivery(filed("b"))])
    assert [["a", "b"]] == office.asked
    assert ["asked", ("a", "said of 2"), ("b", "said of 2"), "committed"] == office.heard
    assert ["done", "done"] == office.counted


def test_a_next_try_is_not_asked_about(office):
    """What failed before is handled without: whatever was foreseen may be why it failed."""
    event = filed("raise")
    office.handle([delivery(event)])
    again = delivery(event, exchange="", headers={"x-attempts": 1})
    office.handle([again, delivery(filed("new"))])
    assert [["raise"], ["new"]] == office.asked
    assert [("raise", "said of 1"), ("raise", None), ("new", "said of 1")] == list(
        dict.fromkeys(one for one in office.heard if isinstance(one, tuple))
    )


def test_a_failure_ahead_costs_nothing_but_the_answer(office):
    """The messages are handled all the same."""
    office.handle([delivery(filed("broken"))])
    assert [("broken", None), "committed"] == office.heard
    assert ["done"] == office.counted
