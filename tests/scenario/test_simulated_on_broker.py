"""Simulated departments on a real broker read their own queues, as real ones would."""

from __future__ import annotations

import json
from pathlib import Path

import pika
import pytest

from whistle.messaging.subscribe import queues_of
from whistle.plugins.loader import load_packs
from whistle.simulation.service import departments_of
from whistle.testing.platform import EmbeddedPlatform
from whistle.testing.platform.base import DISTRICTS
from whistle.topology import party_queue

pytestmark = pytest.mark.timeout(240)


def party_queues() -> list[str]:
    """The queues of every party of the demonstration's districts that has one."""
    packs = load_packs(DISTRICTS.split(","))
    return [
        party_queue(district, party.id).name
        for district, pack in packs.items()
        for party in pack.tables.parties
        if party.channel == "queue"
    ]


def test_simulated_departments_read_exactly_the_queues_of_their_parties():
    """With the bindings and arguments under which they are declared anyway; no queue of all."""
    parties = [("huantai", "power"), ("mawei", "power"), ("mawei", "water")]
    found = sorted(queues_of(departments_of(reversed(parties))), key=lambda queue: queue.name)
    assert [party_queue(*party) for party in parties] == found
    assert [] == queues_of(departments_of([]))


def test_after_a_demonstration_on_a_broker_every_party_queue_is_empty(tmp_path: Path, bus_url: str) -> None:
    """Whistles and dispatches went through them, nothing is left, lost or dead; in use, the vhost is refused."""
    platform = EmbeddedPlatform(tmp_path)
    told = json.loads(platform.require("demo", "--cases", "12", "--json", "--bus", bus_url))
    assert (12, 0, 0, []) == (told["closed"], told["lost"], told["dead"], told["differences"])
    assert told["dispatches"] >= 12
    with pika.BlockingConnection(pika.URLParameters(bus_url)) as connection:
        channel = connection.channel()
        depths = {
            name: channel.queue_declare(name, passive=True).method.message_count for name in party_queues()
        }
        assert {} == {name: depth for name, depth in depths.items() if depth}
        assert len(depths) > 20
        channel.confirm_delivery()
        channel.basic_publish("", next(iter(depths)), b"{}")
    refused = platform.cli("demo", "--cases", "1", "--bus", bus_url)
    assert 2 == refused.code, refused
    assert next(iter(depths)) in refused.stderr.splitlines()[-1]
