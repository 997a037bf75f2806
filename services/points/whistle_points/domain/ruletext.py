"""
A scheme as people read it, to be printed on what is frozen by it.
"""

from __future__ import annotations

from collections.abc import Iterator

from whistle_points.domain.amounts import points
from whistle_points.domain.reports import Formula
from whistle_points.domain.scheme import UNITS, Item, Scheme

_CAPS = {"event": "每次", "day": "每日", "month": "每月", "year": "每年"}


def rule_text(scheme: Scheme, formula: Formula) -> str:
    """Name, formula and items of a scheme, a line each; what the district wrote is Chinese, and so is the frame."""
    return "\n".join(_lines(scheme, formula))


def _lines(scheme: Scheme, formula: Formula) -> Iterator[str]:
    yield f"{scheme.name},第 {scheme.version} 版,自 {scheme.valid_from} 起施行"
    yield f"计算公式 {formula.id}:{formula.zh}"
    yield f"Formula {formula.id}: {formula.en}"
    yield f"拟表彰:前 {scheme.commend} 名(同分并列);冻结、转出的不参评"
    if scheme.hours_target is not None:
        yield f"服务小时要求:全年 {scheme.hours_target} 小时,按期间折算;因年龄或健康免除的不受此限"
    yield from (_item(item) for item in scheme.items.values())


def _item(item: Item) -> str:
    unit = UNITS[item.unit][0]
    caps = "、".join(
        f"{_CAPS[name]} {points(most)}" for name, most in vars(item.caps).items() if most is not None
    )
    parts = [f"{item.name}({item.id}):{points(item.tenths)} 分/{unit}", item.criteria, caps and f"封顶{caps}"]
    return ";".join(part for part in parts if part)
