"""
Plugins are exchanged, compared and switched on again while the platform runs, by orders that every process follows.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from typing import Any

import structlog

from whistle.errors import NotFound, WhistleError
from whistle.ids import new_id
from whistle.plugins.host.parent import PluginHost
from whistle.plugins.loader import Pack
from whistle.plugins.replay.versions import find_pack
from whistle_routing.handlers.organisation import load_organisations
from whistle_routing.store import RoutingUnit, plugin_orders
from whistle_routing.tools import Tools

log = structlog.get_logger()

VERBS = ("reload", "reset", "shadow", "unshadow")
Order = Mapping[str, Any]


def place_order(unit: RoutingUnit, district: str, verb: str, *, wanted: str = "", by: str) -> dict[str, Any]:
    """
    Order something for a district's plugin; it is done by the processes that decide, not here.

    Args:
        wanted: the version, for ``reload`` and ``shadow``; empty: the installed one.
    """
    row = {
        "id": new_id(),
        "district": district,
        "verb": verb,
        "wanted": wanted,
        "by": by[:100],
        "ordered_at": unit.now,
        "state": "waiting",
        "said": "",
        "done_at": None,
    }
    unit.add(plugin_orders, row)
    unit.wake("follow_orders")
    return row


def follow_orders(tools: Tools) -> int:
    """Do what was ordered since the last look; the first time, what lasts from before the start. Returns how much."""
    with tools.database.look() as unit:
        if tools.followed.started:
            waiting = unit.recent_orders()
        else:
            tools.followed.add(order["id"] for order in unit.recent_orders() if order["state"] != "waiting")
            waiting = [*unit.orders_to_resume(), *unit.recent_orders()]
    resuming = not tools.followed.started
    tools.followed.started = True
    done = 0
    for order in waiting:
        again = resuming and order["state"] == "done" and order["wanted"] != ""
        if order["district"] in tools.packs and (again or order["id"] not in tools.followed):
            tools.followed.add([order["id"]])
            _follow(tools, order)
            done += 1
    return done


def _follow(tools: Tools, order: Order) -> None:
    """Do one order and write down what became of it, in one line."""
    try:
        said, state = _DO[order["verb"]](tools, order), "done"
    except WhistleError as error:
        said, state = str(error), "failed"
    except Exception as error:  # noqa: BLE001 - an order that cannot be followed must not stop the next one
        said, state = f"{type(error).__name__}: {error}", "failed"
    log.info("plugin_order", district=order["district"], verb=order["verb"], state=state, said=said[:300])
    with tools.database.write() as unit:
        unit.end_order(order["id"], state=state, said=said)


def reload_plugin(tools: Tools, order: Order) -> str:
    """
    Let another version take over; until it has passed everything, the one in use goes on.

    Raises:
        WhistleError: what is wrong with the new one; nothing has changed then.
    """
    district = order["district"]
    before = tools.packs[district]
    pack = _wanted(tools, order)
    host = tools.router.try_out(pack)
    try:
        load_organisations(tools.database, {district: pack}, keys=tools.keys)
    except BaseException:
        host.stop()
        raise
    tools.learn_parties(pack)  # before it decides, so that whoever it calls is known
    tools.router.take_over(host)
    return f"{before.version} → {pack.version} 已接替 / took over"


def reset_plugin(tools: Tools, order: Order) -> str:
    """Close the breaker of a district's plugin and give it a fresh process."""
    tools.router.reset(order["district"])
    return "已恢复询问 / asked again"


def start_shadow(tools: Tools, order: Order) -> str:
    """
    Let a version run beside the live one.

    Raises:
        WhistleError: what is wrong with it; a shadow from before goes on.
    """
    pack = _wanted(tools, order)
    host: PluginHost = tools.router.try_out(pack)
    tools.shadows.start(host, tools.database)
    return f"影子版本 {pack.version} 已运行 / {pack.version} runs as a shadow"


def stop_shadow(tools: Tools, order: Order) -> str:
    """End a district's shadow."""
    if tools.shadows.stop(order["district"]):
        return "影子版本已停止 / the shadow has ended"
    return "没有影子版本 / there was no shadow"


def _wanted(tools: Tools, order: Order) -> Pack:
    importlib.invalidate_caches()  # what was installed since this process began is found too
    return find_pack(order["wanted"], district=order["district"], ready=tools.ready)


_DO: Mapping[str, Callable[[Tools, Order], str]] = {
    "reload": reload_plugin,
    "reset": reset_plugin,
    "shadow": start_shadow,
    "unshadow": stop_shadow,
}


def describe_plugin(unit: RoutingUnit, tools: Tools, district: str) -> dict[str, Any]:
    """
    A district's plugin: version, process, breaker, its shadow, and the last orders.

    Raises:
        NotFound: no pack of this district runs here.
    """
    shown = next((one for one in tools.router.describe() if one["district"] == district), None)
    if shown is None:
        raise NotFound(f"没有区 {district} 的插件", f"no plugin of district {district} runs here")
    return {
        **shown,
        "shadow": tools.shadows.describe(district),
        "shadow_counts": unit.shadow_counts(district),
        "orders": unit.orders_of([district]),
    }
