"""
Cases that wait for a decision nobody can make, because their district's pack is not installed (any more).
"""

from __future__ import annotations

from collections.abc import Collection

import structlog

from whistle_routing.store import RoutingUnit
from whistle_routing.tools import Tools

log = structlog.get_logger()


def waiting_for_packs(unit: RoutingUnit, installed: Collection[str]) -> dict[str, int]:
    """How many cases wait, by district whose pack is not there."""
    return {name: count for name, count in unit.pending_counts().items() if name not in installed}


def complaints(unit: RoutingUnit, installed: Collection[str]) -> list[str]:
    """The same as lines for people (zh / en)."""
    return [
        f"{count} 件诉求等待已卸载的区 {district} / "
        f"{count} case(s) wait for district {district}, whose pack is not installed"
        for district, count in sorted(waiting_for_packs(unit, installed).items())
    ]


def tell_waiting(tools: Tools) -> int:
    """Log them, at the start and from time to time."""
    with tools.database.read() as unit:
        waiting = waiting_for_packs(unit, tools.packs.keys())
    for district, count in sorted(waiting.items()):
        log.warning("cases_wait_for_pack", district=district, cases=count)
    return 0
