"""
What is made for a party and handed over: broker account, webhook secret, token; and taken back.
"""

from __future__ import annotations

import datetime as dt
from contextlib import ExitStack
from typing import Annotated, Any

import typer

from whistle.auth import Tokens
from whistle.clock import SystemClock
from whistle.contracts.plugin import Party
from whistle.errors import DependencyDown, Invalid, Misconfigured
from whistle.settings import Settings, load_settings, with_secret
from whistle.topology.accounts import add_party_account, remove_party_account
from whistle_routing.cli.opening import AsJson, Opened, opened, print_json
from whistle_routing.cli.party.arguments import (
    AsPack,
    Categories,
    Classes,
    District,
    Ident,
    Levels,
    Only,
    PublicUrl,
    find,
    party,
    read_filter,
)
from whistle_routing.cli.party.login import login_link, say_login
from whistle_routing.domain.mail import Filter
from whistle_routing.handlers import mail
from whistle_routing.handlers.telling import default_way
from whistle_routing.office import guard_of
from whistle_routing.store.mail import party_key

Webhook = Annotated[
    str, typer.Option("--webhook", help="用此网址以回调办理 / reach it by webhooks at this URL")
]


@party.command("add")
def add_party(
    district: District,
    ident: Ident = "",
    webhook: Webhook = "",
    rotate: Annotated[bool, typer.Option("--rotate", help="换新密码 / give a new password")] = False,
    public_url: PublicUrl = "",
    only: Only = "",
    classes: Classes = "",
    levels: Levels = "",
    categories: Categories = "",
    as_json: AsJson = False,
) -> None:
    """
    为单位建立消息账号、权限与队列(或回调密钥与令牌),并打印交付内容 / make user, permissions and queue, or webhook secret and
    token; print what to hand over.
    """
    name, found = find(district, ident)
    wanted = read_filter(only, classes, levels, categories)
    if webhook:
        _hand_webhook(_set_way(name, found, "webhook", url=webhook, wanted=wanted, token=True), as_json)
        return
    account = _account(load_settings(), name, found, rotate=rotate, public_url=public_url)
    with ExitStack() as stack:
        try:
            here = stack.enter_context(opened())
        except (Misconfigured, DependencyDown):  # on a machine that has the broker only; the pack's way holds
            if wanted is not None or default_way(found) != "amqp":
                raise
        else:
            _to_queue(here, name, found, wanted)
    _hand_account(account, as_json)


@party.command("set")
def set_party(
    district: District,
    via: Annotated[str, typer.Option("--via", help="amqp | webhook | pages")],
    ident: Ident = "",
    url: Annotated[str, typer.Option("--url", help="回调网址 / URL of the webhook")] = "",
    public_url: PublicUrl = "",
    only: Only = "",
    classes: Classes = "",
    levels: Levels = "",
    categories: Categories = "",
    as_pack: AsPack = False,
    as_json: AsJson = False,
) -> None:
    """改变单位的办理方式或订阅范围,自即刻起 / reach a party in another way, or send it other messages, from now on."""
    if via not in ("amqp", "webhook", "pages"):
        raise Invalid("--via 应为 amqp、webhook 或 pages", "--via must be amqp, webhook or pages")
    name, found = find(district, ident)
    wanted = read_filter(only, classes, levels, categories)
    if as_pack and wanted is not None:
        raise Invalid("--as-pack 与订阅范围只能选一", "either --as-pack or a filter")
    if via == "amqp":
        account = _account(load_settings(), name, found, rotate=False, public_url=public_url)
        _set_way(name, found, via, wanted=wanted, as_pack=as_pack)
        _hand_account(account, as_json)
        return
    made = _set_way(name, found, via, url=url or None, wanted=wanted, as_pack=as_pack)
    if via == "webhook":
        _hand_webhook(made, as_json)
    elif as_json:
        print_json(made)
    else:
        print("已改为网页办理 / on the pages from now on")
        say_login(made.get("login"))


@party.command("rotate")
def rotate_party(
    district: District,
    ident: Ident = "",
    overlap: Annotated[
        float,
        typer.Option("--overlap", help="旧密钥继续有效的小时数 / hours for which the old secret still signs"),
    ] = 24.0,
    public_url: PublicUrl = "",
    as_json: AsJson = False,
) -> None:
    """换新的回调密钥,或消息账号密码 / a new webhook secret, or a new broker password."""
    name, found = find(district, ident)
    with opened() as here, here.database.write() as unit:
        reach = unit.mail.reach_of(name, found.id)
        if reach is not None and reach.way == "webhook":
            hours = dt.timedelta(hours=overlap)
            secret = mail.rotate(unit, name, found.id, keys=here.keys(), overlap=hours)
            made = {"district": name, "party": found.id, "url": reach.url, "secret": secret}
        else:
            made = {}
    if made:
        _hand_webhook(made, as_json)
    else:
        _hand_account(_account(load_settings(), name, found, rotate=True, public_url=public_url), as_json)


