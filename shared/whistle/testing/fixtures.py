"""
The pytest plugin: a fresh vhost and a fresh database per test, on servers of the session.

Where the servers come from: ``WHISTLE_TEST_BUS_URL`` (with ``WHISTLE_TEST_MANAGEMENT_URL``, by default port 15672 of the
same host) and ``WHISTLE_TEST_DATABASE_URL``; else containers where Docker answers; else what is installed on this machine.
With ``CI`` set a missing server fails the test, at home it skips it and says what to install.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Iterator
from typing import Any, NoReturn, Protocol, TypeVar
from urllib.parse import urlsplit

import pytest

from whistle.testing.servers import LocalPostgres, LocalRabbit, ServerMissing
from whistle.testing.servers.remote import RemotePostgres, RemoteRabbit
from whistle.topology.broker_admin import BrokerAdmin

Server = TypeVar("Server", LocalRabbit, LocalPostgres)


class Broker(Protocol):
    """What tests may ask of the session's broker, wherever it runs."""

    @property
    def admin(self) -> BrokerAdmin: ...
    def url(self, vhost: str = "/") -> str: ...
    def add_vhost(self, name: str) -> str: ...
    def delete_vhost(self, name: str) -> None: ...


class Database(Protocol):
    """What tests may ask of the session's database server, wherever it runs."""

    def url(self, database: str = "postgres") -> str: ...
    def create_database(self, name: str) -> str: ...
    def drop_database(self, name: str) -> None: ...


@pytest.fixture(scope="session")
def rabbit() -> Iterator[Broker]:
    """The broker of the session. Tests that break the broker take ``own_rabbit``."""
    url = os.environ.get("WHISTLE_TEST_BUS_URL")
    if url:
        parts = urlsplit(url)
        login = parts.netloc.rpartition("@")[0]
        management = f"http://{login}@{parts.hostname}:15672"
        server = RemoteRabbit(url, os.environ.get("WHISTLE_TEST_MANAGEMENT_URL", management))
        server.allow_impersonation()
        yield server
    elif _docker_answers():
        yield from _rabbit_in_container()
    else:
        yield from _started(LocalRabbit)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Database]:
    """The database server of the session. Tests that break it take ``own_postgres``."""
    url = os.environ.get("WHISTLE_TEST_DATABASE_URL")
    if url:
        yield RemotePostgres(url)
    elif _docker_answers():
        yield from _postgres_in_container()
    else:
        yield from _started(LocalPostgres)


@pytest.fixture
def bus_url(rabbit: Broker) -> Iterator[str]:
    """AMQP URL of a fresh vhost, gone after the test."""
    name = f"whistle-test-{secrets.token_hex(6)}"
    yield rabbit.add_vhost(name)
    rabbit.delete_vhost(name)


@pytest.fixture
def database_url(postgres: Database) -> Iterator[str]:
    """URL of a fresh, empty PostgreSQL database, gone after the test."""
    name = f"whistle_test_{secrets.token_hex(6)}"
    yield postgres.create_database(name)
    postgres.drop_database(name)


@pytest.fixture
def own_rabbit() -> Iterator[LocalRabbit]:
    """A broker for this test alone: to be killed, frozen, restarted or filled up."""
    yield from _started(LocalRabbit)


@pytest.fixture
def own_postgres() -> Iterator[LocalPostgres]:
    """A database server for this test alone: to be killed, frozen or restarted."""
    yield from _started(LocalPostgres)


def missing(what: str) -> NoReturn:
    """End the test because something is not installed: a failure in CI, a skip at home."""
    if os.environ.get("CI"):
        pytest.fail(what, pytrace=False)
    pytest.skip(what)


def _started(kind: Callable[[], Server]) -> Iterator[Server]:
    try:
        server = kind()
    except ServerMissing as error:
        missing(str(error))
    try:
        server.start()
        yield server
    finally:
        server.stop()


def _docker_answers() -> bool:
    try:
        from testcontainers.core.docker_client import DockerClient

        return bool(DockerClient(timeout=3).client.ping())
    except Exception:  # noqa: BLE001 - no client, no daemon, no permission: then there is no Docker for us
        return False


def _rabbit_in_container() -> Iterator[RemoteRabbit]:
    from testcontainers.core.container import DockerContainer
    from testcontainers.core.waiting_utils import wait_for_logs

    container: Any = DockerContainer("rabbitmq:3.13-management").with_exposed_ports(5672, 15672)
    with container:
        wait_for_logs(container, "Server startup complete", timeout=90)
        host = container.get_container_host_ip()
        server = RemoteRabbit(
            f"amqp://guest:guest@{host}:{container.get_exposed_port(5672)}/",
            f"http://guest:guest@{host}:{container.get_exposed_port(15672)}",
        )
        server.allow_impersonation()
        yield server


def _postgres_in_container() -> Iterator[RemotePostgres]:
    from testcontainers.postgres import PostgresContainer

    with PostgresContainer("postgres:15", driver=None) as container:
        yield RemotePostgres(container.get_connection_url())
