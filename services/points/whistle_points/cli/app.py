"""
The group of commands, and how each opens the books and tells what went wrong.
"""

from __future__ import annotations

import dataclasses
import json
import os
import pwd
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Annotated, Any

import typer
from marshmallow import Schema

from whistle.clock import SystemClock
from whistle.errors import Rejected, WhistleError
from whistle.http.validation import load
from whistle.settings import load_settings, with_secret
from whistle.storage import Database, make_engine, migrations
from whistle_points.handlers import rehearse
from whistle_points.store import PointsUnit, page_of
from whistle_points.tools import Tools

points = typer.Typer(help="积分 / points", no_args_is_help=True, rich_markup_mode=None, add_completion=False)

AsJson = Annotated[bool, typer.Option("--json", help="输出 JSON / print JSON")]
Member = Annotated[str, typer.Argument(help="党员编号 / the member's number")]
District = Annotated[str, typer.Option("--district", envvar="WHISTLE_DISTRICT", help="区 / district")]
Reason = Annotated[str, typer.Option("--reason", help="理由 / why")]
Limit = Annotated[int, typer.Option("--limit", min=1, max=500, help="多少条 / how many")]
After = Annotated[str | None, typer.Option("--after", help="从哪一条之后 / behind which one")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="只试不记 / answer and change nothing")]


@contextmanager
def told() -> Iterator[None]:
    """Every error in one line on standard error; exit 2 if typing something else can mend it."""
    try:
        yield
    except WhistleError as error:
        typer.echo(error.in_full(), err=True)
        raise typer.Exit(2 if isinstance(error, Rejected) else 1) from None


@contextmanager
def database() -> Iterator[Database[PointsUnit]]:
    """The points database. Raises Misconfigured if it has to be upgraded first."""
    settings = load_settings()
    engine = make_engine(settings.database_url_of("points"), schema="points", pool_size=1)
    found = Database(engine, PointsUnit, clock=SystemClock())
    try:
        found.ping()
        migrations.check(engine, service="points", package="whistle_points")
        yield found
    finally:
        found.close()


def tools_for(found: Database[PointsUnit]) -> Tools:
    """Schemes, calendars and the secret. Raises Misconfigured."""
    settings = load_settings()
    return Tools.made(settings, secret=with_secret(settings), database=found)


def by() -> str:
    """Who types: the account of this system, whatever the environment says, since nobody reviews what is their own."""
    return f"cli:{pwd.getpwuid(os.getuid()).pw_name}"


def show(value: Any, *, as_json: bool, lines: Iterator[str] | list[str]) -> None:
    """One JSON value, or lines for people."""
    if as_json:
        typer.echo(json.dumps(value, ensure_ascii=False, default=str))
        return
    for line in lines:
        typer.echo(line)


def checked(schema: type[Schema], given: Mapping[str, Any]) -> dict[str, Any]:
    """
    What was typed, held to the same rules as a body over HTTP; what was left out (None) is not in it, defaults are.

    Raises:
        Invalid: names each argument that cannot be.
    """
    typed = {name: value for name, value in given.items() if value is not None}
    loaded = load(schema(), typed, what_zh="参数", what_en="arguments")
    return {name: value for name, value in loaded.items() if name not in ("district", "dry_run")}


def act(
    run: Callable[[PointsUnit, Tools], Any],
    *,
    dry_run: bool,
    as_json: bool,
    lines: Callable[[Any], list[str]] | None = None,
    answer: type[Schema] | None = None,
    district: str | None = None,
) -> None:
    """
    Run something in a transaction of its own, or only rehearse it, and tell what came of it.

    Args:
        district: whose tree is wanted; it is read before the transaction, which has the only connection.
        lines: for people, above the last one. answer: what the JSON is made by (the same as over HTTP), by default all fields.
    """
    with told(), database() as found:
        tools = tools_for(found)
        if district:
            tools.places(district)
        with found.write() as unit:
            made = rehearse(unit, lambda: run(unit, tools)) if dry_run else run(unit, tools)
        done = "只试未记 / rehearsed" if dry_run else "已完成 / done"
        value = answer().dump(made, many=isinstance(made, list)) if answer else dataclasses.asdict(made)
        show(value, as_json=as_json, lines=[*(lines(made) if lines else []), done])


def show_rows(
    table: Any,
    exact: Mapping[str, Any],
    *,
    answer: type[Schema],
    line: Callable[[Mapping[str, Any]], str],
    limit: int,
    after: str | None,
    as_json: bool,
) -> None:
    """A page of a table, newest first; the last line (on standard error) says how to go on."""
    with told(), database() as found, found.read() as unit:
        rows, following = page_of(unit, table, exact=exact, after=after, limit=limit)
        show(
            answer().dump(rows, many=True),
            as_json=as_json,
            lines=[line(row) for row in rows] or ["没有 / none"],
        )
        if following:
            typer.echo(f"还有更早的:--after {following} / there are more", err=True)
