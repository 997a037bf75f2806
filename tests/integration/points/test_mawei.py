"""Mawei from end to end (S1-18…21): skills, four kinds of activity, review, publication, exchange, lists, yearly statement."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from tests.integration.points.desk import Desk
from tests.integration.points.test_activities import at, hear, told
from whistle_points import handlers, signing
from whistle_points.pages.member import member_file
from whistle_points.rules import Rules
from whistle_points.schemes import read_schemes
from whistle_points.signing import Signer
from whistle_points.stating import statement_paper
from whistle_points.store import verify

POINTS = Path(__file__).parents[3] / "deploy/districts/mawei/whistle_mawei/points.toml"
KINDS = {"volunteer-day": "volunteer", "night-patrol": "night-patrol", "flood-duty": "flood-duty"}


def test_a_year_of_a_member_in_mawei(database):
    """What the town's own scheme makes of it."""
    desk = Desk(database, rules=Rules({"mawei": read_schemes(POINTS, district="mawei")}))
    desk.enrol("m-1", "m-2")
    desk.call("put_skill", {"member": "m-1", "skill": "水电", "proof": "电工证"})

    start = desk.clock.now() + dt.timedelta(hours=1)
    times = {"starts_at": start.isoformat(), "ends_at": (start + dt.timedelta(hours=2)).isoformat()}
    planned = [
        desk.call("post_activity", {"kind": kind, "title": kind, "item": item, **times})["id"]
        for kind, item in KINDS.items()
    ]
    for activity in planned:
        desk.call("join", {"member": "m-1"}, **at(desk, activity))
    desk.clock.advance(dt.timedelta(days=1))
    for activity in planned:
        desk.call("confirm", {"present": [{"member": "m-1", "minutes": 120}]}, **at(desk, activity))
    hear(desk, *told(desk))
    text = [{"kind": "text", "sha256": "1" * 64}]
    advice = desk.claim("m-1", "advice", assessor="self", evidence=text, note="建议增设路灯")
    desk.call("post_review", {"approve": True}, by="reviewer", path={"claim": advice["id"]})
    # volunteer 2 h: 2, patrol 2 h: 2, flood duty 2 h at 2 points: 4, advice: 2
    assert (100, 100) == (desk.balance()["free"], desk.balance()["rank"])

    desk.clock.advance(dt.timedelta(days=31))
    listed = desk.call("post_publication", {"period": "2026-03"})
    assert [["m-1", "党员m-1", 100, 4]] == listed["rows"]
    desk.clock.advance(dt.timedelta(days=15))
    desk.sweep()
    assert "final" == desk.read("show_publication", path={"publication": listed["id"]})["state"]

    desk.call("put_reward", {"code": "rice", "name": "大米", "price": 6, "point": "罗星街道"})
    desk.call("move_stock", {"reason": "received", "quantity": 3}, path={"reward": "rice"})
    code = desk.call("post_order", {"member": "m-1", "reward": "rice"})["code"]
    desk.call("pick_up", {"code": code, "point": "罗星街道"}, by="other")

    with database.read() as unit:
        file = member_file(unit, scheme="mawei", member="m-1", most=100)
        assert [] == verify(unit)
    assert (40, 100, 360) == (file.balance.free, file.balance.rank, file.minutes)
    assert (4, 3, 1, 1) == (len(file.awards), len(file.times), len(file.orders), len(file.skills))
    assert {"final"} == {row["state"] for row in file.awards}

    desk.clock.advance(dt.timedelta(days=260))  # the year is over
    listed = desk.call("post_report", {"kind": "public", "period": "2026-Q1"})
    ranked = desk.call("post_report", {"kind": "ranking", "period": "2026"})
    with database.read() as unit:
        year = handlers.statements(
            unit, ["m-1"], scheme="mawei", year=2026, by="secretary", tools=desk.tools
        )[0]
        signer = Signer.of(desk.tools.secret)
        checked = signing.check(statement_paper(year, signer), public=signer.public)
        assert [] == verify(unit)
    assert [("党**", 100)] == [(row["name"], row["tenths"]) for row in listed["rows"]]
    assert [("m-1", 100, 360, "commended")] == [
        (row["member"], row["tenths"], row["minutes"], row["verdict"]) for row in ranked["rows"]
    ]
    assert (0, 100, -60, 40, 360) == (
        year.opening.net,
        sum(line.tenths for line in year.earned),
        sum(line.tenths for line in year.spent),
        year.closing.free,
        year.minutes,
    )
    assert {"志愿服务": 20, "夜间平安巡逻": 20, "防汛抗台": 40, "建言献策": 20} == {
        line.name: line.tenths for line in year.earned
    }
    assert checked.whole
