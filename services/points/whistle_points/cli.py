"""
``whistle points …``: looks at the ledger of this installation, in its database.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any

import typer

from whistle.clock import SystemClock
from whistle.errors import Rejected, WhistleError
from whistle.settings import load_settings
from whistle.storage import Database, make_engine, migrations
from whistle_points import domain
from whistle_points.settings import read_settings
from whistle_points.store import PointsUnit, read_member
from whistle_points.store import verify as differences_of

points = typer.Typer(help="积分 / points", no_args_is_help=True, rich_markup_mode=None, add_completion=False)

AsJson = Annotated[bool, typer.Option("--json", help="输出 JSON / print JSON")]
Member = Annotated[str, typer.Argument(help="党员编号 / the member's number")]
District = Annotated[str, typer.Option("--district", envvar="WHISTLE_DISTRICT", help="区 / district")]


@points.command()
def balance(member: Member, district: District, as_json: AsJson = False) -> None:
    """积分余额与最近明细 / a member's balance and latest entries."""
    with _told(), _opened() as (settings, unit):
        limit = read_settings(settings).page
        page = read_member(unit, scheme=district, member=member, before=None, limit=limit)
        if as_json:
            entries = [dataclasses.asdict(entry) for entry in page.entries]
            told = {"member": member, "district": district, "tenths": page.tenths, "entries": entries}
            typer.echo(json.dumps(told, ensure_ascii=False, default=str))
            return
        typer.echo(f"{member}  {domain.points(page.tenths)} 分 / points")
        for entry in page.entries:
            at = f"{entry.effective_at.astimezone():%Y-%m-%d %H:%M}"
            typer.echo(f"{at}  {domain.points(entry.tenths):>6}  {entry.kind:<8}  {entry.case_no}")


@points.command()
def verify(as_json: AsJson = False) -> None:
    """核对积分账,有差异则退出码为 1 / check the ledger; exit 1 if anything differs."""
    with _told(), _opened() as (_, unit):
        differences = differences_of(unit)
        if as_json:
            typer.echo(json.dumps({"ok": not differences, "differences": differences}, ensure_ascii=False))
        else:
            for line in differences or ["账目一致 / the ledger is right"]:
                typer.echo(line)
        if differences:
            raise typer.Exit(1)


@contextmanager
def _opened() -> Iterator[tuple[Any, PointsUnit]]:
    settings = load_settings()
    engine = make_engine(settings.database_url_of("points"), schema="points", pool_size=1)
    database = Database(engine, PointsUnit, clock=SystemClock())
    try:
        database.ping()
        migrations.check(engine, service="points", package="whistle_points")
        with database.read() as unit:
            yield settings, unit
    finally:
        database.close()


@contextmanager
def _told() -> Iterator[None]:
    """Every error in one line on standard error; exit 2 if typing something else can mend it."""
    try:
        yield
    except WhistleError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2 if isinstance(error, Rejected) else 1) from None
