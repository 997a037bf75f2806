"""
Commands of whoever operates the platform: bus, databases, configuration, verification, tokens.
"""

from __future__ import annotations

import datetime as dt
import json
import sys
from typing import Annotated, Any

import typer

from whistle.clock import SystemClock
from whistle.errors import Misconfigured, WhistleError
from whistle.settings import load_settings, mask_url, with_secret

AsJson = Annotated[bool, typer.Option("--json", help="JSON 输出 / as JSON")]


def _group(text: str) -> typer.Typer:
    return typer.Typer(help=text, no_args_is_help=True, rich_markup_mode=None, add_completion=False)


# --- bus ----------------------------------------------------------------------------------------------------------

bus = _group("消息总线:建立与检查 / declare and check exchanges and queues")


def _queues() -> list[Any]:
    from whistle.runtime.services import all_queues, installed_services

    return all_queues(installed_services(), load_settings())


@bus.command("declare")
def bus_declare() -> None:
    """建立交换机、队列与绑定,可重复执行 / declare exchanges, queues, bindings; idempotent."""
    from whistle.messaging.broker import Broker
    from whistle.topology.declare import declare

    settings, queues = load_settings(), _queues()
    if settings.embedded:
        print("嵌入模式自己建立总线 / embedded mode declares its bus itself")
        return
    with Broker(settings.bus_url).connect() as connection:
        declare(connection, queues)
    print(f"已建立 {len(queues)} 个队列 / declared {len(queues)} queues at {mask_url(settings.bus_url)}")


@bus.command("check")
def bus_check() -> None:
    """检查队列是否存在且参数一致 / check that all queues are there and as they should be."""
    from whistle.messaging.broker import Broker
    from whistle.topology.declare import check

    settings = load_settings()
    if settings.embedded:
        print(
            "嵌入模式的总线在进程内,无需检查 / the bus of embedded mode is in the process: nothing to check"
        )
        return
    with Broker(settings.bus_url).connect() as connection:
        wrong = check(connection, _queues(), arguments=True)
    for line in wrong:
        print(line, file=sys.stderr)
    if wrong:
        raise typer.Exit(1)
    print("总线正常 / the bus is as it should be")


# --- databases ----------------------------------------------------------------------------------------------------

db = _group("数据库:升级与检查 / migrations")


@db.command("upgrade")
def db_upgrade() -> None:
    """把每个服务的数据库升级到最新版本 / bring every service's database to the newest revision."""
    from whistle.runtime.services import installed_services, prepare

    settings, services = load_settings(), installed_services()
    prepare(services, settings)
    print(f"已升级 / upgraded: {', '.join(service.name for service in services)}")


@db.command("check")
def db_check() -> None:
    """检查数据库版本 / check the revisions."""
    from whistle.runtime.services import installed_services, open_database, package_of
    from whistle.storage import migrations

    settings = load_settings()
    for service in installed_services():
        database = open_database(service, settings)
        database.ping()
        migrations.check(database.engine, service=service.name, package=package_of(service))
    print("数据库均为最新 / all databases are at the newest revision")


# --- configuration ------------------------------------------------------------------------------------------------

config = _group("配置 / settings")


@config.command("show")
def config_show(as_json: AsJson = False) -> None:
    """显示配置,密码已遮盖 / the settings, passwords masked."""
    shown = load_settings().redacted()
    if as_json:
        print(json.dumps(shown, ensure_ascii=False, indent=2))
        return
    for name, value in shown.items():
        print(f"WHISTLE_{name.upper():<16} {value}")


@config.command("proxy")
def config_proxy(
    upstream: Annotated[
        list[str] | None,
        typer.Option("--upstream", help="服务=主机:端口,可重复 / service=host:port, may be repeated"),
    ] = None,
) -> None:
    """反向代理按路径分到各服务:nginx 的 server 段 / which path goes to which service, for nginx's server block."""
    from whistle.runtime.paths import nginx_of, paths_of
    from whistle.runtime.services import installed_services

    services = installed_services()
    given = dict(one.partition("=")[::2] for one in upstream or ())
    known = {service.name: service.name for service in services}
    if wrong := sorted(name for name, at in given.items() if name not in known or not at):
        raise Misconfigured(
            f"--upstream 应为 服务=主机:端口,服务为 {'、'.join(known)},现为 {wrong[0]!r}",
            f"--upstream must be service=host:port, with a service of {', '.join(known)}; it is {wrong[0]!r}",
        )
    print(nginx_of(paths_of(services), {**known, **given}))


