"""
The servers and services that the spine bench runs.
"""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
from pathlib import Path
from urllib.request import urlopen

from spine_parts.accounting import cpu_seconds
from whistle import topology
from whistle.messaging.broker import Broker
from whistle.plugins.loader import load_packs
from whistle.testing.servers import LocalPostgres, LocalRabbit
from whistle.testing.servers.child import free_port
from whistle.testing.waiting import wait_for
from whistle.topology.declare import declare

SERVICES = ("intake", "routing", "points", "notify")


class Stack:
    """A broker, a database, and processes on them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.rabbit = LocalRabbit()
        self.postgres = LocalPostgres()
        self.secret = secrets.token_urlsafe(48)
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        self.ports: dict[str, int] = {}
        self.queues: list[str] = []

    def start(self) -> None:
        """Servers, databases, topology, services."""
        self.rabbit.start()
        self.postgres.start()
        self.rabbit.ctl("set_user_tags", self.rabbit.user, "administrator", "impersonator")
        self.bus_url = self.rabbit.url()
        self.database_url = self.postgres.create_database("whistle")
        self.whistle("db", "upgrade")
        self.whistle("bus", "declare")
        parties = [
            party for party in load_packs(["mawei"])["mawei"].tables.parties if party.channel == "queue"
        ]
        queues = [topology.party_queue("mawei", party.id) for party in parties]
        with Broker(self.bus_url).connect() as connection:
            declare(connection, queues)
        self.queues = [queue.name for queue in queues]
        for service in SERVICES:
            self._start_service(service)

    def _start_service(self, service: str) -> None:
        port = self.ports[service] = free_port()
        log = (self.folder / f"{service}.log").open("wb")
        self.processes[service] = subprocess.Popen(
            [*whistle_command(), "run", service],
            env=self.env(WHISTLE_HTTP=f"127.0.0.1:{port}"),
            stdout=log,
            stderr=log,
        )
        wait_for(
            lambda: answers(f"http://127.0.0.1:{port}/readyz"),
            timeout=60,
            what=f"{service}, log in {log.name}",
        )

    def env(self, **more: str) -> dict[str, str]:
        """What every process is told."""
        return {
            **os.environ,
            "WHISTLE_BUS_URL": self.bus_url,
            "WHISTLE_DATABASE_URL": self.database_url,
            "WHISTLE_SECRET_KEY": self.secret,
            "WHISTLE_DATA": str(self.folder),
            "WHISTLE_LOG_LEVEL": "WARNING",
            "WHISTLE_DISTRICTS": "mawei",
            "PYTHONWARNINGS": "ignore",
            **more,
        }

    def whistle(self, *arguments: str) -> None:
        """Run a command of ours to its end."""
        subprocess.run(
            [*whistle_command(), *arguments], env=self.env(), check=True, stdout=subprocess.DEVNULL
        )

    def cpu(self) -> dict[str, float]:
        """CPU seconds so far, by process."""
        return {
            "rabbitmq": cpu_seconds(self.rabbit.pid),
            "postgresql": cpu_seconds(self.postgres.pid),
            **{name: cpu_seconds(process.pid) for name, process in self.processes.items()},
        }

    def stop(self) -> None:
        """End everything."""
        for process in self.processes.values():
            process.terminate()
        for process in self.processes.values():
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
        self.rabbit.stop()
        self.postgres.stop()


def whistle_command() -> list[str]:
    return [sys.executable, "-c", "from whistle.cli import main; main()"]


def answers(url: str) -> bool:
    try:
        with urlopen(url, timeout=2) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False
