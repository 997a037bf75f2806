"""
What every command of routing needs.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Annotated, Any

import typer

from whistle.calendar.days import CHINA
from whistle.errors import Invalid
from whistle.plugins.loader import Pack, load_packs
from whistle.privacy import KeyRing
from whistle.runtime.services import open_database, package_of
from whistle.settings import Settings, load_settings, with_secret
from whistle.storage import Database, migrations
from whistle_routing.organisation.known import Organisations
from whistle_routing.service import RoutingService
from whistle_routing.store import RoutingUnit

AsJson = Annotated[bool, typer.Option("--json", help="JSON 输出 / as JSON")]
District = Annotated[str, typer.Argument(help="区 / district")]


def group(text: str) -> typer.Typer:
    """A group of commands."""
    return typer.Typer(help=text, no_args_is_help=True, rich_markup_mode=None, add_completion=False)


@dataclass(frozen=True)
class Opened:
    """An opened installation: routing's database, and the packs as they are asked for."""

    settings: Settings
    database: Database[RoutingUnit]

    @property
    def keys(self) -> Callable[[], KeyRing]:
        """The key ring for phone numbers of staff, made when it is needed."""
        return lambda: KeyRing(with_secret(self.settings))

    def pack(self, district: str) -> Pack:
        """
        The pack of a district.

        Raises:
            Misconfigured: it is not installed, or cannot be used.
        """
        return load_packs([district])[district]

    def organisations(self, district: str) -> Organisations:
        """Reads the organisation of a district, with the roles and rosters of its pack."""
        return Organisations({district: self.pack(district)})


@contextmanager
def opened() -> Iterator[Opened]:
    """
    Routing's database by the settings of this shell.

    Raises:
        Misconfigured: it is not migrated. DependencyDown: it does not answer.
    """
    settings = load_settings()
    database = open_database(RoutingService, settings)
    try:
        database.ping()
        migrations.check(database.engine, service="routing", package=package_of(RoutingService))
        yield Opened(settings, database)
    finally:
        database.close()


@contextmanager
def reading() -> Iterator[RoutingUnit]:
    """
    A unit of work for reading.

    Raises:
        Misconfigured, DependencyDown: see :func:`opened`.
    """
    with opened() as here, here.database.read() as unit:
        yield unit


def read_day(text: str, option: str) -> dt.date | None:
    """
    The day that an option names; None for ``""``.

    Raises:
        Invalid: it is none.
    """
    try:
        return dt.date.fromisoformat(text) if text else None
    except ValueError:
        raise Invalid(
            f"{option} 应为日期,如 2026-03-15:{text}", f"{option} must be a day such as 2026-03-15: {text}"
        ) from None


def read_moment(text: str) -> dt.datetime:
    """
    The instant that ``--at`` names; China's time where it says none.

    Raises:
        Invalid: it is none.
    """
    try:
        at = dt.datetime.fromisoformat(text)
    except ValueError:
        raise Invalid(
            f"--at 应写作 2026-11-24 14:00:{text}", f"--at must look like 2026-11-24 14:00: {text}"
        ) from None
    return at if at.tzinfo else at.replace(tzinfo=CHINA)


def print_json(value: Any) -> None:
    """As one line of JSON, days and times in ISO 8601."""
    print(json.dumps(value, ensure_ascii=False, default=_plain))


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, dt.date | dt.time) else vars(value)