@config.command("check")
def config_check() -> None:
    """检查配置能否使用 / check that the settings can be used."""
    with_secret(load_settings())
    print("配置可用 / the settings can be used")


def doctor(as_json: AsJson = False) -> None:
    """逐项检查:配置、区县包、数据库、总线 / check settings, packs, databases, bus, one by one."""
    checks = {
        "config": config_check,
        "packs": _check_packs,
        "databases": db_check,
        "cases": _check_cases,
        "bus": _check_bus,
    }
    findings: dict[str, str | None] = {}
    for name, check in checks.items():
        try:
            check()
            findings[name] = None
        except typer.Exit:
            findings[name] = "见上 / see above"
        except WhistleError as error:
            findings[name] = str(error)
    if as_json:
        print(json.dumps(findings, ensure_ascii=False))
    for name, trouble in findings.items():
        print(f"{'✔' if trouble is None else '✘'} {name}: {trouble or 'ok'}", file=sys.stderr)
    if any(findings.values()):
        raise typer.Exit(1)


def _check_packs() -> None:
    from whistle.plugins.loader import load_packs

    packs = load_packs(load_settings().districts or None)
    print(f"区县包 / packs: {', '.join(sorted(packs)) or '-'}")


def _check_cases() -> None:
    """Does anything wait for what is not installed?"""
    from whistle.runtime.reconcile import Member
    from whistle.runtime.services import installed_services, open_database, package_of
    from whistle.runtime.verify import complaints_of
    from whistle.storage import migrations

    settings = load_settings()
    lines: list[str] = []
    for service in installed_services():
        database = open_database(service, settings)
        try:
            migrations.check(database.engine, service=service.name, package=package_of(service))
            lines += complaints_of(Member(service, database), settings)
        finally:
            database.close()
    for line in lines:
        print(line, file=sys.stderr)
    if lines:
        raise typer.Exit(1)


def _check_bus() -> None:
    if load_settings().embedded:
        print("嵌入模式,总线在进程内 / embedded: the bus is in the process")
        return
    bus_check()


# --- verification -------------------------------------------------------------------------------------------------


def verify(
    as_json: AsJson = False,
    grace: Annotated[
        float, typer.Option("--grace", help="比这更新的消息视为在途(秒) / younger messages are on their way")
    ] = 30,
) -> None:
    """核对台账、收发件箱、队列、通知与积分,逐条指出差异 / reconcile everything; name every difference. Exit 1 if there is one."""
    from whistle.runtime.verify import verify_all

    report = verify_all(load_settings(), grace=dt.timedelta(seconds=grace))
    if as_json:
        print(json.dumps(report.as_json(), ensure_ascii=False, indent=2))
    else:
        for line in report.differences:
            print(line)
        print(report.summary())
    if report.differences:
        raise typer.Exit(1)


# --- tokens -------------------------------------------------------------------------------------------------------

token = _group("工作人员令牌 / tokens for staff")


@token.command("create")
def token_create(
    role: Annotated[
        str, typer.Option("--role", help="worker | community | street | district | city | admin | metrics")
    ],
    scope: Annotated[
        str, typer.Option("--scope", help="* | 区 / district | 区/节点编码(含其下) / district/node")
    ],
    sub: Annotated[str, typer.Option("--sub", help="是谁 / who")] = "staff",
    hours: Annotated[float, typer.Option("--hours", help="有效小时数 / hours until it expires")] = 12,
) -> None:
    """签发令牌 / issue a bearer token, signed with WHISTLE_SECRET_KEY."""
    from whistle.auth import Tokens

    settings = load_settings()
    tokens = Tokens(with_secret(settings), SystemClock())
    issued = tokens.issue(sub=sub, role=role, scope=scope, ttl=dt.timedelta(hours=hours))
    print(issued)
    if role != "metrics":  # a machine that only reads counters opens no pages; a script reads the token alone
        place = f"http://{settings.http_host}:{settings.http_port}"
        print(f"登录链接 / login link:  {place}/login?token={issued}", file=sys.stderr)


@token.command("check")
def token_check(text: Annotated[str, typer.Argument(help="令牌 / the token")]) -> None:
    """查看令牌 / show whose token it is."""
    from whistle.auth import Tokens

    who = Tokens(with_secret(load_settings()), SystemClock()).verify(text)
    print(json.dumps({"sub": who.sub, "role": who.role, "scope": who.scope}, ensure_ascii=False))
