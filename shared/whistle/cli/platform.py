"""
``whistle up`` and ``whistle run``: the platform in one process, and one service of it.
"""

from __future__ import annotations

import dataclasses
import sys
from pathlib import Path
from typing import Annotated

import typer

from whistle import log
from whistle.errors import Misconfigured
from whistle.settings import load_settings

DEMO = (
    "演示:模拟的单位和居民会自动办理、答复和评价每一件诉求;要亲手办理,请用 whistle up --data 另一目录\n"
    "demo: simulated parties and residents act on every case; to work by hand, run `whistle up --data <another folder>`"
)


def up(
    fresh: Annotated[
        bool, typer.Option("--fresh", help="从空白开始,删除原有数据 / start from nothing")
    ] = False,
    demo: Annotated[
        bool, typer.Option("--demo", help="含演示数据与模拟单位 / demo data and simulated parties")
    ] = False,
    simulate: Annotated[
        bool, typer.Option("--simulate", help="模拟单位即时办理,无演示数据 / simulated parties act at once")
    ] = False,
    data: Annotated[Path | None, typer.Option("--data", help="数据目录 / data folder (WHISTLE_DATA)")] = None,
    http: Annotated[str, typer.Option("--http", help="监听地址 主机:端口 / address (WHISTLE_HTTP)")] = "",
) -> None:
    """一个进程内的整个平台 / the whole platform in one process; Ctrl-C stops it."""
    from whistle.runtime.embedded import Embedded
    from whistle.runtime.services import installed_services
    from whistle.simulation.seed import seed_over_http, settle
    from whistle.simulation.service import Departments, lifelike

    settings = load_settings()
    log.configure(level=settings.log_level, form=settings.log_format)
    changes = {"data": data.absolute()} if data else {}
    if http:
        host, _, port = http.rpartition(":")
        if not port.isdecimal():
            raise Misconfigured(
                f"--http 应为 主机:端口,现为 {http}", f"--http must be host:port, it is {http}"
            )
        changes |= {"http_host": host or "127.0.0.1", "http_port": int(port)}  # type: ignore[dict-item]
    settings = dataclasses.replace(settings, **changes)  # type: ignore[arg-type]
    if demo:
        settle(settings.data, fresh=fresh)
        if settings.log_level == "INFO":  # each request of the simulated people would bury the login link
            log.configure(level="WARNING", form=settings.log_format)
    stand_ins = [lifelike()] if demo else [Departments] if simulate else []
    # in one process nobody but a stand-in reads the parties' queues; without one they work on the pages
    settings = dataclasses.replace(settings, party_queues=bool(stand_ins))
    embedded = Embedded(settings, [*installed_services(), *stand_ins])
    process = embedded.open(fresh=fresh)

    def ready() -> None:
        _say_where(process)
        if demo:
            print(DEMO, file=sys.stderr, flush=True)
            seed_over_http(process)

    try:
        code = process.run(ready)
    finally:
        embedded.close()
    raise typer.Exit(code)


def _say_where(process: object) -> None:
    from whistle.runtime.process import Process

    assert isinstance(process, Process)
    token = process.tokens.issue(sub="admin", role="admin", scope="*")
    url = process.http.url
    print(f"平台已就绪:{url}  (Ctrl-C 停止)\nready: {url}  (Ctrl-C stops)", file=sys.stderr)
    print(f"工作人员登录 / staff login:  {url}/login?token={token}", file=sys.stderr, flush=True)


def run(
    services: Annotated[list[str] | None, typer.Argument(help="intake | routing | points | notify")] = None,
    roles: Annotated[
        str, typer.Option("--roles", help="http,events,work 的子集 / a subset")
    ] = "http,events,work",
    simulate: Annotated[
        bool, typer.Option("--simulate", help="也模拟各单位 / also stand in for every party, for trials")
    ] = False,
) -> None:
    """运行一个或几个服务 / run one service or several, on RabbitMQ and PostgreSQL."""
    from whistle.runtime.host import ROLES
    from whistle.runtime.process import Process
    from whistle.runtime.services import installed_services

    wanted = tuple(role for role in roles.split(",") if role)
    if not wanted or set(wanted) - set(ROLES):
        raise Misconfigured(
            f"--roles 只能是 {','.join(ROLES)} 的子集", f"--roles must be a subset of {','.join(ROLES)}"
        )
    settings = load_settings()
    log.configure(level=settings.log_level, form=settings.log_format)
    if settings.embedded:
        raise Misconfigured(
            "whistle run 需要消息服务器:请设置 WHISTLE_BUS_URL=amqp://…;单进程请用 whistle up",
            "`whistle run` needs a broker: set WHISTLE_BUS_URL=amqp://…; for one process use `whistle up`",
        )
    hosted = installed_services(services or ())
    if simulate:
        from whistle.simulation.broker import departments_on

        hosted.append(departments_on(settings))
    if not hosted:
        raise Misconfigured(
            "请写明要运行的服务,例如 whistle run intake", "name a service: `whistle run intake`"
        )
    process = Process(settings, hosted, roles=wanted)

    def ready() -> None:
        print(
            f"{','.join(service.name for service in hosted)} 已就绪 / ready: {process.http.url}",
            file=sys.stderr,
            flush=True,
        )

    raise typer.Exit(process.run(ready))
