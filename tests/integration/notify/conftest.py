"""A notify database: migrated, empty, on SQLite and on PostgreSQL."""

from __future__ import annotations

import pytest

from tests.integration.notify.house import House
from whistle.storage import make_engine, migrations


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request, tmp_path):
    url = f"sqlite:///{tmp_path}/notify.db"
    if request.param == "postgresql":
        url = request.getfixturevalue("database_url")
    engine = make_engine(url, schema="notify")
    migrations.upgrade(engine, service="notify", package="whistle_notify")
    yield engine
    engine.dispose()


@pytest.fixture
def house(engine):
    return House(engine)
