"""
Simulated departments on a broker: which parties they stand in for, and what they need there.
"""

from __future__ import annotations

from typing import Any

from whistle.messaging.broker import Broker
from whistle.messaging.subscribe import queues_of
from whistle.plugins.loader import load_packs
from whistle.runtime.services import prepare
from whistle.settings import Settings
from whistle.simulation.service import departments_of
from whistle.topology.declare import declare


def departments_on(settings: Settings) -> Any:
    """
    The service that stands in for every party that has a queue, its tables and queues made. It speaks for all of them, so
    the platform's broker user needs the tag ``impersonator``.
    """
    packs = load_packs(settings.districts or None)
    parties = [
        (district, party.id)
        for district, pack in packs.items()
        for party in pack.tables.parties
        if settings.party_queues and party.channel == "queue"
    ]
    service = departments_of(parties)
    prepare([service], settings)
    with Broker(settings.bus_url).connect() as connection:
        declare(connection, queues_of(service))
    return service
