"""What people do wrong, and what they are told: each thing by a problem of its own, with a page that explains it."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest

from tests.integration.points.desk import SCHEME, Desk
from whistle.errors import Rejected
from whistle_points import refusals
from whistle_points.domain import Schemes
from whistle_points.rules import Rules

POINT = {"point": "站"}


@pytest.fixture
def desk(database):
    """A member with points, and rice for them until the end of March."""
    later = replace(
        SCHEME,
        version=2,
        valid_from=dt.date(2027, 1, 1),
        items={**SCHEME.items, "song": SCHEME.items["advice"]},
    )
    desk = Desk(database, rules=Rules({"mawei": Schemes((SCHEME, later))}))
    desk.enrol("m-1")
    desk.earn()
    rice = {"name": "大米", "price": "1", "valid_to": "2026-03-31", **POINT}
    desk.call("put_reward", {"code": "rice", **rice})
    desk.call("move_stock", {"reason": "received", "quantity": 5}, path={"reward": "rice"})
    return desk


def order(desk, **body):
    return desk.call("post_order", {"member": "m-1", "reward": "rice", **body}, by="web")


def fetch(desk, code, *, by="clerk"):
    return desk.call("pick_up", {"code": code, **POINT}, by=by)


def late(desk):
    code = order(desk)["code"]
    desk.clock.advance(dt.timedelta(days=20))
    return fetch(desk, code)


def twice(desk):
    code = order(desk)["code"]
    fetch(desk, code)
    return fetch(desk, code)


def own_review(desk):
    made = desk.claim("m-1")
    return desk.call("post_review", {"approve": True}, by="m-1", path={"claim": made["id"]})


def next_month(desk):
    desk.clock.advance(dt.timedelta(days=40))
    return order(desk)


def paper_list(desk):
    present = [{"member": "m-1", "minutes": -30}]
    return desk.call("confirm", {"present": present}, path={"activity": "any"})


WRONGS: dict[str, tuple[Any, str, int]] = {
    "unknown member": (lambda desk: desk.claim("m-9"), "unknown-member", 404),
    "unknown member's order": (lambda desk: order(desk, member="m-9"), "unknown-member", 404),
    "negative amount": (lambda desk: desk.claim("m-1", hundredths=-100), "wrong-amount", 422),
    "huge amount": (lambda desk: desk.claim("m-1", hundredths=10**12), "wrong-amount", 422),
    "no amount at all": (lambda desk: order(desk, quantity=0), "wrong-amount", 422),
    "expired code": (late, "code-expired", 409),
    "code used twice": (twice, "code-used", 409),
    "clerk is the taker": (lambda desk: fetch(desk, order(desk)["code"], by="m-1"), "own-pick-up", 403),
    "reviewer is the subject": (own_review, "own-review", 403),
    "item of another date": (lambda desk: desk.claim("m-1", item="song"), "item-of-another-date", 404),
    "item that never was": (lambda desk: desk.claim("m-1", item="dance"), "unknown-item", 404),
    "claim without the photo": (lambda desk: desk.claim("m-1", evidence=[]), "missing-evidence", 422),
    "paper list below nothing": (paper_list, "wrong-amount", 422),
    "reward of another date": (next_month, "not-on-offer", 409),
}


@pytest.mark.parametrize("name", list(WRONGS))
def test_each_wrong_has_its_own_problem(desk, name):
    """Its type, its status, and nothing of it is booked."""
    wrong, code, status = WRONGS[name]
    free, held = desk.balance()["free"], desk.balance()["held"]
    with pytest.raises(Rejected) as refused:
        wrong(desk)

    assert (f"points/{code}", status) == (refused.value.code, refused.value.status)
    assert code in {one.code.partition("/")[2] for one in refusals.REFUSALS}
    spent = 10 if name == "code used twice" else 0
    assert free + held - spent == desk.balance()["free"] + desk.balance()["held"]
