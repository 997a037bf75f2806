"""What time ends, when several things end on the same day."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from tests.integration.points.desk import SCHEME, Desk
from whistle_points.domain import Schemes, Validity
from whistle_points.rules import Rules
from whistle_points.store import verify


def test_points_may_expire_on_the_day_on_which_they_are_final(database):
    """One sweep ends the list and the lot, which both change the same row."""
    short = replace(SCHEME, validity=Validity(mode="months", months=1), spend="final")
    desk = Desk(database, rules=Rules({"mawei": Schemes((short,))}))
    desk.enrol("m-1")
    award = desk.earn()
    desk.clock.advance(dt.timedelta(days=32))
    desk.call("post_publication", {"period": "2026-03"})
    desk.clock.advance(dt.timedelta(days=28))
    desk.sweep()

    assert (0, 0) == (desk.balance()["free"], desk.balance()["debt"])
    with desk.database.read() as unit:
        lot = unit.lots.get(award["id"])
        assert ("final", True, 20) == (unit.awards.get(award["id"]).state, lot.final, lot.expired)
        assert [] == verify(unit)
