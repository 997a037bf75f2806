"""A database of the parcels service, migrated and empty: on SQLite and on PostgreSQL."""

from __future__ import annotations

import pytest
import structlog

from tests.integration.kit.parcels.store import ParcelsUnit
from tests.integration.kit.stock import NOON
from whistle.clock import SetClock
from whistle.storage import Database, make_engine, migrations

PACKAGE = "tests.integration.kit.parcels"


@pytest.fixture(scope="module", autouse=True)
def plain_logs():
    """Unconfigured, structlog draws a box with all local variables for each exception, which takes longer than the test."""
    structlog.configure(
        processors=[structlog.processors.format_exc_info, structlog.processors.KeyValueRenderer()]
    )
    yield
    structlog.reset_defaults()


@pytest.fixture
def clock():
    return SetClock(NOON)


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request, tmp_path):
    """URL of an empty database."""
    if request.param == "postgresql":
        return request.getfixturevalue("database_url")
    return f"sqlite:///{tmp_path}/parcels.db"


@pytest.fixture
def database(url, clock):
    """The migrated database."""
    yield from opened(url, clock)


@pytest.fixture
def postgres_database(database_url, clock):
    """The migrated database on PostgreSQL, for what needs two writers."""
    yield from opened(database_url, clock)


def opened(url, clock):
    engine = make_engine(url, schema="parcels")
    migrations.upgrade(engine, service="parcels", package=PACKAGE)
    yield Database(engine, ParcelsUnit, clock=clock)
    engine.dispose()


@pytest.fixture
def another(database_url, clock):
    """A second process's database object, on the same PostgreSQL database as ``postgres_database``."""
    engine = make_engine(database_url, schema="parcels")
    yield Database(engine, ParcelsUnit, clock=clock)
    engine.dispose()


@pytest.fixture
def yard(bus_url, tmp_path):
    """A vhost with the parcels service's topology, and its database."""
    from tests.integration.kit.running import Yard

    made = Yard(bus_url, tmp_path)
    yield made
    made.close()


@pytest.fixture
def service(yard):
    """One process of the service at work."""
    return yard.start().ready()
