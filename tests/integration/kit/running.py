"""The parcels service in a process of its own on a real broker, and a bare client beside it."""

from __future__ import annotations

import json
import os
import secrets
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import kombu
import pika
import sqlalchemy as sa

from tests.integration.kit.conftest import PACKAGE
from tests.integration.kit.parcels.service import Parcels
from tests.integration.kit.parcels.store import ParcelsUnit
from whistle import topology
from whistle.clock import SystemClock
from whistle.contracts import CONTENT_TYPE, Event, encode
from whistle.messaging.subscribe import queues_of
from whistle.storage import Database, make_engine, migrations
from whistle.testing import wait_for
from whistle.testing.servers.child import die_with_parent, free_port
from whistle.topology.declare import declare

ROOT = Path(__file__).parents[3]
QUEUE = "parcels.events"


class Running:
    """
    One process of the service: what it said (``took <title> <id>``), its exit code, its answers.

    Args:
        bus: where it looks for the broker; other settings as ``WHISTLE_`` variables.
    """

    def __init__(self, bus: str, folder: Path, *arguments: str, **settings: str) -> None:
        self.port = free_port()
        self.said: list[str] = []
        self.log = folder / f"log-{self.port}"
        with self.log.open("wb") as errors:
            self.process = subprocess.Popen(
                [sys.executable, "-W", "ignore", "-m", "tests.integration.kit.parcels.run", *arguments],
                cwd=ROOT,
                stdout=subprocess.PIPE,
                stderr=errors,
                preexec_fn=die_with_parent(signal.SIGKILL),  # noqa: PLW1509 - only asks the kernel, and no lock is held
                env={
                    **os.environ,
                    "WHISTLE_BUS_URL": bus,
                    "WHISTLE_DATA": str(folder),
                    "WHISTLE_HTTP": f"127.0.0.1:{self.port}",
                    "WHISTLE_SECRET_KEY": secrets.token_urlsafe(48),
                    "WHISTLE_RETRY_SECONDS": "0.1,0.2",
                    "WHISTLE_LOG_FORMAT": "json",
                    **{f"WHISTLE_{name.upper()}": value for name, value in settings.items()},
                },
            )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.said.append(line.decode().strip())

    def hear(self, beginning: str, *, times: int = 1, timeout: float = 30) -> str:
        """Wait until it has said a line that begins so, so often."""
        return wait_for(
            lambda: [line for line in self.said if line.startswith(beginning)][times - 1 :],
            timeout=timeout,
            what=f"{beginning!r} from the service; log: {self.log.read_text()[-1500:]}",
        )[0]

    def ready(self) -> Running:
        """Wait until it works: connected, consuming, relaying."""
        self.hear("ready")
        wait_for(lambda: self.readyz()[0] == 200, timeout=20, what="readiness")
        return self

    def readyz(self) -> tuple[int, str]:
        """Status and body of /readyz."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/readyz", timeout=5) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    def post(self) -> float:
        """File something over HTTP; the seconds that it took."""
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}/api/v1/parcels", method="POST")
        begun = time.monotonic()
        with urllib.request.urlopen(request, timeout=10) as answer:
            assert answer.status == 200
        return time.monotonic() - begun

    def post_title(self, title: str) -> int:
        """Have a write do what the title says; the status of the answer."""
        address = f"http://127.0.0.1:{self.port}/api/v1/parcels/{title}"
        try:
            with urllib.request.urlopen(urllib.request.Request(address, method="POST"), timeout=10) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as error:
            with error:
                return error.code

    def ask(self, method: str, path: str) -> int:
        """The status of an answer."""
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", method=method)
        with urllib.request.urlopen(request, timeout=10) as answer:
            return int(answer.status)

    def logged(self, event: str) -> dict[str, Any]:
        """The first line of the log about this, waited for."""

        def lines() -> list[dict[str, Any]]:
            texts = [
                line for line in self.errors().splitlines() if line.startswith("{") and line.endswith("}")
            ]
            return [line for line in map(json.loads, texts) if line["event"] == event]

        return wait_for(lines, timeout=20, what=f"{event} in the log")[0]

    def exit_code(self, *, timeout: float = 30) -> int:
        return self.process.wait(timeout)

    @property
    def running(self) -> bool:
        return self.process.poll() is None

    def errors(self) -> str:
        return self.log.read_text()

    def terminate(self) -> int:
        """SIGTERM; the exit code."""
        self.process.terminate()
        return self.exit_code()

    def kill(self) -> None:
        if self.running:
            self.process.kill()
        self.process.wait(10)
        self._reader.join(10)
        assert self.process.stdout is not None
        self.process.stdout.close()


class Yard:
    """A vhost with the topology, a database, and any number of processes."""

    def __init__(self, bus: str, folder: Path) -> None:
        self.bus, self.folder = bus, folder
        self.database: Database[ParcelsUnit] = Database(
            make_engine(f"sqlite:///{folder}/parcels.db", schema="parcels"), ParcelsUnit, clock=SystemClock()
        )
        migrations.upgrade(self.database.engine, service="parcels", package=PACKAGE)
        if not bus.startswith("memory:"):
            self.declare()
        self.started: list[Running] = []

    def declare(self) -> None:
        with kombu.Connection(self.bus) as connection:
            declare(connection, queues_of(Parcels))

    def start(self, *arguments: str, bus: str = "", **settings: str) -> Running:
        """A process, not waited for."""
        self.started.append(Running(bus or self.bus, self.folder, *arguments, **settings))
        return self.started[-1]

    def close(self) -> None:
        for one in self.started:
            one.kill()
        self.database.close()

    # --- the bus ------------------------------------------------------------------------------------------------

    @contextmanager
    def channel(self) -> Iterator[Any]:
        parameters = pika.URLParameters(self.bus)
        with pika.BlockingConnection(parameters) as connection:
            yield connection.channel()

    def publish(
        self, *messages: Event[Any] | bytes, key: str = "", exchange: str = topology.EVENTS, **options: Any
    ) -> None:
        """Publish events, or whatever bytes, confirmed."""
        with self.channel() as channel:
            channel.confirm_delivery()
            for message in messages:
                body = message if isinstance(message, bytes) else encode(message)
                known = {} if isinstance(message, bytes) else {"message_id": message.id}
                properties = {"content_type": CONTENT_TYPE, "delivery_mode": 2, **known, **options}
                route = key or f"{'case.filed' if isinstance(message, bytes) else message.data.name}.mawei"
                channel.basic_publish(exchange, route, body, pika.BasicProperties(**properties))

    def depth(self, queue: str = QUEUE) -> int:
        """Messages that are ready."""
        with self.channel() as channel:
            return int(channel.queue_declare(queue, passive=True).method.message_count)

    def take(self, queue: str) -> tuple[Any, Any, bytes]:
        """Take one message off a queue."""

        def get() -> Any:
            with self.channel() as channel:
                got = channel.basic_get(queue, auto_ack=True)
                return got if got[0] else None

        return wait_for(get, what=f"a message in {queue}")

    # --- the database ---------------------------------------------------------------------------------------------

    def told(self) -> list[str]:
        """What the handlers did, in order."""
        with self.database.read() as unit:
            return unit.told()

    def rows(self, name: str) -> list[Any]:
        """Rows of a table of the kit."""
        with self.database.read() as unit:
            return list(unit.connection.execute(sa.select(getattr(unit.kit, name))).all())

    def wait_told(self, count: int, *, timeout: float = 30) -> list[str]:
        """Wait for so many effects."""

        def enough() -> list[str]:
            told = self.told()
            return told if len(told) >= count else []

        return wait_for(enough, timeout=timeout, what=f"{count} effects")

    def wait_parked(self, count: int = 1) -> list[Any]:
        """Wait for so many parked messages."""

        def enough() -> list[Any]:
            rows = self.rows("dead_letters")
            return rows if len(rows) >= count else []

        return wait_for(enough, timeout=30, what="parked messages")
