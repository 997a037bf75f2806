"""
A scheme as people read it, to be printed on what is frozen by it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from whistle_points.domain.amounts import points
from whistle_points.domain.reports import Formula
from whistle_points.domain.scheme import UNITS, Hours, Item, Scheme

_CAPS = {"event": "每次", "day": "每日", "month": "每月", "year": "每年"}
_RATINGS: Mapping[str | None, str] = {
    "very_satisfied": "非常满意",
    "satisfied": "满意",
    "basically_satisfied": "基本满意",
    "dissatisfied": "不满意",
    "very_dissatisfied": "非常不满意",
    None: "未评价",
}


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
    yield _validity(scheme)
    yield from (_item(item) for item in scheme.items.values())


def _item(item: Item) -> str:
    parts = [f"{item.name}({item.id}):{_worth(item)}", item.criteria, _time(item), _capped(item)]
    if item.evidence:
        parts.append(f"须附 {'、'.join(item.evidence)}")
    if item.who:
        parts.append(f"限 {'、'.join(sorted(item.who))}")
    return ";".join(part for part in parts if part)


def _worth(item: Item) -> str:
    if item.ratings:
        return "、".join(f"{_RATINGS[rating]} {points(tenths)} 分" for rating, tenths in item.ratings.items())
    return f"{points(item.tenths)} 分/{UNITS[item.unit][0]}"


def _time(item: Item) -> str:
    hours = item.hours
    if item.unit != "hour" or hours == Hours():
        return ""
    said = [f"满 {hours.least} 分钟起计"] if hours.least else []
    said += ["不足 1 小时按 1 小时"] if hours.first_hour else []
    return ",".join([*said, f"每 {hours.step} 分钟一计"] if hours.step != 60 else said)


def _capped(item: Item) -> str:
    caps = [f"{_CAPS[name]} {points(most)}" for name, most in vars(item.caps).items() if most is not None]
    return f"封顶{'、'.join(caps)}" if caps else ""


def _validity(scheme: Scheme) -> str:
    validity = scheme.validity
    if validity.mode == "months":
        return f"积分自获得之日起 {validity.months} 个月内有效"
    if validity.mode == "yearly":
        month, day = validity.clear_on
        return f"积分每年 {month} 月 {day} 日清零"
    return "积分长期有效"
