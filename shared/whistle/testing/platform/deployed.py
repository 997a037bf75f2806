"""The deployed platform: one process per service, on RabbitMQ and PostgreSQL."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path
from types import MappingProxyType

from whistle.contracts import Action
from whistle.testing.platform.base import Platform
from whistle.testing.platform.crew import Crew
from whistle.testing.platform.part import Part
from whistle.topology.broker_admin import BrokerAdmin

SERVICES = ("intake", "routing", "points", "notify")
PREFIXES: Mapping[str, str] = MappingProxyType(
    {
        **dict.fromkeys(
            ("districts", "parties", "dispatches", "whistles", "clocks", "plugins", "supervisions", "desk"),
            "routing",
        ),
        "points": "points",
        **dict.fromkeys(("notices", "tasks"), "notify"),
    }
)
"""Which service answers ``/api/v1/<prefix>…`` and ``/<prefix>…``; intake answers the rest. ``whistle config proxy`` tells it."""


class DeployedPlatform(Platform):
    """
    Four services and either simulated parties (one more process) or a crew of real department clients.

    Args:
        bus_url: for the commands, and for every service that ``bus_urls`` does not send through somewhere else.
        admin: makes the broker accounts of the crew.
        crew: parties ``(district, party)`` that are played by :class:`whistle.department.Department`.
    """

    mode = "deployed"

    def __init__(
        self,
        folder: Path,
        *,
        bus_url: str,
        database_url: str,
        bus_urls: Mapping[str, str] = MappingProxyType({}),
        admin: BrokerAdmin | None = None,
        crew: Collection[tuple[str, str]] = (),
        **settings: str,
    ) -> None:
        super().__init__(folder, WHISTLE_BUS_URL=bus_url, WHISTLE_DATABASE_URL=database_url, **settings)
        self.bus_url = bus_url
        self.database_url = database_url
        self.crew = Crew(folder / "crew", bus_url=bus_url, admin=admin, parties=crew) if admin else None
        commands = {name: ["run", name] for name in SERVICES}
        if self.crew is None:
            commands["departments"] = ["run", "--simulate"]
        for name, command in commands.items():
            env = {**self.environment, "WHISTLE_BUS_URL": bus_urls.get(name, bus_url)}
            self.parts[name] = Part(name, command, folder=folder, env=env)

    def start(self) -> None:
        self.require("db", "upgrade")
        self.require("bus", "declare")
        if self.crew is not None:
            self.crew.start()
        for part in self.parts.values():
            part.begin()
        for part in self.parts.values():
            part.wait_ready()

    def close(self) -> None:
        super().close()
        if self.crew is not None:
            self.crew.close()

    def part_for(self, path: str) -> Part:
        pieces = path.partition("?")[0].split("/")
        prefix = pieces[3] if pieces[1:3] == ["api", "v1"] and len(pieces) > 3 else pieces[1]
        return self.parts[PREFIXES.get(prefix, "intake")]

    def speak(self, district: str, party: str, action: Action) -> str:
        assert self.crew is not None, "simulated parties only do what they should"
        return self.crew.speak(district, party, action)
