"""
What every command of routing needs.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer

from whistle.runtime.services import open_database, package_of
from whistle.settings import load_settings
from whistle.storage import migrations
from whistle_routing.service import RoutingService
from whistle_routing.store import RoutingUnit

AsJson = Annotated[bool, typer.Option("--json", help="JSON 输出 / as JSON")]
District = Annotated[str, typer.Argument(help="区 / district")]


def group(text: str) -> typer.Typer:
    """A group of commands."""
    return typer.Typer(help=text, no_args_is_help=True, rich_markup_mode=None, add_completion=False)


@contextmanager
def reading() -> Iterator[RoutingUnit]:
    """
    A unit of work for reading, by the settings of this shell.

    Raises:
        Misconfigured: the database is not migrated. DependencyDown: it does not answer.
    """
    database = open_database(RoutingService, load_settings())
    try:
        database.ping()
        migrations.check(database.engine, service="routing", package=package_of(RoutingService))
        with database.read() as unit:
            yield unit
    finally:
        database.close()
