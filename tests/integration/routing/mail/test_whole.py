"""A party on webhooks and HTTP, from the command line to the last answer, against a running platform."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from tests.integration.routing.mail.receiver import Receiver
from whistle.clock import SystemClock
from whistle.testing import wait_for
from whistle.testing.platform import EmbeddedPlatform
from whistle.webhooks import verify

PARTY = "mawei/water-company"
OTHER = "mawei/maxian-property"
CASE = {
    "district": "mawei",
    "title": "小区停水两天",
    "text": "我叫司马相如,小区从昨天起停水,自来水公司说是水管爆管,请尽快修复。",
    "place": "帝豪花园",
    "contact": {"name": "司马相如", "phone": "13812345678"},
}


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedPlatform]:
    settings = {"WHISTLE_WEBHOOK_NETWORKS": "127.0.0.0/8", "WHISTLE_WEBHOOK_HTTP": "true"}
    with EmbeddedPlatform(tmp_path_factory.mktemp("whole"), **settings) as running:
        yield running


def test_a_party_works_by_webhook_and_token_alone(platform, receiver: Receiver):
    """Handed over in one go; the signed message names nobody; it signs, reads, asks again; nobody else may for it."""
    made = json.loads(platform.require("party", "add", PARTY, "--webhook", receiver.url, "--json"))
    other = json.loads(platform.require("party", "token", OTHER, "--json"))["token"]
    assert 201 == platform.http("POST", "/api/v1/cases", CASE).status
    wait_for(lambda: receiver.taken, timeout=30, what="the webhook")

    (number, headers, body) = receiver.requests[0]
    event = json.loads(body)
    assert (1, event["id"]) == (number, verify(body, headers, secret=made["secret"], now=SystemClock().now()))
    assert [] == [word for word in ("司马相如", "13812345678", "5678") if word in event["data"]["text"]]

    acting = f"/api/v1/dispatches/{event['data']['dispatch']}/actions"
    sign = {"action": "sign", "by": "张工"}
    assert 403 == platform.http("POST", acting, sign, token=other).status
    assert 200 == platform.http("POST", acting, sign, token=made["token"]).status
    own = f"/api/v1/parties/{PARTY}"
    assert 403 == platform.http("GET", f"{own}/messages", token=other).status
    page = platform.http("GET", f"{own}/messages", token=made["token"]).body
    assert [event["id"]] == [one["event"]["id"] for one in page["messages"]]
    assert 202 == platform.http("POST", f"{own}/replay", {"sequence": 1}, token=made["token"]).status
    wait_for(lambda: len(receiver.taken) == 2, timeout=30, what="the same webhook again")
    assert body == receiver.requests[1][2]

    standing = platform.http("GET", own, token=made["token"]).body
    assert ("webhook", 1, 1, 0) == tuple(standing[name] for name in ("way", "sequence", "acted", "unsigned"))
    platform.require("party", "token", PARTY)  # another one: the first does not count any more
    assert 401 == platform.http("GET", own, token=made["token"]).status
    assert 403 == platform.http("GET", "/api/v1/dispatches", token=other).status