@party.command("token")
def give_token(
    district: District,
    ident: Ident = "",
    url: Annotated[
        str,
        typer.Option("--url", help="平台地址,默认按 WHISTLE_HTTP / the platform, as the party reaches it"),
    ] = "",
    as_json: AsJson = False,
) -> None:
    """
    为单位签发办理令牌,旧令牌即失效;用网页办理的单位还有登录链接 / a token with which the party acts over HTTP, and a login link for
    one that works on the pages; the token before does not count any more.
    """
    name, found = find(district, ident)
    with opened() as here:
        token = _token(here, name, found)
        with here.database.read() as unit:
            reach = unit.mail.reach_of(name, found.id)
        made = {"district": name, "party": found.id, "token": token}
        if (reach.way if reach else default_way(found)) == "pages":
            made["login"] = login_link(here.settings, token, url)
    if as_json:
        print_json(made)
        return
    print(token)
    if "login" in made:
        say_login(made["login"])


@party.command("remove")
def remove_party(district: District, ident: Ident = "") -> None:
    """撤销消息账号、回调与令牌,改为网页办理;队列与消息保留 / take account, webhook and token back; queue and messages stay."""
    name, found = find(district, ident)
    settings = load_settings()
    with opened() as here, here.database.write() as unit:
        mail.end_way(unit, name, found.id, by="cli")
    if not settings.embedded:
        remove_party_account(name, found.id, bus_url=settings.bus_url, api_url=settings.broker_api)
    print("已撤销 / removed")


def _account(settings: Settings, district: str, found: Party, *, rotate: bool, public_url: str) -> Any:
    return add_party_account(
        district,
        found.id,
        bus_url=settings.bus_url,
        api_url=settings.broker_api,
        public_url=public_url,
        rotate=rotate,
    )


def _to_queue(here: Opened, district: str, found: Party, wanted: Filter | None) -> None:
    with here.database.write() as unit:
        reach = unit.mail.reach_of(district, found.id)
        if wanted is None and (reach.way if reach else default_way(found)) == "amqp":
            return
        wish = mail.Wish(district=district, party=found.id, way="amqp", filter=wanted, by="cli")
        mail.set_way(unit, wish, keys=here.keys(), guard=guard_of(here.settings))


def _set_way(
    district: str,
    found: Party,
    way: Any,
    *,
    wanted: Filter | None,
    url: str | None = None,
    as_pack: bool = False,
    token: bool = False,
) -> dict[str, Any]:
    with opened() as here:
        wish = mail.Wish(
            district=district, party=found.id, way=way, url=url, filter=wanted, as_pack=as_pack, by="cli"
        )
        with here.database.write() as unit:
            handed = mail.set_way(unit, wish, keys=here.keys(), guard=guard_of(here.settings))
        made: dict[str, Any] = {"district": district, "party": found.id, "way": way, "url": url}
        if way == "webhook":
            made["secret"] = handed.secret
        if token:
            made["token"] = _token(here, district, found)
        elif way == "pages" and not _has_token(here, district, found):
            made["token"] = _token(here, district, found)
            made["login"] = login_link(here.settings, made["token"])
        return made


def _has_token(here: Opened, district: str, found: Party) -> bool:
    """One that it works with stays: a new one would end it."""
    with here.database.read() as unit:
        return unit.mail.key_number(party_key(district, found.id)) > 0


def _token(here: Opened, district: str, found: Party) -> str:
    tokens = Tokens(with_secret(here.settings), SystemClock())
    with here.database.write() as unit:
        return mail.give_token(unit, district, found.id, tokens=tokens)


def _hand_webhook(made: dict[str, Any], as_json: bool) -> None:
    if as_json:
        print_json(made)
        return
    print(
        f"WHISTLE_DISTRICT={made['district']}\nWHISTLE_PARTY={made['party']}\nWHISTLE_WEBHOOK_URL={made['url']}"
    )
    if made.get("secret"):
        print(f"WHISTLE_WEBHOOK_SECRET={made['secret']}")
    else:
        print(
            "# 密钥未变;换新用 whistle party rotate / the secret is unchanged; whistle party rotate for a new one"
        )
    if made.get("token"):
        print(f"WHISTLE_TOKEN={made['token']}")
    print("# 密钥与令牌只显示这一次 / secret and token are shown this once")


def _hand_account(account: Any, as_json: bool) -> None:
    if as_json:
        print_json(vars(account))
        return
    print(
        f"WHISTLE_BUS_URL={account.url}\nWHISTLE_DISTRICT={account.district}\nWHISTLE_PARTY={account.party}"
    )
    print(f"# 队列 / queue: {account.queue}; 试一试 / try: whistle department listen")
    if account.password is None:
        print(
            "# 密码未变,只在建立时显示一次;换新用 --rotate / the password is unchanged; --rotate for a new one"
        )
