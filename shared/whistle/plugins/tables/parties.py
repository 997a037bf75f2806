"""
Reads what ``[[parties]]`` say beyond who there is: what a party is sent (``filter``) and what it signed (``pledges``, S1-6).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from types import MappingProxyType

from whistle.contracts import REGISTRY
from whistle.contracts.plugin import HANDLING_CLASSES, LEVELS
from whistle.plugins.agreed import Agreed, Pledge, Wanted
from whistle.plugins.complaints import Complaints, Row

_FILTER = ("messages", "classes", "levels", "categories")
_PLEDGE = ("signed_on", "until", "by", "terms")
_MESSAGES = sorted({message.name for message in REGISTRY.values()})


def read_agreed(check: Complaints, rows: Sequence[tuple[str, Row]], *, categories: Collection[str]) -> Agreed:
    """The columns ``filter`` and ``pledges`` of the rows of ``[[parties]]``; ``categories`` are those that rules can give."""
    filters: dict[str, Wanted] = {}
    pledges: list[Pledge] = []
    for rule, row in rows:
        party = str(row.get("id") or "")
        if "filter" in row:
            filters[party] = _filter(check, row["filter"], f"{rule} filter", categories)
        if "pledges" in row:
            pledges += _pledges(check, row["pledges"], f"{rule} pledges", party)
    return Agreed(filters=MappingProxyType(filters), pledges=tuple(pledges))


def _filter(check: Complaints, row: object, rule: str, categories: Collection[str]) -> Wanted:
    if not isinstance(row, Mapping):
        check.wrong(rule, row, '应为一个表,如 { levels = ["urgent"] }', "must be a table")
        return Wanted()
    _columns(check, row, rule, _FILTER)
    found = {name: check.texts(row, name, rule) for name in _FILTER}
    for name, known in (("classes", HANDLING_CLASSES), ("levels", LEVELS), ("messages", _MESSAGES)):
        for word in found[name]:
            if word not in known:
                words = ", ".join(known)
                check.wrong(f"{rule} {name}", word, f"应为 {words} 之一", f"must be one of {words}")
    for category in found["categories"]:
        if not any(one == category or one.startswith(f"{category}/") for one in categories):
            zh, en = "没有规则给出此类别", "no rule gives this category, so that nothing would be sent"
            check.wrong(f"{rule} categories", category, zh, en)
    return Wanted(**found)


def _pledges(check: Complaints, rows: object, rule: str, party: str) -> list[Pledge]:
    if not isinstance(rows, list) or not all(isinstance(row, Mapping) for row in rows):
        check.wrong(rule, rows, "应为表的列表", "must be a list of tables")
        return []
    found: list[Pledge] = []
    for number, row in enumerate(rows, start=1):
        here = f"{rule}[{number}]"
        _columns(check, row, here, _PLEDGE)
        start, end = (_day(check, row, key, here) for key in ("signed_on", "until"))
        if start is None and not row.get("signed_on"):
            check.wrong(
                f"{here} signed_on", None, "应写明签订日,如 2026-03-01", "must be a day like 2026-03-01"
            )
        if start and end and end <= start:
            check.wrong(f"{here} until", end, "应晚于签订日", "must be after the day it is signed")
        if start and start in {one.signed_on for one in found}:
            check.wrong(f"{here} signed_on", start, "同日已有一份承诺", "there is one of this day already")
        by = check.text(row, "by", here)
        terms = check.text(row, "terms", here, limit=2000)
        if start:
            found.append(Pledge(party=party, signed_on=start, ends_on=end, signed_by=by, terms=terms))
    return found


def _day(check: Complaints, row: Row, key: str, rule: str) -> dt.date | None:
    value = row.get(key)
    if value is None:
        return None
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        return value
    check.wrong(
        f"{rule} {key}", value, "应为日期,不加引号,如 2026-03-01", "must be a day without quotes: 2026-03-01"
    )
    return None


def _columns(check: Complaints, row: Row, rule: str, known: Sequence[str]) -> None:
    for column in row:
        if column not in known:
            words = ", ".join(known)
            check.wrong(rule, column, f"未知的列(可用: {words})", f"unknown column (known: {words})")
