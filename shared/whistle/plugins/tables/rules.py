"""
Reads ``[[rules]]`` and ``[[powers]]`` of a ``district.toml``, collecting every mistake.
"""

from __future__ import annotations

from typing import cast

from whistle.contracts.plugin import HANDLING_CLASSES, LEVELS, HandlingClass, Level
from whistle.plugins.complaints import Complaints, Row
from whistle.plugins.conditions import WEEKDAYS, Hours, When
from whistle.plugins.powers import Power
from whistle.plugins.tables.rows import REPEAT_DAYS, Rule


def read_rules(check: Complaints, raw: Row) -> tuple[Rule, ...]:
    """The rows of ``[[rules]]``."""
    return tuple(_rule(check, rule, row) for rule, row in check.rows(raw, "rules"))


def read_repeats(check: Complaints, raw: Row, rules: tuple[Rule, ...]) -> int | None:
    """``[repeats] days``: how far back cases of the same grid are counted; None: nobody asks."""
    row = check.table(raw, "repeats")
    check.columns(row, "repeats", "[repeats]")
    days = check.whole(row, "days", "[repeats]", least=1, most=366)
    return days or (REPEAT_DAYS if "repeats" in raw or any(rule.repeats for rule in rules) else None)


def _rule(check: Complaints, rule: str, row: Row) -> Rule:
    made = Rule(
        id=check.text(row, "id", rule),
        lead=check.text(row, "lead", rule),
        category=check.text(row, "category", rule),
        keywords=check.texts(row, "keywords", rule),
        also=check.texts(row, "also", rule),
        unless=check.texts(row, "unless", rule),
        when=_when(check, row, rule),
        co=check.texts(row, "co", rule),
        whistle=cast("Level | None", check.choice(row, "whistle", rule, LEVELS)),
        handling=cast("HandlingClass | None", check.choice(row, "handling", rule, HANDLING_CLASSES)),
        level=cast("Level | None", check.choice(row, "level", rule, LEVELS)),
        hours=check.number(row, "hours", rule),
        weight=check.number(row, "weight", rule, most=100) or 0.0,
        priority=check.whole(row, "priority", rule, least=-100, most=100) or 0,
        max_open=check.whole(row, "max_open", rule, least=1, most=100_000),
        repeats=check.whole(row, "repeats", rule, least=1, most=1000),
    )
    if (
        not made.keywords
        and made.when.empty
        and not row.keys() & {"places", "kinds", "categories", "time", "weekdays"}
    ):
        asked = "keywords, places, categories, kinds, time, weekdays"
        check.wrong(rule, asked, "至少填一列", "at least one of them is needed")
    if made.whistle and not made.co:
        check.wrong(
            f"{rule} whistle", made.whistle, "吹哨需要协办单位 co", "a whistle needs co-handlers (co)"
        )
    return made


def _when(check: Complaints, row: Row, rule: str) -> When:
    hours = []
    for text in check.texts(row, "time", rule):
        span = Hours.parse(text)
        if span is None:
            check.wrong(
                f"{rule} time", text, '应为起止时刻,如 "22:00-06:00"', 'must be a span like "22:00-06:00"'
            )
        else:
            hours.append(span)
    weekdays = check.texts(row, "weekdays", rule)
    for day in weekdays:
        if day not in WEEKDAYS:
            words = ", ".join(WEEKDAYS)
            check.wrong(f"{rule} weekdays", day, f"应为 {words} 之一", f"must be one of {words}")
    return When(
        places=check.texts(row, "places", rule),
        kinds=check.texts(row, "kinds", rule),
        categories=check.texts(row, "categories", rule),
        hours=tuple(hours),
        weekdays=weekdays,
    )


def read_powers(check: Complaints, raw: Row) -> tuple[Power, ...]:
    """The rows of ``[[powers]]``, in the order in which they are tried."""
    return tuple(_power(check, rule, row) for rule, row in check.rows(raw, "powers"))


def _power(check: Complaints, rule: str, row: Row) -> Power:
    levels = check.texts(row, "levels", rule)
    for level in levels:
        if level not in LEVELS:
            words = ", ".join(LEVELS)
            check.wrong(f"{rule} levels", level, f"应为 {words} 之一", f"must be one of {words}")
    keep = row.get("keep", False)
    if not isinstance(keep, bool):
        check.wrong(f"{rule} keep", keep, "应为 true 或 false", "must be true or false")
    made = Power(
        id=check.text(row, "id", rule),
        of=check.text(row, "of", rule),
        to=check.text(row, "to", rule),
        keywords=check.texts(row, "keywords", rule),
        unless=check.texts(row, "unless", rule),
        categories=check.texts(row, "categories", rule),
        levels=cast("tuple[Level, ...]", levels),
        keep=bool(keep),
        whistle=cast("Level", check.choice(row, "whistle", rule, LEVELS) or "daily"),
    )
    if not (made.keywords or made.categories or levels):
        check.wrong(rule, "keywords, categories, levels", "至少填一列", "at least one of them is needed")
    return made
