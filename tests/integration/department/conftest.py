"""
A broker with the management API for the session, a vhost with the topology and one party for each test.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator

import pytest

from tests.integration.department.city import City
from whistle.testing.fixtures import missing
from whistle.testing.servers import LocalRabbit, ServerMissing


@pytest.fixture(scope="session")
def broker() -> Iterator[LocalRabbit]:
    """One broker with the management API; nobody may stop it."""
    yield from _started()


@pytest.fixture
def own_broker() -> Iterator[LocalRabbit]:
    """Such a broker that the test may kill, freeze and alarm."""
    yield from _started()


@pytest.fixture
def city(broker: LocalRabbit) -> Iterator[City]:
    """A vhost of one's own with the topology and one party."""
    vhost = f"city-{secrets.token_hex(4)}"
    yield City(broker.add_vhost(vhost), broker.management_url)
    broker.delete_vhost(vhost)


def _started() -> Iterator[LocalRabbit]:
    try:
        server = LocalRabbit(management=True)
    except ServerMissing as error:
        missing(str(error))
    try:
        yield server.start()
    finally:
        server.stop()
