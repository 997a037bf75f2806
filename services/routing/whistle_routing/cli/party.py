"""
``whistle party …``.
"""

from __future__ import annotations

import json
from typing import Annotated

import typer

from whistle.errors import NotFound
from whistle.plugins.loader import load_packs
from whistle.settings import load_settings
from whistle.topology.accounts import add_party_account, remove_party_account
from whistle_routing.cli.opening import AsJson, District, group, reading

Party = Annotated[str, typer.Argument(help="单位编号 / id of the party")]

party = group("单位:名录与消息账号 / parties: directory and broker accounts")


@party.command("list")
def list_parties(
    district: Annotated[str, typer.Option("--district", help="区 / district")] = "", as_json: AsJson = False
) -> None:
    """列出单位 / list the parties."""
    with reading() as unit:
        rows = unit.party_rows(district or None)
    if as_json:
        print(json.dumps(rows, ensure_ascii=False))
        return
    for row in rows:
        print(f"{row['district']:<10} {row['id']:<24} {row['kind']:<16} {row['channel']:<6} {row['name']}")
    print(f"共 {len(rows)} 个 / {len(rows)} in all")


@party.command("add")
def add_party(
    district: District,
    party: Party,
    rotate: Annotated[bool, typer.Option("--rotate", help="换新密码 / give a new password")] = False,
    public_url: Annotated[
        str, typer.Option("--public-url", help="单位所用的消息服务器地址 / broker URL as parties reach it")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """为单位建立消息账号、权限与队列,并打印交付内容 / make broker user, permissions and queue; print what to hand over."""
    settings = load_settings()
    packs = load_packs([district])
    if party not in {one.id for one in packs[district].tables.parties}:
        raise NotFound(
            f"{district} 没有单位 {party},见 whistle party list", f"{district} has no party {party}"
        )
    account = add_party_account(
        district,
        party,
        bus_url=settings.bus_url,
        api_url=settings.broker_api,
        public_url=public_url,
        rotate=rotate,
    )
    if as_json:
        print(json.dumps(vars(account), ensure_ascii=False))
        return
    print(f"WHISTLE_BUS_URL={account.url}\nWHISTLE_DISTRICT={district}\nWHISTLE_PARTY={party}")
    print(f"# 队列 / queue: {account.queue}; 试一试 / try: whistle department listen")
    if account.password is None:
        print(
            "# 密码未变,只在建立时显示一次;换新用 --rotate / the password is unchanged; --rotate for a new one"
        )


@party.command("remove")
def remove_party(district: District, party: Party) -> None:
    """撤销单位的消息账号;队列与未取的消息保留 / remove the broker user; queue and messages stay."""
    settings = load_settings()
    remove_party_account(district, party, bus_url=settings.bus_url, api_url=settings.broker_api)
    print("已撤销 / removed")
