"""From deliveries to effects, without a broker: inbox, failures by kind, headers, and what no row can hold."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
import sqlalchemy as sa

from tests.integration.kit.conftest import opened
from tests.integration.kit.parcels.service import EVENTS as OTHERS
from tests.integration.kit.parcels.service import Parcels
from tests.integration.kit.stock import NOON, delivery, filed, statements
from whistle.contracts import ACTIONS, CaseFiled, CaseRated, Sign, new_event
from whistle.errors import DependencyDown, NotAllowedNow
from whistle.messaging.handling import Handling, Method, receive
from whistle.storage import parking
from whistle.topology import ACTIONS as ACTIONS_EXCHANGE
from whistle.topology import ACTIONS_QUEUE, EVENTS

QUEUE = "parcels.events"
PAUSES = (1.0, 5.0)


class Desk:
    """One queue's handling with its database, and what it counted."""

    def __init__(self, database, *, from_outside=False):
        service, self.counted, self.database, self.refuse = Parcels(), [], database, False
        types = {message.type(): service.act for message in ACTIONS}
        if not from_outside:
            types = {message.type(): service.note for message in OTHERS} | {CaseFiled.type(): service.take}
        self.handle = Handling(
            consumer=ACTIONS_QUEUE if from_outside else QUEUE,
            database=database,
            methods={name: Method(method) for name, method in types.items()},
            count=lambda name, outcome: self.counted.append((name, outcome)),
            from_outside=from_outside,
            retry_seconds=PAUSES,
        )

    def __call__(self, *deliveries):
        self.counted.clear()
        self.handle(list(deliveries))
        return [outcome for _, outcome in self.counted]

    def rows(self, name):
        with self.database.read() as unit:
            table = getattr(unit.kit, name)
            return unit.connection.execute(sa.select(table)).all()

    def told(self):
        with self.database.read() as unit:
            return unit.told()

    def again(self, row):
        """A later row as the relay would deliver it."""
        headers = {**row.headers, "x-attempts": row.attempts}
        return delivery(
            row.body.encode(), exchange="", headers=headers, properties={"message_id": row.message_id}
        )


@pytest.fixture
def desk(database):
    return Desk(database)


@pytest.fixture
def strict(postgres_database):
    """On PostgreSQL alone, which holds columns to their lengths and texts to their characters."""
    return Desk(postgres_database)


@pytest.fixture
def light(tmp_path, clock):
    """On SQLite alone, for what has nothing to do with the database."""
    opening = opened(f"sqlite:///{tmp_path}/light.db", clock)
    yield Desk(next(opening))
    next(opening, None)


@pytest.fixture
def counter(database):
    """The queue of what parties do."""
    return Desk(database, from_outside=True)


def action(**attributes):
    data = Sign(dispatch="d", by="张工")
    return new_event(data, source="party/p", time=NOON, district="mawei", **attributes)


def sent(event, *, user="mawei.p", **more):
    properties = {"message_id": event.id, **({"user_id": user} if user else {})}
    return delivery(event, exchange=ACTIONS_EXCHANGE, properties=properties, **more)


# --- once ------------------------------------------------------------------------------------------------------------


def test_a_message_has_its_effect_once(desk):
    """Twice in one batch, in another batch, after others: one effect, and the rest are counted as duplicates."""
    first, second = filed("ok 1"), filed("ok 2")
    assert ["done", "duplicate", "done"] == desk(delivery(first), delivery(first), delivery(second))
    assert ["duplicate", "done"] == desk(delivery(first), delivery(filed("ok 3")))
    assert ["ok 1", "ok 2", "ok 3"] == desk.told()


def test_order_is_kept(desk):
    """What came first is handled first; a failing neighbour changes nothing of that."""
    titles = [f"ok {number}" if number % 7 else "raise" for number in range(40)]
    desk(*[delivery(filed(title)) for title in titles])
    assert [title for title in titles if title != "raise"] == desk.told()


def test_one_bad_of_a_hundred(desk):
    """Ninety-nine are committed together and once, the bad one is remembered."""
    commits = []
    desk.database.on_commit(commits.append)
    events = [filed(f"ok {number}") for number in range(99)]
    events.insert(50, filed("raise"))
    outcomes = desk(*map(delivery, events))

    assert (99, 1) == (outcomes.count("done"), outcomes.count("later"))
    assert 99 == len(set(desk.told()))
    assert 1 == len(commits)


