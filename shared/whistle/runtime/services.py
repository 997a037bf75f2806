"""
Which services are installed, and their databases.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from importlib.metadata import entry_points
from typing import Any

from whistle.clock import Clock, SystemClock
from whistle.errors import Misconfigured
from whistle.messaging.subscribe import queues_of
from whistle.settings import Settings
from whistle.storage import Database, make_engine
from whistle.storage.engine import Deadline, no_deadline
from whistle.topology import Queue

GROUP = "whistle.services"


def installed_services(names: Collection[str] | None = None) -> list[Any]:
    """
    The service classes, in the order of their names, or those of ``names``.

    Raises:
        Misconfigured: one of ``names`` is not installed.
    """
    points = {point.name: point for point in entry_points(group=GROUP)}
    if unknown := sorted(set(names or ()) - points.keys()):
        known = ", ".join(sorted(points)) or "-"
        raise Misconfigured(
            f"没有服务 {', '.join(unknown)};已安装:{known}",
            f"no service {', '.join(unknown)}; installed: {known}",
        )
    return [points[name].load() for name in sorted(points) if names is None or name in names]


def package_of(service: Any) -> str:
    """The package in which a service class lives: ``whistle_intake``."""
    return str(service.__module__).rpartition(".")[0]


def open_database(
    service: Any, settings: Settings, *, clock: Clock | None = None, deadline: Deadline = no_deadline
) -> Database[Any]:
    """The database of one service."""
    engine = make_engine(settings.database_url_of(service.name), schema=service.name, deadline=deadline)
    return Database(engine, service.unit, clock=clock or SystemClock())


def prepare(services: Sequence[Any], settings: Settings) -> None:
    """
    Bring every service's database to its newest revision and let the service load what it keeps there from
    the packs.
    """
    from whistle.storage import migrations

    settings.data.mkdir(parents=True, exist_ok=True)
    for service in services:
        database = open_database(service, settings)
        try:
            database.ping()
            migrations.upgrade(database.engine, service=service.name, package=package_of(service))
            if hasattr(service, "prepare"):
                service.prepare(database, settings)
        finally:
            database.close()


def all_queues(services: Sequence[Any], settings: Settings) -> list[Queue]:
    """
    Every queue that these services read, and those that they have others read (``queues(settings)`` of the
    service class).
    """
    own = [queue for service in services for queue in queues_of(service)]
    others = [
        queue for service in services if hasattr(service, "queues") for queue in service.queues(settings)
    ]
    return own + others
