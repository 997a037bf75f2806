"""A handler that raises: tried again with growing pauses, then parked, looked at and replayed by a person."""

from __future__ import annotations

import datetime as dt
import itertools
import json

import pytest

from tests.chaos.conftest import Stack
from tests.chaos.load import DISTRICT, Filing
from tests.chaos.once import assert_all_once, balances
from tests.chaos.publisher import Letter, publish
from whistle import topology

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(240)]
NEEDLE = "会让处理程序出错的诉求"
PAUSES = (0.2, 1.5, 3.0)
"""Further apart than the relay's sweeps, which find what is due."""


def test_a_handler_that_raises_is_tried_again_later_and_later_then_parked_and_replayed(stack: Stack) -> None:
    """Three retries with growing pauses, one parked message, its neighbours unharmed; once repaired it is replayed."""
    platform, before = stack.platform, balances(stack.platform)
    stack.routing.stop()
    stack.routing.start(fault=f"fail-on={NEEDLE}", WHISTLE_RETRY_SECONDS=",".join(map(str, PAUSES)))
    with Filing(platform, 20) as filing:
        title = f"{NEEDLE} {filing.run}"
        body = {"district": DISTRICT, "title": title, "text": f"{NEEDLE},自来水发黄。", "door": "hotline"}
        no = platform.http("POST", "/api/v1/cases", body).body["no"]
        filing.wait()
    stack.wait_until_parked(1)
    (row,) = platform.dead_list()
    assert ("routing", "routing.events", "attempts", 4, no) == tuple(
        row[name] for name in ("service", "consumer", "reason", "attempts", "case_no")
    )
    assert "Broken" in row["error"]
    assert_paused(stack, row["message_id"])
    shown = json.loads(platform.require("dead", "show", row["id"]))
    assert NEEDLE in shown["body"]

    stack.routing.stop()
    stack.routing.start()
    assert 1 == platform.verify()["code"]
    platform.require("dead", "replay", row["id"], "--by", "值班员")
    platform.wait_until_closed([no])
    assert [] == platform.dead_list()
    filing.numbers[title], filing.count = no, filing.count + 1
    assert_all_once(platform, filing, before=before)


def assert_paused(stack: Stack, message_id: str) -> None:
    """Every try came after the pause that is set for it, each pause longer than the one before."""
    lines = [line for line in stack.routing.log.read_text().splitlines() if line.startswith("{")]
    tries = [
        dt.datetime.fromisoformat(line["timestamp"])
        for line in map(json.loads, lines)
        if line.get("message") == message_id and line["event"] in ("message_later", "message_parked")
    ]
    gaps = [(later - earlier).total_seconds() for earlier, later in itertools.pairwise(tries)]
    assert len(PAUSES) == len(gaps)
    assert [] == [(gap, pause) for gap, pause in zip(gaps, PAUSES, strict=True) if gap < pause]
    assert sorted(gaps) == gaps


def test_a_dropped_message_is_given_up_and_on_record(stack: Stack) -> None:
    """What nobody can use is dropped by name; the record says who did it, and verify is clean again."""
    publish(
        stack.platform.bus_url, [Letter(exchange=topology.EVENTS, key="case.filed.mawei", body=b"{broken")]
    )
    stack.wait_until_parked(2)  # by routing and by notify
    for row in stack.platform.dead_list():
        stack.platform.require("dead", "drop", row["id"], "--by", "王主任")
    assert [] == stack.platform.dead_list()
    kept = json.loads(stack.platform.require("dead", "list", "--all", "--json"))
    assert {"dropped"} == {row["state"] for row in kept if row["state_by"] == "王主任"}
    assert [] == stack.platform.wait_until_clean()["differences"]
