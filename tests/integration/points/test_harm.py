"""Whatever somebody does to the books of points by hand is found, and the row is named."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa

from tests.integration.points.desk import Desk
from whistle_points.store import (
    awards,
    balances,
    holds,
    lots,
    orders,
    rewards,
    scheme_versions,
    tallies,
    transfers,
    verify,
)


@pytest.fixture
def desk(database):
    """Two awards, one order fetched, one open, one reversal."""
    desk = Desk(database)
    desk.enrol("m-1", "m-2")
    desk.call("put_reward", {"code": "rice", "name": "大米", "price": 1, "point": "站"})
    desk.call("move_stock", {"reason": "received", "quantity": 10}, path={"reward": "rice"})
    desk.earn()
    wrong = desk.earn("m-2")
    desk.call("reverse", {"reason": "误记"}, path={"transfer": wrong["id"]})
    fetched = desk.call("post_order", {"member": "m-1", "reward": "rice"})
    desk.call("pick_up", {"code": fetched["code"], "point": "站"}, by="other")
    desk.call("post_order", {"member": "m-1", "reward": "rice"})
    return desk


def update(table, **values):
    return lambda *where: sa.update(table).where(*where).values(**values)


HARMS = {
    "free": (update(lots, left=1, tenths=100)(), "lot "),
    "lost-lot": (sa.delete(lots), "points are booked on it but it is not there"),
    "held": (update(holds, tenths=7)(holds.c.state == "held"), "open holds are 7"),
    "ended-twice": (update(holds, state="voided")(holds.c.state == "settled"), "hold "),
    "lost-hold": (sa.delete(holds), "of no hold"),
    "expired-spent": (
        update(lots, expires_at=dt.datetime(2020, 1, 1, tzinfo=dt.UTC))(lots.c.member == "m-1"),
        "whose time is over",
    ),
    "own-review": (update(awards, reviewer="user:m-1")(awards.c.member == "m-1"), "was checked by user:m-1"),
    "no-review": (update(awards, reviewer="")(), "was checked by nobody"),
    "amount": (update(awards, tenths=70)(awards.c.member == "m-1"), "says 70, booked is 20"),
    "lost-award": (sa.delete(awards), "an award that is not on record"),
    "not-reversed": (
        update(awards, state="booked")(awards.c.state == "reversed"),
        "its reversal says otherwise",
    ),
    "rank": (update(tallies, tenths=500)(tallies.c.member == "m-1"), "cached 500, recomputed 20"),
    "cap": (
        update(scheme_versions, caps={"volunteer": {"event": 5, "day": 5, "month": 5, "year": 5}})(),
        "the cap is 5",
    ),
    "stock": (update(rewards, on_hand=8)(), "on hand 8 (recomputed 9)"),
    "reserved": (update(rewards, reserved=0)(), "reserved 0 (ordered 1)"),
    "own-clerk": (update(orders, clerk="m-1")(orders.c.state == "settled"), "clerk and taker"),
    "balance": (
        update(balances, tenths=-5)(balances.c.account == "member:m-1:earned"),
        "is on the wrong side of 0",
    ),
    "silent": (
        update(transfers, recorded_at=dt.datetime(2026, 3, 1, 3, tzinfo=dt.UTC))(),
        "its content does not give its hash",
    ),
}


@pytest.mark.parametrize("harm", HARMS, ids=str)
def test_verify_names_every_harm(desk, harm):
    """Nothing before, the row after."""
    statement, complaint = HARMS[harm]
    with desk.database.read() as unit:
        assert [] == verify(unit)
    with desk.database.write() as unit:
        unit.execute(statement)

    with desk.database.read() as unit:
        found = verify(unit)
    assert [] != [line for line in found if complaint in line], found


def test_verify_finds_what_was_told_twice_or_to_nobody(desk):
    """Each transfer has its event, once."""
    with desk.database.write() as unit:
        outbox = unit.kit.outbox
        chosen = unit.connection.execute(
            sa.select(outbox).where(outbox.c.type.like("whistle.points.%")).order_by(outbox.c.id).limit(2)
        ).all()
        unit.execute(sa.delete(outbox).where(outbox.c.id == chosen[0].id))
        unit.execute(sa.insert(outbox).values({**chosen[1]._mapping, "id": "again"}))

    with desk.database.read() as unit:
        found = verify(unit)
    assert 1 == len([line for line in found if "was told to nobody" in line])
    assert 1 == len([line for line in found if line.startswith("outbox again") or " as again does" in line])
