"""
Commands that only look.
"""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Annotated

import typer

from whistle.clock import SystemClock
from whistle.errors import Invalid
from whistle.files import whole_file
from whistle.settings import load_settings
from whistle_points import domain, exporting, handlers
from whistle_points.cli.app import AsJson, District, Member, database, points, show, told, tools_for
from whistle_points.pages.member import (
    MOST_IN_FILE,
    MOST_ON_PAPER,
    member_file,
    member_paper,
    member_workbook,
)
from whistle_points.schemes import read_schemes
from whistle_points.settings import read_settings
from whistle_points.store import Entry, pickup_list, ranking, read_member
from whistle_points.store import verify as differences_of

Period = Annotated[str, typer.Argument(help="期间:2026、2026-03、2026-Q1 / a year, month or quarter")]
Out = Annotated[Path | None, typer.Option("--xlsx", help="写成表格 / write a spreadsheet")]


@points.command()
def balance(member: Member, district: District, as_json: AsJson = False) -> None:
    """积分余额与最近明细 / a member's balance and latest entries."""
    with told(), database() as found, found.read() as unit:
        handlers.member_of(unit, district, member)
        limit = read_settings(load_settings()).page
        page = read_member(unit, scheme=district, member=member, before=None, limit=limit)
        entries = [dataclasses.asdict(entry) for entry in page.entries]
        value = {"member": member, "district": district, "tenths": page.tenths, "entries": entries}
        head = f"{member}  {domain.points(page.tenths)} 分 / points"
        show(value, as_json=as_json, lines=[head, *map(_entry_line, page.entries)])


def _entry_line(entry: Entry) -> str:
    day = f"{entry.effective_at.astimezone(domain.CHINA):%Y-%m-%d}"
    kind = " / ".join(domain.KIND_WORDS[entry.kind])
    return "  ".join(
        filter(None, (day, f"{domain.points(entry.tenths):>6}", kind, entry.reason, entry.case_no))
    )


@points.command()
def verify(as_json: AsJson = False) -> None:
    """核对积分账,有差异则退出码为 1 / check the books; exit 1 if anything differs."""
    with told(), database() as found, found.read() as unit:
        differences = differences_of(unit)
        value = {"ok": not differences, "differences": differences}
        show(value, as_json=as_json, lines=differences or ["账目一致 / the ledger is right"])
        if differences:
            raise typer.Exit(1)


@points.command("ranking")
def show_ranking(period: Period, district: District, as_json: AsJson = False, xlsx: Out = None) -> None:
    """积分排名 / who was awarded most in a period."""
    with told(), database() as found, found.read() as unit:
        first, last = handlers.days_of(period)
        ranks = ranking(unit, scheme=district, first=first, last=last, limit=10_000)
        if xlsx is not None:
            rule = tools_for(found).rules.at(district, last).text_hash
            with whole_file(xlsx) as part:
                part.write_bytes(exporting.ranking_workbook(ranks, period=period, rule=rule))
        lines = [f"{one.place:>4}  {one.member}  {one.name}  {domain.points(one.tenths)}" for one in ranks]
        show([dataclasses.asdict(one) for one in ranks], as_json=as_json, lines=lines)


@points.command("file")
def write_file(
    member: Member,
    district: District,
    to: Annotated[Path, typer.Argument(help="写到 .xlsx 或 .docx / the .xlsx or .docx to write")],
) -> None:
    """一人一档,写成表格或文档 / everything about a member, as a spreadsheet or a paper."""
    with told(), database() as found, found.read() as unit:
        if to.suffix not in (".xlsx", ".docx"):
            raise Invalid("文件名应以 .xlsx 或 .docx 结尾", "the file's name must end in .xlsx or .docx")
        rules, most = tools_for(found).rules, MOST_ON_PAPER if to.suffix == ".docx" else MOST_IN_FILE
        file = member_file(unit, scheme=district, member=member, most=most)
        made = member_paper if to.suffix == ".docx" else member_workbook
        with whole_file(to) as part:
            part.write_bytes(made(file, rules=rules))
        typer.echo(f"已写入 {to} / written")


@points.command()
def pickups(
    district: District,
    point: Annotated[str | None, typer.Option("--point", help="领取点 / the pick-up point")] = None,
    as_json: AsJson = False,
) -> None:
    """待领清单,可打印 / what waits to be fetched, to be printed."""
    with told(), database() as found, found.read() as unit:
        rows = pickup_list(unit, scheme=district, point=point, limit=1000)
        lines = [
            f"□ {row['number']:>5}  {row['name'] or row['member']}  {row['reward']} x{row['quantity']}{row['unit']}  "
            f"{row['point']}  {row['due_at'].astimezone(domain.CHINA):%m-%d}  {row['proxy']}"
            for row in rows
        ]
        show(rows, as_json=as_json, lines=lines or ["没有待领 / nothing waits"])


@points.command("scheme")
def show_scheme(
    district: Annotated[
        str, typer.Option("--district", envvar="WHISTLE_DISTRICT", help="区 / district")
    ] = "",
    check: Annotated[Path | None, typer.Option("--check", help="检查一个 points.toml / check a file")] = None,
    as_json: AsJson = False,
) -> None:
    """现行积分办法,或检查一个文件 / the scheme in force, or check a file."""
    with told():
        if check is not None:
            found = read_schemes(check, district=district or "here")
            typer.echo(f"{len(found.versions)} 个版本,没有错误 / version(s), no mistakes")
            return
        with database() as opened:
            today = domain.day_of(SystemClock().now())
            scheme = tools_for(opened).rules.at(district, today)
        items = {item.id: domain.points(item.tenths) for item in scheme.items.values()}
        value = {
            "version": scheme.version,
            "name": scheme.name,
            "text_hash": scheme.text_hash,
            "items": items,
        }
        lines = [f"{scheme.name}  v{scheme.version}  {scheme.text_hash[:12]}"]
        lines += [f"  {name:<20} {worth:>6}  {scheme.items[name].name}" for name, worth in items.items()]
        if as_json:
            typer.echo(json.dumps(value, ensure_ascii=False))
        else:
            show(value, as_json=False, lines=lines)
