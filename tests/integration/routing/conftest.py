"""Routing on a migrated database: on SQLite, on both, or twice on PostgreSQL."""

from __future__ import annotations

import pytest

from tests.integration.routing.town import NOON, Town
from whistle.clock import SetClock
from whistle.storage import Database, make_engine, migrations
from whistle_routing.store import RoutingUnit


def opened(url, clock):
    engine = make_engine(url, schema="routing")
    migrations.upgrade(engine, service="routing", package="whistle_routing")
    return Database(engine, RoutingUnit, clock=clock)


@pytest.fixture(params=["sqlite", "postgresql"])
def town(request, tmp_path):
    """On both databases."""
    url = f"sqlite:///{tmp_path}/routing.db"
    if request.param == "postgresql":
        url = request.getfixturevalue("database_url")
    database = opened(url, SetClock(NOON))
    yield Town(database)
    database.close()


@pytest.fixture
def towns(database_url):
    """Three processes' worth of routing on one PostgreSQL database, with one clock."""
    clock = SetClock(NOON)
    databases = [opened(database_url, clock) for _ in range(3)]
    yield [Town(database) for database in databases]
    for database in databases:
        database.close()
