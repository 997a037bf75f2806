"""Towns with a small street: on both databases, or only in a file where the database makes no difference."""

from __future__ import annotations

import pytest

from tests.integration.routing.conftest import opened
from tests.integration.routing.organisation.districts import files_at, take
from tests.integration.routing.town import NOON, Town
from whistle.clock import SetClock


@pytest.fixture
def small_town(tmp_path):
    """On SQLite alone, with nothing loaded."""
    database = opened(f"sqlite:///{tmp_path}/routing.db", SetClock(NOON))
    yield Town(database)
    database.close()


@pytest.fixture
def street(town, tmp_path):
    """A small street, loaded, on both databases; wg1 has two micro-grids and a party branch."""
    take(town.database, files_at(tmp_path))
    return town


@pytest.fixture
def small_street(small_town, tmp_path):
    """The same on SQLite alone."""
    take(small_town.database, files_at(tmp_path))
    return small_town