# --- failures by kind -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("title", ["raise", "transient", "timeout", "exit"])
def test_what_may_succeed_later_is_tried_again_with_growing_pauses_and_then_parked(desk, title):
    """An exception of ours, a busy thing, eventlet's Timeout, even SystemExit: later, later, parked; nothing else is kept."""
    event, failed = filed(title), delivery(filed("ok"))
    arriving = delivery(event)
    for attempt, pause in enumerate(PAUSES, 1):
        assert ["later"] == desk(arriving)
        row = max(desk.rows("outbox"), key=lambda row: row.id)
        assert ("later", "", QUEUE, attempt, event.id) == (
            row.kind,
            row.exchange,
            row.routing_key,
            row.attempts,
            row.message_id,
        )
        assert NOON + dt.timedelta(seconds=pause) == row.not_before
        assert [] == desk.rows("inbox")
        arriving = desk.again(row)
    assert ["parked"] == desk(arriving)
    (dead,) = desk.rows("dead_letters")
    assert (event.id, "attempts", 3, "parked", event.case_no) == (
        dead.message_id,
        dead.reason,
        dead.attempts,
        dead.state,
        dead.case_no,
    )
    assert "13812345678" not in dead.error
    assert ["parked"] == [row.outcome for row in desk.rows("inbox")]
    assert [] == desk.told()
    assert ["done"] == desk(failed)


def test_a_rejection_is_recorded_and_never_tried_again(desk):
    """The sender's fault: in the inbox with its reason, no later row, nothing parked."""
    event = filed("rejected")
    assert ["rejected"] == desk(delivery(event))
    (row,) = desk.rows("inbox")
    assert ("rejected", "Rejected: 不行 / no") == (row.outcome, row.reason)
    assert ["duplicate"] == desk(delivery(event))
    assert ([], [], []) == (desk.told(), desk.rows("outbox"), desk.rows("dead_letters"))


def test_a_dependency_that_is_down_uses_up_nothing(desk):
    """The batch comes back to the consumer as it is: no inbox, no attempt, no neighbour's effect."""
    for _ in range(20):
        with pytest.raises(DependencyDown):
            desk(delivery(filed("ok")), delivery(filed("down")))
    assert ([], [], []) == (desk.told(), desk.rows("inbox"), desk.rows("outbox"))


def test_failures_are_counted_once_although_the_batch_ran_twice(strict):
    """A batch that starts again one by one, here because of what PostgreSQL refuses at the end, counts each once."""
    outcomes = strict(delivery(filed("raise")), delivery(filed("x", case_no="9" * 30)), delivery(filed("ok")))
    assert ["done", "later", "later"] == sorted(outcomes)


# --- what is not a message ----------------------------------------------------------------------------------------------

GOOD = filed("ok")
BODIES = {
    "empty": b"",
    "not JSON": b"{broken",
    "pickle": b"\x80\x04\x95\x05\x00\x00\x00\x00\x00\x00\x00\x8c\x01x\x94.",
    "NUL bytes": b"\x00\x01\x02" * 10,
    "latin-1": '{"a": "é"}'.encode("latin-1"),
    "half surrogate": b'"\\ud800"',
    "a list": b"[1]",
    "a number": b"5",
    "deep": b"[" * 100_000 + b"]" * 100_000,
    "large int": b"1" * 5000,
    "no CloudEvent": b'{"title": "x"}',
    "too large": b'{"a":"' + b"x" * 300_000 + b'"}',
}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
def test_a_body_that_cannot_be_read_is_parked_and_its_neighbours_go_on(strict, body):
    """Whatever the bytes: one parked row a body, the neighbours done, and the same bytes again are a duplicate."""
    assert ["done", "done", "parked"] == sorted(
        strict(delivery(filed("ok 1")), delivery(body), delivery(filed("ok 2")))
    )
    (dead,) = strict.rows("dead_letters")
    assert ("poison", None, QUEUE) == (dead.reason, dead.type, dead.consumer)
    assert "\0" not in dead.body
    assert ["duplicate"] == strict(delivery(body))
    assert 1 == len(strict.rows("dead_letters"))


