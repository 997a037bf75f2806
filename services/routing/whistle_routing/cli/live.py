"""
``whistle plugin reload|reset|shadow|status``: plugins of a running platform.

Orders go through routing's database, so they reach every process that decides, on whatever machine.
"""

from __future__ import annotations

import time
from typing import Annotated, Any

import typer

from whistle.auth import Tokens
from whistle.clock import SystemClock
from whistle.errors import DependencyDown, NotAllowedNow
from whistle.plugins.loader import load_packs
from whistle.settings import load_settings, with_secret
from whistle.simulation.people import Client
from whistle_routing.cli.opening import AsJson, District, opened, print_json
from whistle_routing.handlers import place_order

PATIENCE = 30.0
Version = Annotated[
    str,
    typer.Option("--version", help="WHISTLE_PACKS 中的版本,默认为已安装的 / a version in WHISTLE_PACKS"),
]


def reload(district: District, version: Version = "", as_json: AsJson = False) -> None:
    """不停机换上新版本;新版本有误则旧版本继续 / exchange the version; if the new one is bad, the old one stays."""
    _order(district, "reload", version, as_json=as_json)


def reset(district: District, as_json: AsJson = False) -> None:
    """恢复已停用的插件 / let a plugin be asked again that was kept off after repeated failures."""
    _order(district, "reset", as_json=as_json)


def shadow(
    district: District,
    version: Version = "",
    stop: Annotated[bool, typer.Option("--stop", help="停止影子版本 / end the shadow")] = False,
    as_json: AsJson = False,
) -> None:
    """让另一版本同时回答,只比较不采用 / let another version answer beside; it is compared, never acted upon."""
    _order(district, "unshadow" if stop else "shadow", version, as_json=as_json)


def status(
    url: Annotated[str, typer.Option("--url", help="平台地址,默认按 WHISTLE_HTTP / the platform")] = "",
    as_json: AsJson = False,
) -> None:
    """各区插件的版本、进程与熔断状态 / versions, processes and breakers of the running platform."""
    settings = load_settings()
    token = Tokens(with_secret(settings), SystemClock()).issue(sub="cli", role="admin", scope="*")
    client = Client(url or f"http://{settings.http_host}:{settings.http_port}", token)
    plugins = client.call("GET", "/api/v1/plugins")["plugins"]
    if as_json:
        print_json(plugins)
        return
    for one in plugins:
        breaker, beside = one["breaker"], one["shadow"]
        print(
            f"{one['district']:<12} {one['name']} {one['plugin']} {one['version']}: {_SAID[breaker['state']]}"
        )
        if breaker["last_failure"]:
            print(f"    {breaker['failures']} 次失败 / failures: {breaker['last_failure']}")
        if beside:
            print(
                f"    影子 / shadow {beside['version']}: {beside['answered']} 答 / answered, {beside['differ']} 不同 / "
                f"differ, {beside['failed']} 失败 / failed, {beside['dropped']} 略过 / dropped"
            )


_SAID = {
    "closed": "正常 / asked",
    "half-open": "试探 / tried once",
    "open": "已停用,用 whistle plugin reset 恢复 / kept off, see whistle plugin reset",
}


def _order(district: str, verb: str, wanted: str = "", *, as_json: bool) -> None:
    """Place an order and wait for what becomes of it: exit 1 if it failed, with one line that says why."""
    load_packs([district])  # a district that is not installed is told at once
    with opened() as here:
        with here.database.write() as unit:
            order: Any = place_order(unit, district, verb, wanted=wanted, by="cli")
        until = time.monotonic() + PATIENCE
        while order["state"] == "waiting":
            if time.monotonic() > until:
                raise DependencyDown(
                    "平台没有在运行,命令会在它起动后执行", "the platform does not run; the order waits for it"
                )
            time.sleep(0.1)
            with here.database.look() as unit:
                order = unit.order(order["id"])
    if as_json:
        print_json(order)
    elif order["state"] == "done":
        print(f"{district}: {order['said']}")
    if order["state"] == "failed":
        zh, _, en = order["said"].partition(" / ")
        raise NotAllowedNow(f"{district} 未改变: {zh}", en)
