"""A points database: migrated, empty, on SQLite and on PostgreSQL. Migrated once; each test begins with empty tables."""

from __future__ import annotations

import secrets
import shutil

import pytest
import sqlalchemy as sa

from tests.integration.points.town import NOON
from whistle.clock import SetClock
from whistle.storage import Database, make_engine, migrations
from whistle_points.store import PointsUnit, metadata


def migrated(url):
    engine = make_engine(url, schema="points")
    migrations.upgrade(engine, service="points", package="whistle_points")
    return engine


@pytest.fixture(scope="session")
def empty_file(tmp_path_factory):
    """A migrated SQLite file, to be copied."""
    file = tmp_path_factory.mktemp("points") / "empty.db"
    migrated(f"sqlite:///{file}").dispose()
    return file


@pytest.fixture(scope="session")
def postgres_engine(request):
    """A migrated PostgreSQL database for all tests of this room."""
    server = request.getfixturevalue("postgres")
    name = f"whistle_points_{secrets.token_hex(6)}"
    engine = migrated(server.create_database(name))
    yield engine
    engine.dispose()
    server.drop_database(name)


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request, tmp_path):
    if request.param == "postgresql":
        engine = request.getfixturevalue("postgres_engine")
        with engine.begin() as connection:
            for table in metadata.sorted_tables:
                connection.execute(sa.delete(table))
        yield engine
        return
    file = tmp_path / "points.db"
    shutil.copy(request.getfixturevalue("empty_file"), file)
    engine = make_engine(f"sqlite:///{file}", schema="points")
    yield engine
    engine.dispose()


@pytest.fixture
def database(engine):
    return Database(engine, PointsUnit, clock=SetClock(NOON))