def test_a_type_nobody_here_handles_is_parked(counter):
    """A readable message on the wrong queue is poison, not lost."""
    assert ["parked"] == counter(sent(filed("ok")))


def test_another_message_id_than_the_envelopes_is_poison(desk):
    """The broker's property and the envelope must name the same message, or the inbox would know it by two names."""
    assert ["parked"] == desk(delivery(GOOD, properties={"message_id": "another"}))


@pytest.mark.parametrize(
    "changes",
    [{"case_no": "x" * 90}, {"district": "d" * 100}, {"case_no": "长" * 90, "district": "区" * 90}],
    ids=["case number", "district", "both"],
)
@pytest.mark.parametrize("title", ["ok", "raise", "poison", "emit"])
def test_longer_attributes_than_a_column_holds_stop_nobody(strict, changes, title):
    """An envelope may say more than our tables hold: the message ends somewhere, the consumer goes on."""
    odd = replace(filed(title), **changes)
    outcomes = strict(delivery(filed("ok 1")), delivery(odd), delivery(filed("ok 2")))
    assert 2 <= outcomes.count("done")
    assert {"ok 1", "ok 2"} <= set(strict.told())
    assert (
        1 == len({row.id for row in [*strict.rows("dead_letters"), *strict.rows("outbox")]})
        or outcomes.count("done") == 3
    )


# --- headers -----------------------------------------------------------------------------------------------------------

HEADERS = {
    "call id stack": {"nameko.call_id_stack": 5},
    "a list": {"nameko.call_id_stack": [1]},
    "numbers": {"traceparent": 5, "cloudEvents_type": None, "x-user": 7},
    "x-death": {"x-death": [{"count": 3, "queue": "q", "time": NOON.replace(tzinfo=None)}]},
    "compression": {"compression": "application/x-bogus"},
    "secret": {"nameko.secret": "of the sender", "authorization": "Bearer x"},
}


@pytest.mark.parametrize("headers", HEADERS.values(), ids=HEADERS)
def test_headers_neither_stop_the_consumer_nor_travel_on(light, headers):
    """What a message's headers say is nobody's business: it is handled, and what its handler emits has none of them."""
    assert ["done"] == light(delivery(filed("emit"), headers=headers))
    (row,) = light.rows("outbox")
    assert {} == row.headers
    assert ["later"] == light(delivery(filed("raise"), headers=headers))
    assert [{}, {}] == [row.headers for row in light.rows("outbox")]


@pytest.mark.parametrize("attempts", [99, -99, "7", True, None, [1], 10**30])
def test_attempts_that_a_sender_claims_are_ignored(light, attempts):
    """Nobody talks a message into the parking lot, or out of it for ever."""
    event = filed("raise")
    assert ["later"] == light(delivery(event, headers={"x-attempts": attempts}))
    assert [1] == [row.attempts for row in light.rows("outbox")]


@pytest.mark.parametrize("attempts", [-1, -99, 10**30, "x", True, None])
def test_an_odd_attempt_count_on_the_own_queue_stops_nobody(light, attempts):
    """Even what only services may send is checked."""
    assert ["later"] == light(
        delivery(filed("raise"), exchange="", headers={"x-attempts": attempts})
    ) or light.rows("dead_letters")


# --- from outside -----------------------------------------------------------------------------------------------------


def test_only_the_broker_says_who_somebody_is(counter):
    """The user_id property counts; a header that says otherwise, or a party in the envelope, does not."""
    events = [action(party="huantai.power-bureau") for _ in range(3)]
    counter(
        sent(events[0]),
        sent(events[1], headers={"x-user": "mawei.mayor", "user_id": "mawei.mayor"}),
        sent(events[2], user=None, headers={"x-user": "mawei.mayor"}),
    )
    assert ["mawei.p", "mawei.p", "None"] == counter.told()


def test_two_parties_that_use_the_same_id_do_not_use_up_each_others(counter):
    """An id belongs to its sender: another party's message of the same id is another message."""
    event = action()
    assert ["done", "done", "duplicate"] == [
        *counter(sent(event)),
        *counter(sent(event, user="mawei.q")),
        *counter(sent(event)),
    ]


