"""One deployed platform of its own for everything that breaks it: its own broker, its own database server."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass
from typing import Any

import psycopg2
import pytest

from whistle.testing import wait_for
from whistle.testing.fault_proxy import FaultProxy
from whistle.testing.fixtures import missing
from whistle.testing.platform import DeployedPlatform, Part
from whistle.testing.servers import LocalPostgres, LocalRabbit, ServerMissing

NAME = "chaos"
SCHEMAS = ("intake", "routing", "points", "notify", "departments")


def pytest_configure(config: pytest.Config) -> None:
    """The marker of this room."""
    config.addinivalue_line("markers", "chaos: kills, freezes and cuts real processes")


@dataclass(frozen=True)
class Stack:
    """A deployed platform and what it stands on. Routing's way to the broker leads through ``wire``."""

    platform: DeployedPlatform
    rabbit: LocalRabbit
    postgres: LocalPostgres
    wire: FaultProxy

    @property
    def routing(self) -> Part:
        """The service that most tests break."""
        return self.platform.parts["routing"]

    def sql(self, statement: str) -> list[tuple[Any, ...]]:
        """The rows of one statement; what it changes is committed."""
        with closing(psycopg2.connect(self.postgres.url(NAME), connect_timeout=5)) as connection:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute(statement)
                return cursor.fetchall() if cursor.description else []

    def depths(self) -> Mapping[str, int]:
        """Messages in each queue that has any, the parties' own too, and those in somebody's hands."""
        told = self.rabbit.ctl("list_queues", "-p", NAME, "name", "messages", "--formatter", "json")
        return {row["name"]: row["messages"] for row in json.loads(told) if row["messages"]}

    def wait_until_quiet(self, *, timeout: float = 60.0) -> None:
        """Wait until every outbox is published and every queue worked off."""
        tables = " + ".join(
            f"(SELECT count(*) FROM {name}.outbox WHERE published_at IS NULL)" for name in SCHEMAS
        )

        def quiet() -> bool:
            return self.sql(f"SELECT {tables}") == [(0,)] and not self.depths()

        wait_for(quiet, timeout=timeout, what="the outboxes and queues to be empty", every=0.2)

    def wait_until_parked(self, count: int, *, timeout: float = 30.0) -> None:
        """Wait until so many messages are parked, at all services together."""
        tables = " + ".join(
            f"(SELECT count(*) FROM {name}.dead_letters WHERE state = 'parked')" for name in SCHEMAS
        )
        wait_for(
            lambda: self.sql(f"SELECT {tables}") == [(count,)],
            timeout=timeout,
            what=f"{count} parked messages",
        )

    def mend(self) -> None:
        """Heal whatever a test that failed has left broken, and bring what it filed to its end."""
        self.wire.heal()
        self.rabbit.thaw()
        self.rabbit.set_disk_alarm(False)
        for part in self.platform.parts.values():
            if not part.running:
                part.begin()
        for part in self.platform.parts.values():
            part.thaw()
            part.wait_ready()
        with suppress(AssertionError):
            self.platform.wait_until_closed([case["no"] for case in self.platform.cases()], timeout=30)
            self.wait_until_quiet(timeout=30)


@pytest.fixture(scope="package")
def whole_stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """Started once; every test heals what it breaks, and what it files has gone all the way before it ends."""
    try:
        rabbit, postgres = LocalRabbit(), LocalPostgres()
    except ServerMissing as error:
        missing(str(error))
    try:
        rabbit.start()
        postgres.start()
        with FaultProxy(rabbit.port) as wire:
            bus_url, database_url = rabbit.add_vhost(NAME), postgres.create_database(NAME)
            with DeployedPlatform(
                tmp_path_factory.mktemp(NAME),
                bus_url=bus_url,
                database_url=database_url,
                bus_urls={"routing": wire.url(bus_url)},
            ) as platform:
                yield Stack(platform, rabbit, postgres, wire)
    finally:
        rabbit.stop()
        postgres.stop()


@pytest.fixture
def stack(whole_stack: Stack, request: pytest.FixtureRequest) -> Iterator[Stack]:
    """The stack, whole before and after the test."""
    failed = request.session.testsfailed
    yield whole_stack
    if request.session.testsfailed > failed:
        whole_stack.mend()
