"""
One process: the services it hosts, their shared listener, their start and their orderly end (design §5.8,
5.11).

Started by our own runner instead of nameko's CLI. The process must be monkey-patched before this module is
imported (:mod:`whistle.cli.green`).
"""

from __future__ import annotations

import gc
import signal
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path
from typing import IO, Any

import eventlet
import eventlet.event
import structlog

import whistle
from whistle.auth import Tokens
from whistle.clock import Clock, SystemClock
from whistle.errors import Misconfigured
from whistle.http import standard
from whistle.http.health import Health
from whistle.http.metrics import HttpMetrics
from whistle.http.server import HttpServer
from whistle.http.settings import HttpSettings
from whistle.log import log_as
from whistle.messaging.broker import Broker
from whistle.messaging.relay import Relay
from whistle.messaging.subscribe import queues_of
from whistle.runtime.container import Container
from whistle.runtime.green import connect_deadline, make_driver_green
from whistle.runtime.host import ROLES, Host
from whistle.runtime.housekeeping import Housekeeping
from whistle.runtime.metrics import Metrics
from whistle.runtime.pulse import Pulse, Watchdog
from whistle.runtime.schemas import schema_routes
from whistle.runtime.services import open_database, package_of
from whistle.settings import Settings, with_secret
from whistle.storage import migrations
from whistle.topology.declare import check as check_topology

log = structlog.get_logger()

GRACE_SECONDS = 15.0


class Process:
    """
    Args:
        services: the service classes to host.
        roles: a subset of :data:`whistle.runtime.host.ROLES`.
    """

    def __init__(
        self,
        settings: Settings,
        services: Sequence[type],
        *,
        roles: Sequence[str] = ROLES,
        clock: Clock | None = None,
    ) -> None:
        self.settings = settings
        self.broker = Broker(settings.bus_url)
        self.metrics = Metrics()
        self.pulse = Pulse()
        self.clock = clock or SystemClock()
        self.secret = with_secret(settings)
        self.tokens = Tokens(self.secret, self.clock)
        self.http = HttpServer(
            HttpSettings(
                host=settings.http_host, port=settings.http_port, metrics_open=settings.metrics_open
            ),
            self.tokens,
            self.clock,
            observer=HttpMetrics(self.metrics.registry),
        )
        self.hosts = [self._host(service, tuple(roles)) for service in services]
        self._containers = [
            Container(service, host) for service, host in zip(services, self.hosts, strict=True)
        ]
        self._relays: list[tuple[Relay, Any]] = []
        self._housekeepers: list[Any] = []
        self._held: list[IO[str]] = []
        self._watchdog = Watchdog(self.pulse)
        self._ended = eventlet.event.Event()

    def _host(self, service: Any, roles: tuple[str, ...]) -> Host:
        database = open_database(service, self.settings, clock=self.clock, deadline=connect_deadline)
        make_driver_green(database)
        return Host(
            settings=self.settings,
            secret=self.secret,
            tokens=self.tokens,
            clock=self.clock,
            database=database,
            broker=self.broker,
            http=self.http,
            metrics=self.metrics,
            pulse=self.pulse,
            roles=roles,
        )

    def hold(self, file: IO[str]) -> None:
        """Keep ``file`` (a lock) open until everything has stopped."""
        self._held.append(file)

    # --- start ------------------------------------------------------------------------------------------------

    def check(self) -> None:
        """
        Refuse to start in a state in which messages would be lost or a consumer would loop.

        Raises:
            Misconfigured, DependencyDown: one clear line says what is missing.
        """
        for container, host in zip(self._containers, self.hosts, strict=True):
            host.database.ping()
            package = package_of(container.service_cls)
            migrations.check(host.database.engine, service=container.service_name, package=package)
        queues = [queue for container in self._containers for queue in queues_of(container.service_cls)]
        with self.broker.connect() as connection:
            if wrong := check_topology(connection, queues):
                raise Misconfigured(
                    f"{wrong[0].partition(' / ')[0]}:请先运行 whistle bus declare",
                    f"{wrong[0].partition(' / ')[2]}: run `whistle bus declare` first",
                )

    def start(self) -> None:
        """Check, start everything, and listen last, so that who can be reached works."""
        self.check()
        for container, host in zip(self._containers, self.hosts, strict=True):
            name = container.service_name
            beat = self.pulse.beat_of(f"relay {name}")
            relay = Relay(service=name, database=host.database, broker=self.broker, beat=beat)
            self._relays.append((relay, eventlet.spawn(log_as(name, relay.run))))
            container.start()
            self._housekeepers.append(eventlet.spawn(log_as(name, Housekeeping(name, host).run)))
            eventlet.spawn(self._wait_for, container)
        self._serve()
        self._watchdog.start()

    def _serve(self) -> None:
        checks = Health()
        checks.add("working", self._troubles)
        for spec, call in schema_routes():
            self.http.register(spec, call)
        static: dict[str, Path] = {}
        for container, host in zip(self._containers, self.hosts, strict=True):
            checks.add(f"database {container.service_name}", host.database.ping)
            folder = Path(str(import_module(package_of(container.service_cls)).__file__)).parent / "static"
            if folder.is_dir():
                static[container.service_name] = folder
        standard.attach(
            self.http,
            checks=checks,
            registry=self.metrics.registry,
            version=whistle.__version__,
            static=static,
        )
        self.http.start()

    def _troubles(self) -> str | None:
        return "; ".join(self.pulse.troubles()) or None

    def _wait_for(self, container: Container) -> None:
        try:
            container.wait()
        except BaseException as error:  # noqa: BLE001 — however it died, the process ends
            log.critical("service_died", service=container.service_name, error=str(error)[:500])
            self.end(1)

    # --- end --------------------------------------------------------------------------------------------------

    def run(self, ready: Callable[[], None] = lambda: None) -> int:
        """Start, call ``ready``, wait for SIGTERM, SIGINT or a death, stop; returns the exit code."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: eventlet.hubs.get_hub().schedule_call_global(0, self.end, 0))
        self.start()
        try:
            _spare_the_collector()
            ready()
            code: int = self._ended.wait()
        finally:
            self.stop()
        return code

    @property
    def ending(self) -> bool:
        """Was it told to stop? From then on nobody need answer."""
        return bool(self._ended.ready())

    def end(self, code: int) -> None:
        """Let :meth:`run` return."""
        if not self._ended.ready():
            self._ended.send(code)

    def stop(self) -> None:
        """Finish requests and batches in hand within the grace period, publish what they said, and close."""
        self._watchdog.stop()
        self.http.stop(GRACE_SECONDS)
        for thread in self._housekeepers:
            thread.kill()
        with eventlet.Timeout(GRACE_SECONDS, False):
            stopping = [eventlet.spawn(container.stop) for container in self._containers]
            for thread in stopping:
                thread.wait()
            for relay, thread in self._relays:
                relay.stop()
                thread.wait()
        for relay, _ in self._relays:
            relay.close()
        for host in self.hosts:
            host.database.close()
        for file in self._held:
            file.close()


def _spare_the_collector() -> None:
    """
    What was imported and built for the start stays: the garbage collector need not look at it again and again. Messages and rows
    are freed by their counts; cycles wait for a longer list.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)
