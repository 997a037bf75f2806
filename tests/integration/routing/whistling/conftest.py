"""The town with a case at work: on a copy of one migrated SQLite file, or (``both``) migrated on both databases."""

from __future__ import annotations

import pytest

from tests.integration.routing.test_machine import empty_database
from tests.integration.routing.town import NOON, Town
from tests.integration.routing.whistling.square import square
from whistle.clock import SetClock
from whistle.storage import Database, make_engine
from whistle_routing.store import RoutingUnit


@pytest.fixture
def here(tmp_path):
    (tmp_path / "routing.db").write_bytes(empty_database())
    engine = make_engine(f"sqlite:///{tmp_path}/routing.db", schema="routing")
    database = Database(engine, RoutingUnit, clock=SetClock(NOON))
    yield square(Town(database))
    database.close()


@pytest.fixture
def both(town):
    return square(town)