def test_the_user_survives_being_tried_later_and_being_replayed(database):
    """Who sent it is remembered over a retry and over parking, and the id is what it was."""
    desk = Desk(database, from_outside=True)
    desk.handle._methods = {
        Sign.type(): Method(lambda unit, event, user: _refuse_or_tell(unit, event, user, desk))
    }
    desk.refuse = True
    event = replace(action(), id="a/b/c")
    arriving = sent(event)
    for _ in PAUSES:
        assert ["later"] == desk(arriving)
        arriving = desk.again(max(desk.rows("outbox"), key=lambda row: row.id))
    assert ["parked"] == desk(arriving)

    desk.refuse = False
    (dead,) = desk.rows("dead_letters")
    with database.write() as unit:
        parking.replay(unit, dead.id, by="王")
    replayed = max(desk.rows("outbox"), key=lambda row: row.id)
    assert ["done"] == desk(desk.again(replayed))
    assert ["mawei.p"] == desk.told()
    assert ["duplicate"] == desk(sent(event))


def _refuse_or_tell(unit, event, user, desk):
    if desk.refuse:
        raise ValueError("not yet")
    unit.effect(str(user), event=event.id)


def test_a_message_without_a_user_can_be_replayed(counter):
    """Nobody signed it, it was parked: its replay is read as what it was."""
    counter.handle._methods = {}
    event = action()
    assert ["parked"] == counter(sent(event, user=None))
    counter.handle._methods = {Sign.type(): Method(Parcels().act)}
    (dead,) = counter.rows("dead_letters")
    with counter.database.write() as unit:
        parking.replay(unit, dead.id, by="王")
    (row,) = counter.rows("outbox")
    assert ["done"] == counter(counter.again(row))


def test_long_users_and_long_ids_are_told_apart(counter):
    """Together they are longer than a key; they still are messages of their own."""
    event = replace(action(), id="i" * 100)
    outcomes = counter(sent(event, user="u" * 120), sent(event, user="u" * 121), sent(event, user="u" * 120))
    assert ["done", "done", "duplicate"] == sorted(outcomes)


# --- parked messages --------------------------------------------------------------------------------------------------


def test_a_large_message_that_was_parked_can_be_replayed_whole(desk):
    """What fits through the bus fits into the parking lot: nothing is cut off."""
    event = replace(filed("poison"), data=replace(filed("poison").data, tags=("长" * 500,) * 150))
    assert ["parked"] == desk(delivery(event))
    (dead,) = desk.rows("dead_letters")
    assert receive(delivery(dead.body.encode()), from_outside=False).event == event


def test_a_parked_message_is_listed_shown_replayed_and_dropped(desk):
    """Each once: what was replayed or dropped cannot be again."""
    desk(delivery(filed("poison")), delivery(filed("poison")))
    with desk.database.write() as unit:
        first, second = [row["id"] for row in parking.parked(unit)]
        assert parking.find(unit, first)["body"]
        assert "body" not in parking.parked(unit)[0]
        parking.replay(unit, first, by="王")
        parking.drop(unit, second, by="李")
    with desk.database.write() as unit:
        assert [] == parking.parked(unit)
        assert [("replayed", "王"), ("dropped", "李")] == [
            (row["state"], row["state_by"]) for row in parking.parked(unit, everything=True)
        ]
        for again in (first, second):
            with pytest.raises(NotAllowedNow):
                parking.replay(unit, again, by="王")
            with pytest.raises(NotAllowedNow):
                parking.drop(unit, again, by="王")


def test_contact_data_is_not_parked(desk):
    """What a sender should not have sent is masked in the parked copy."""
    event = replace(filed("poison"), data=replace(filed("poison").data, text="电话13812345678"))
    desk(delivery(event))
    (dead,) = desk.rows("dead_letters")
    assert "13812345678" not in dead.body
    assert "138****5678" in dead.body


def test_a_batch_costs_a_handful_of_statements(desk):
    """A hundred messages: claim, effects, messages; not a query each."""
    with statements(desk.database.engine) as seen:
        desk(*[delivery(filed("emit")) for _ in range(100)])
    assert len(seen) <= 4, seen


def test_ratings_reach_their_own_method(desk):
    """A message goes to the method that named its class."""
    rated = new_event(
        CaseRated(rating="satisfied"), source="intake", time=NOON, district="mawei", case_no="26-00421-7"
    )
    desk(delivery(rated, exchange=EVENTS))
    assert [repr(rated.data)] == desk.told()
