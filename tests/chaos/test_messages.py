"""Messages that come twice, that nobody can read, and that nobody waits for."""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter

import pytest

from tests.chaos.conftest import SCHEMAS, Stack
from tests.chaos.load import Filing
from tests.chaos.once import assert_all_once, balances
from tests.chaos.publisher import Letter, publish
from whistle import topology
from whistle.contracts import CaseFiled, encode, new_event
from whistle.testing import wait_for

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(240)]
EFFECTS = (
    "intake.cases",
    "intake.timeline",
    "routing.jobs",
    "routing.dispatches",
    "routing.decisions",
    "routing.actions",
    "points.transfers",
    "notify.notices",
    "notify.tasks",
)


def test_every_message_twice_has_no_second_effect(stack: Stack) -> None:
    """Every outbox row is published again, and somebody sends copies of every event: no table grows."""
    before = balances(stack.platform)
    with Filing(stack.platform, 60) as filing:
        filing.wait()
    assert_all_once(stack.platform, filing, before=before)
    stack.wait_until_quiet()
    grown = sizes(stack)
    mine = ", ".join(f"'{no}'" for no in filing.numbers.values())
    for schema in SCHEMAS:
        stack.sql(
            f"UPDATE {schema}.outbox SET published_at = NULL, not_before = now() WHERE case_no IN ({mine})"
        )
    publish(stack.platform.bus_url, copies_of(stack, mine), copies=2)
    stack.wait_until_quiet()
    assert grown == sizes(stack)
    assert_all_once(stack.platform, filing, before=before)


def sizes(stack: Stack) -> dict[str, int]:
    """Rows of every table that holds an effect."""
    return {table: stack.sql(f"SELECT count(*) FROM {table}")[0][0] for table in EFFECTS}


def copies_of(stack: Stack, cases: str) -> list[Letter]:
    """Every event about these cases that a service has published, as it was."""
    return [
        Letter(exchange=exchange, key=key, body=body.encode(), properties={"message_id": message_id})
        for schema in ("intake", "routing", "points", "notify")
        for exchange, key, body, message_id in stack.sql(
            f"SELECT exchange, routing_key, body, message_id FROM {schema}.outbox WHERE case_no IN ({cases})"
        )
    ]


def test_what_cannot_be_read_is_parked_and_its_neighbours_do_not_notice(stack: Stack) -> None:
    """Unreadable messages amid good ones: each is parked once for a person, every good one is handled."""
    letters = poison()
    before = balances(stack.platform)
    with Filing(stack.platform, 60) as filing:
        for number in range(6):
            filing.wait_for(10 * number)
            publish(stack.platform.bus_url, [letters[number]])
        filing.wait()
    stack.wait_until_parked(2 * len(letters))
    listed = Counter(row["consumer"] for row in stack.platform.dead_list())
    assert {"routing.events": len(letters), "notify.events": len(letters)} == listed
    assert 1 == stack.platform.verify()["code"]
    for schema in SCHEMAS:
        stack.sql(f"UPDATE {schema}.dead_letters SET state = 'dropped' WHERE state = 'parked'")
    assert_all_once(stack.platform, filing, before=before)


def poison() -> list[Letter]:
    """Six bodies that are no event of ours, each in its own way."""
    data, now = CaseFiled.from_wire(CaseFiled.example), dt.datetime.now(dt.UTC)
    event = new_event(data, source="test", district="mawei", time=now, case_no="26-99999-9")
    good = json.loads(encode(event))
    bodies: list[bytes] = [
        b"\x80\x04not json",
        b"[1, 2, 3]",
        json.dumps({**good, "data": {"title": 5}}).encode(),
        json.dumps({**good, "type": "whistle.case.filed.v99"}).encode(),
        json.dumps({**good, "id": None}).encode(),
        b"[" * 20_000 + b"]" * 20_000,
    ]
    headers = {"nameko.call_id_stack": 5, "x-attempts": "many"}
    return [
        Letter(exchange=topology.EVENTS, key="case.filed.mawei", body=body, properties={"headers": headers})
        for body in bodies
    ]


def test_an_event_that_nobody_waits_for_is_kept_and_named(stack: Stack) -> None:
    """An event without a subscriber lands in whistle.unroutable, and verify says so until somebody has looked."""
    publish(
        stack.platform.bus_url,
        [Letter(exchange=topology.EVENTS, key="case.vanished.mawei", body=b"{}")],
    )
    wait_for(lambda: stack.depths() == {topology.UNROUTABLE: 1}, what="the message to be kept", every=0.2)
    report = stack.platform.verify()
    assert (1, True) == (report["code"], any(topology.UNROUTABLE in line for line in report["differences"]))
    stack.rabbit.ctl("purge_queue", "-p", "chaos", topology.UNROUTABLE)
    assert [] == stack.platform.wait_until_clean()["differences"]
