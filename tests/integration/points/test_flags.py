"""What looks wrong is found in the background, told once, and judged by somebody whom it is not about."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.integration.points.desk import PHOTO, Desk
from whistle.errors import Invalid, NotAllowedNow, NotFound
from whistle_points import handlers, refusals
from whistle_points.store import flagging


@pytest.fixture
def desk(database):
    desk = Desk(database)
    desk.enrol("m-1", "m-2", "m-3")
    return desk


def listed(desk, **query):
    return desk.read("list_flags", **query)["flags"]


def test_the_same_photo_is_told_once_and_judged_once(desk, monkeypatch):
    """Page by page; judged by another, with a reason; found again, it is not told again; nobody loses a point by it."""
    monkeypatch.setattr(flagging, "PAGE", 2)
    for member in ("m-1", "m-2", "m-1"):
        desk.claim(member, evidence=[{**PHOTO, "sha256": "a" * 64}])
    desk.earn("m-3")
    assert (1, 0) == (handlers.watch(desk.tools), handlers.watch(desk.tools))
    (flag,) = listed(desk)
    assert ("same-evidence", ["m-1", "m-2"], "open") == (flag["kind"], flag["members"], flag["state"])
    assert 3 == len(flag["facts"]["claims"])

    where = {"path": {"flag": flag["id"]}}
    with pytest.raises(refusals.SamePerson):
        desk.call("post_judgement", {"outcome": "dismissed", "reason": "x"}, by="m-2", **where)
    with pytest.raises(Invalid):
        desk.call("post_judgement", {"outcome": "upheld", "reason": ""}, **where)
    judged = desk.call("post_judgement", {"outcome": "upheld", "reason": "同一张照片"}, by="boss", **where)
    with pytest.raises(NotAllowedNow):
        desk.call("post_judgement", {"outcome": "dismissed", "reason": "x"}, by="boss", **where)
    with pytest.raises(NotFound):
        desk.call("post_judgement", {"outcome": "dismissed", "reason": "x"}, path={"flag": "nothing"})

    assert ("upheld", "boss", "同一张照片") == (judged["state"], judged["judged_by"], judged["reason"])
    assert (0, []) == (handlers.watch(desk.tools), listed(desk))
    assert [flag["id"]] == [one["id"] for one in listed(desk, state="upheld", kind="same-evidence")]
    assert 20 == desk.balance("m-3")["free"]


def test_one_phone_that_checks_three_in(desk):
    """By the mark that the phone sends along; hours at two places at once, and what is over the cap, too."""
    start = desk.clock.now() + dt.timedelta(hours=2)
    body = {"kind": "volunteer", "title": "清扫", "item": "volunteer", "place": "广场"}
    times = {"starts_at": start.isoformat(), "ends_at": (start + dt.timedelta(hours=3)).isoformat()}
    first, second = (desk.call("post_activity", {**body, **times}, by="planner") for _ in range(2))
    for member in ("m-1", "m-2", "m-3"):
        desk.call("join", {"member": member}, path={"activity": first["id"]})
    desk.clock.advance(dt.timedelta(hours=2))
    code = desk.read("show_code", path={"activity": first["id"]})["code"]
    for member in ("m-1", "m-2", "m-3"):
        come = {"member": member, "code": code, "device": "phone-1"}
        desk.call("check_in", come, path={"activity": first["id"]})
    desk.clock.advance(dt.timedelta(hours=4))
    for activity in (first, second):
        paper = {"present": [{"member": "m-1", "minutes": 150}]}
        desk.call("confirm", paper, path={"activity": activity["id"]})
    handlers.watch(desk.tools)

    assert {"shared-device": ["m-1", "m-2", "m-3"], "overlapping-hours": ["m-1"]} == {
        flag["kind"]: flag["members"] for flag in listed(desk)
    }
