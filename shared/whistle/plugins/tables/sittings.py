"""
Reads ``[[sittings]]`` of a ``district.toml``.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from types import MappingProxyType
from typing import cast

from whistle.contracts.organisation import KINDS as NODE_KINDS
from whistle.contracts.organisation import WEEKDAYS, Role
from whistle.contracts.plugin import GridNode
from whistle.contracts.timing import Span
from whistle.plugins.complaints import Complaints, Row
from whistle.plugins.sittings import EVERY, GUESTS, KINDS, NOTICE, OFF, QUARTERS, Every, Off, Sitting

NEEDED: Mapping[str, Sequence[frozenset[str]]] = MappingProxyType(
    {
        "daily": (frozenset(),),
        "weekly": (frozenset({"weekdays"}),),
        "half-monthly": (frozenset(),),
        "monthly": (frozenset({"days"}), frozenset({"weekdays", "nth"})),
        "quarterly": (frozenset({"days"}), frozenset({"weekdays", "nth"})),
        "yearly": (frozenset({"days", "months"}), frozenset({"weekdays", "nth", "months"})),
    }
)
"""What a row says besides ``every``: one of these sets; ``months`` may narrow any."""
LONGEST_NOTICE = dt.timedelta(days=31)
_WHEN = ("weekdays", "nth", "days")
_ENGLISH = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def read_sittings(
    check: Complaints, raw: Row, *, grid: Sequence[GridNode], roles: Sequence[Role]
) -> tuple[Sitting, ...]:
    """The rows; ``grid`` is the tree, ``roles`` what may be on duty."""
    codes = {node.code for node in grid}
    offices = {name: role.code for role in roles for name in (role.code, *role.words)}
    found = [_sitting(check, rule, row, codes, offices) for rule, row in check.rows(raw, "sittings")]
    check.once("sittings", "id", [sitting.id for sitting in found])
    return tuple(found)


def _sitting(
    check: Complaints, rule: str, row: Row, codes: Collection[str], offices: Mapping[str, str]
) -> Sitting:
    every = cast("Every", check.choice(row, "every", rule, EVERY) or "daily")
    if "every" not in row:
        words = ", ".join(EVERY)
        check.wrong(f"{rule} every", None, f"应为 {words} 之一", f"must be one of {words}")
    _check_when(check, rule, row, every)
    begin, finish = (_time(check, row, key, rule) for key in ("begin", "finish"))
    if begin and finish and finish <= begin:
        check.wrong(f"{rule} finish", row["finish"], "应晚于开始时间", "must be after begin")
    since, until = (_day(check, row, key, rule) for key in ("since", "until"))
    if since and until and until <= since:
        check.wrong(f"{rule} until", until, "应晚于 since", "must be after since")
    months = _numbers(check, row, "months", rule, least=1, most=12)
    return Sitting(
        id=check.text(row, "id", rule, limit=40),
        name=check.text(row, "name", rule),
        kind=check.choice(row, "kind", rule, KINDS) or "sitting",
        at=_known(check, row, "at", rule, codes),
        each=check.choice(row, "each", rule, [kind.code for kind in NODE_KINDS.values() if kind.light]) or "",
        every=every,
        weekdays=_weekdays(check, row, rule),
        nth=check.whole(row, "nth", rule, least=-5, most=5) if row.get("nth") != 0 else None,
        days=_numbers(check, row, "days", rule, least=-1, most=31),
        months=months or (QUARTERS if every == "quarterly" else ()),
        begin=begin,
        finish=finish,
        place=check.text(row, "place", rule, optional=True),
        theme=check.text(row, "theme", rule, optional=True),
        offices=tuple(_offices(check, row, rule, offices)),
        guests=tuple(_among(check, row, "guests", rule, GUESTS)),
        holiday=cast("Off", check.choice(row, "holiday", rule, OFF) or Sitting.holiday),
        weekend=cast("Off", check.choice(row, "weekend", rule, OFF) or Sitting.weekend),
        remind=_remind(check, row, rule, every),
        since=since,
        until=until,
        source=check.text(row, "source", rule, optional=True),
    )


def _check_when(check: Complaints, rule: str, row: Row, every: str) -> None:
    said = frozenset(name for name in (*_WHEN, "months") if name in row)
    if row.get("nth") == 0:
        check.wrong(
            f"{rule} nth", 0, "应为 1 到 5,或倒数的 -1 到 -5", "must be 1 to 5, or -1 to -5 from the end"
        )
    if any(wanted <= said and said - wanted <= {"months"} for wanted in NEEDED[every]):
        return
    ways = [" + ".join(sorted(wanted)) or "-" for wanted in NEEDED[every]]
    told = " + ".join(sorted(said)) or "-"
    zh, en = f"{every} 需要 {' 或 '.join(ways)}", f"{every} needs {' or '.join(ways)}"
    check.wrong(f"{rule} every", told, zh, en)


def _remind(check: Complaints, row: Row, rule: str, every: str) -> Span | None:
    """How long before; a month at most, so that the telling need not look further."""
    value = row.get("remind")
    if value is None:
        return None if every == "daily" else NOTICE
    if value in ("never", "不提醒"):
        return None
    span = Span.parse(value) if isinstance(value, str) else None
    if span is not None and not span.working and span.least <= LONGEST_NOTICE:
        return span
    zh = '应为不超过 31 天的时长,如 "1 天"、"2 小时",或 "never"'
    check.wrong(f"{rule} remind", value, zh, 'must be a span of 31 days at most, like "1 day", or "never"')
    return None


def _known(check: Complaints, row: Row, key: str, rule: str, codes: Collection[str]) -> str:
    code = check.text(row, key, rule, limit=40)
    if code and code not in codes:
        check.wrong(f"{rule} {key}", code, "架构中没有这个节点", "the organisation has no such node")
    return code


def _weekdays(check: Complaints, row: Row, rule: str) -> tuple[int, ...]:
    words = {name: number for names in (WEEKDAYS, _ENGLISH) for number, name in enumerate(names, start=1)}
    found = _among(check, row, "weekdays", rule, words)
    return tuple(sorted({words[name] for name in found}))


def _offices(check: Complaints, row: Row, rule: str, offices: Mapping[str, str]) -> list[str]:
    found = check.texts(row, "offices", rule)
    for name in found:
        if name not in offices:
            check.wrong(f"{rule} offices", name, "没有这个职务", "there is no such role")
    return [offices.get(name, name) for name in found]


def _among(check: Complaints, row: Row, key: str, rule: str, known: Collection[str]) -> list[str]:
    found = check.texts(row, key, rule)
    for name in found:
        if name not in known:
            words = ", ".join(known)
            check.wrong(f"{rule} {key}", name, f"应为 {words} 之一", f"must be one of {words}")
    return [name for name in found if name in known]


def _numbers(check: Complaints, row: Row, key: str, rule: str, *, least: int, most: int) -> tuple[int, ...]:
    value = row.get(key, [])
    good = isinstance(value, list) and all(
        isinstance(one, int) and not isinstance(one, bool) and least <= one <= most and one != 0
        for one in value
    )
    if good and (value or key not in row):
        return tuple(value)
    zh = f"应为 {max(least, 1)} 到 {most} 的整数列表" + (",-1 为最后一日" if least < 0 else "")
    en = f"must be a list of whole numbers from {max(least, 1)} to {most}" + (
        ", or -1 for the last day" if least < 0 else ""
    )
    check.wrong(f"{rule} {key}", value, zh, en)
    return ()


def _time(check: Complaints, row: Row, key: str, rule: str) -> dt.time | None:
    value = row.get(key)
    if value is None or isinstance(value, dt.time):
        return value
    try:
        return dt.time.fromisoformat(value)
    except (TypeError, ValueError):
        check.wrong(f"{rule} {key}", value, '应为时刻,如 "15:30"', 'must be a time like "15:30"')
        return None


def _day(check: Complaints, row: Row, key: str, rule: str) -> dt.date | None:
    value = row.get(key)
    if value is None or (isinstance(value, dt.date) and not isinstance(value, dt.datetime)):
        return value
    check.wrong(
        f"{rule} {key}", value, "应为日期,不加引号,如 2026-03-01", "must be a day without quotes: 2026-03-01"
    )
    return None
