"""
Plugins of running districts: how they do, and what is ordered for them.
"""

from __future__ import annotations

from typing import Any

from whistle.errors import Forbidden, NotFound
from whistle.http.routes import Request
from whistle_routing import handlers
from whistle_routing.handlers.plugins import VERBS
from whistle_routing.store import RoutingUnit
from whistle_routing.tools import Tools


def list_plugins(tools: Tools) -> Any:
    """The districts' plugins: version, process, isolation, breaker, shadow."""
    shown = tools.router.describe()
    return {"plugins": [{**one, "shadow": tools.shadows.describe(one["district"])} for one in shown]}


def get_plugin(unit: RoutingUnit, request: Request, *, tools: Tools) -> Any:
    """One district's plugin with its last orders."""
    return handlers.describe_plugin(unit, tools, _district(request))


def post_plugin_order(unit: RoutingUnit, request: Request, *, tools: Tools) -> Any:
    """
    Order a reload, a reset or a shadow; the answer (202) is the order, and what becomes of it stands among the plugin's orders.

    Raises:
        NotFound: no such order, or no such plugin here.
    """
    district, verb = _district(request), request.path["verb"]
    if verb not in VERBS:
        known = ", ".join(VERBS)
        raise NotFound(f"没有操作 {verb}(可用: {known})", f"no such order {verb} (known: {known})")
    if district not in tools.packs:
        raise NotFound(f"没有区 {district} 的插件", f"no plugin of district {district} runs here")
    by = request.principal.sub if request.principal else ""
    return handlers.place_order(unit, district, verb, wanted=request.body["version"], by=by)


def list_shadow_decisions(unit: RoutingUnit, request: Request) -> Any:
    """A page of what a district's shadows answered."""
    query = request.query
    found = unit.shadows(
        _district(request), after=query["after"], limit=query["limit"], changed_only=query["changed"]
    )
    return {"decisions": found, "next": found[-1]["id"] if len(found) == query["limit"] else None}


def _district(request: Request) -> str:
    district: str = request.path["district"]
    if request.principal is None or not request.principal.covers(district):
        raise Forbidden("您的权限范围不含该区", "this district is outside of your scope")
    return district
