"""
Who there is and how far they are; pledges.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Annotated, Any

import typer

from whistle.clock import SystemClock
from whistle.plugins.loader import load_packs
from whistle.settings import Settings
from whistle.topology import dead_queue_name, party_queue_name
from whistle_routing.cli.opening import AsJson, opened, print_json, read_day, reading
from whistle_routing.cli.party.arguments import District, Ident, find, party
from whistle_routing.handlers import mail
from whistle_routing.store.mail_marks import pledges_on


@party.command("list")
def list_parties(
    district: Annotated[str, typer.Option("--district", help="区 / district")] = "", as_json: AsJson = False
) -> None:
    """列出单位:办理方式、最后编号、已办编号、积压、搁置 / list the parties: way, last number, acted, lag, parked."""
    with opened() as here:
        packs = load_packs([district] if district else here.settings.districts or None)
        parties = {name: {one.id: one for one in pack.tables.parties} for name, pack in packs.items()}
        with here.database.read() as unit:
            rows = mail.standings(unit, parties)
        _ask_broker(here.settings, rows)
    if as_json:
        print_json(rows)
        return
    print(
        "区 / 单位 / 类别 / 方式 / 编号 / 已办 / 积压 / 搁置 — district party kind way last acted lag parked"
    )
    for row in rows:
        lag = "-" if row["lag"] is None else row["lag"]
        print(
            f"{row['district']:<10} {row['id']:<24} {row['kind']:<16} {row['way']:<8}"
            f"{row['sequence']:>7}{row['acted']:>7}{lag:>7}{row['parked']:>5}  {row['name']}"
        )
    print(f"共 {len(rows)} 个 / {len(rows)} in all")


def _ask_broker(settings: Settings, rows: Sequence[dict[str, Any]]) -> None:
    """What waits in the queues of parties, and what the broker itself put aside; left open where it does not answer."""
    queued = [row for row in rows if row["way"] == "amqp"]
    if settings.embedded or not queued:
        return
    from whistle.topology.depths import depths  # only here: it loads the broker's client

    names = {(row["district"], row["id"]): party_queue_name(row["district"], row["id"]) for row in queued}
    found = depths(
        settings.bus_url, [each for name in names.values() for each in (name, dead_queue_name(name))]
    )
    for row in queued if found is not None else ():
        name = names[row["district"], row["id"]]
        row["lag"] = (found or {}).get(name)
        row["parked"] += (found or {}).get(dead_queue_name(name), 0)


@party.command("pledge")
def record_pledge(
    district: District,
    signed_by: Annotated[str, typer.Option("--by", help="签订人 / who signed")],
    terms: Annotated[str, typer.Option("--terms", help="承诺内容 / what was promised")],
    ident: Ident = "",
    on: Annotated[str, typer.Option("--on", help="签订日 / day, default today")] = "",
    until: Annotated[str, typer.Option("--until", help="截止日 / first day it does not hold")] = "",
) -> None:
    """登记共驻联建承诺书 / record a co-building pledge (S1-6)."""
    name, found = find(district, ident)
    today = SystemClock().now().date()
    with opened() as here, here.database.write() as unit:
        mail.pledge(
            unit,
            name,
            found.id,
            signed_on=read_day(on, "--on") or today,
            ends_on=read_day(until, "--until"),
            signed_by=signed_by,
            terms=terms,
            by="cli",
        )
    print("已登记 / recorded")


@party.command("pledges")
def list_pledges(
    district: Annotated[str, typer.Argument(help="区 / district")],
    on: Annotated[str, typer.Option("--on", help="哪一天 / day, default today")] = "",
    as_json: AsJson = False,
) -> None:
    """某日有效的承诺书 / the pledges that hold on a day."""
    day: dt.date = read_day(on, "--on") or SystemClock().now().date()
    with reading() as unit:
        rows = pledges_on(unit, district, day)
    if as_json:
        print_json(rows)
        return
    for row in rows:
        print(f"{row['party']:<24} {row['signed_on']} {row['signed_by']}  {row['terms']}")
    print(f"共 {len(rows)} 份 / {len(rows)} in all")
