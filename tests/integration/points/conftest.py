"""A points database: migrated, empty, on SQLite and on PostgreSQL."""

from __future__ import annotations

import pytest

from tests.integration.points.town import NOON
from whistle.clock import SetClock
from whistle.storage import Database, make_engine, migrations
from whistle_points.store import PointsUnit


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request, tmp_path):
    url = f"sqlite:///{tmp_path}/points.db"
    if request.param == "postgresql":
        url = request.getfixturevalue("database_url")
    engine = make_engine(url, schema="points")
    migrations.upgrade(engine, service="points", package="whistle_points")
    yield engine
    engine.dispose()


@pytest.fixture
def database(engine):
    return Database(engine, PointsUnit, clock=SetClock(NOON))
