"""``whistle party add|list|set|remove`` on a real broker: account, queue and way in one go."""

from __future__ import annotations

import json
from pathlib import Path

import pika
import pytest
from typer.testing import CliRunner

from tests.integration.department.city import City
from whistle.errors import Misconfigured
from whistle.runtime.services import prepare
from whistle.settings import load_settings
from whistle_routing.cli import party
from whistle_routing.service import RoutingService

PARTY = "mawei/maxian-property"  # the pack has it on the pages


@pytest.fixture
def desk(city: City, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Runs a command with ``--json`` and reads what it says."""
    for name, value in {
        "BUS_URL": city.url,
        "BROKER_API": city.management_url,
        "DATA": str(tmp_path),
        "SECRET_KEY": "0123456789abcdef-0123456789abcdef",
        "DISTRICTS": "mawei",
    }.items():
        monkeypatch.setenv(f"WHISTLE_{name}", value)
    prepare([RoutingService], load_settings())

    def run(*words: str) -> str:
        return CliRunner().invoke(party, list(words), catch_exceptions=False).stdout

    return run


def standing(run) -> dict[str, object]:
    rows = json.loads(run("list", "--district", "mawei", "--json"))
    return next(row for row in rows if row["id"] == "maxian-property")


def test_a_party_gets_its_queue_and_gives_it_back(desk, city: City) -> None:
    """User, password, permissions, queue and way at once; what waits is the lag; taken back, it is on the pages."""
    assert ("pages", None) == (standing(desk)["way"], standing(desk)["lag"])
    made = json.loads(desk("add", PARTY, "--json"))
    with pika.BlockingConnection(pika.URLParameters(made["url"])) as connection:
        assert None is connection.channel().basic_get(made["queue"])[0]
    with pika.BlockingConnection(pika.URLParameters(city.url)) as connection:
        connection.channel().basic_publish("", made["queue"], b"{}")
        connection.channel().confirm_delivery()
    assert ("amqp", 1) == (standing(desk)["way"], standing(desk)["lag"])
    again = json.loads(desk("add", PARTY, "--json"))
    assert (made["queue"], None) == (again["queue"], again["password"])  # repaired, password kept
    other = json.loads(desk("rotate", PARTY, "--json"))
    assert other["password"] not in (None, made["password"])

    desk("remove", PARTY)
    assert "pages" == standing(desk)["way"]
    with pytest.raises(pika.exceptions.AMQPConnectionError):
        pika.BlockingConnection(pika.URLParameters(other["url"]))
    assert "queue" in desk("set", PARTY, "--via", "amqp")
    assert "amqp" == standing(desk)["way"]


def test_without_a_broker_administrator_nothing_is_changed(desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """The account comes first: a party is never told on a queue that it cannot read."""
    monkeypatch.setenv("WHISTLE_BROKER_API", "http://nobody:wrong@127.0.0.1:1")
    monkeypatch.setenv("PATH", "")
    with pytest.raises(Exception, match="management API") as raised:
        desk("set", PARTY, "--via", "amqp")
    assert not isinstance(raised.value, Misconfigured)
    assert "pages" == standing(desk)["way"]
