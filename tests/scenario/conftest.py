"""
The platform in both ways to run. In the embedded one simulated parties answer inside the process; in the
deployed one each party is a client of its own on its own broker account.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator

import pytest

from tests.scenario.problems import DISTRICT, PARTIES
from whistle.testing.platform import DeployedPlatform, EmbeddedPlatform, Platform


@pytest.fixture(scope="module", params=["embedded", "deployed"])
def platform(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    """A running platform; the module's tests share it, each with cases of its own."""
    folder = tmp_path_factory.mktemp(request.param)
    if request.param == "embedded":
        with EmbeddedPlatform(folder) as embedded:
            yield embedded
        return
    rabbit, postgres = request.getfixturevalue("rabbit"), request.getfixturevalue("postgres")
    name = f"scenario_{secrets.token_hex(4)}"
    bus_url, database_url = rabbit.add_vhost(name), postgres.create_database(name)
    try:
        with DeployedPlatform(
            folder,
            bus_url=bus_url,
            database_url=database_url,
            admin=rabbit.admin,
            crew=[(DISTRICT, party) for party in PARTIES],
        ) as deployed:
            yield deployed
    finally:
        postgres.drop_database(name)
        rabbit.delete_vhost(name)
