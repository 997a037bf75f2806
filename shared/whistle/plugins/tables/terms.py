"""
Reads ``[[classes]]`` of a ``district.toml``, collecting every mistake.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import cast

from whistle.contracts.plugin import HANDLING_CLASSES, LEVELS, HandlingClass, Level
from whistle.contracts.timing import CLOCK_KINDS, ClockKind, Span
from whistle.plugins.complaints import Complaints, Row
from whistle.plugins.terms import ANY, Terms


def read_terms(check: Complaints, raw: Row) -> tuple[Terms, ...]:
    """The rows of ``[[classes]]``; of each class and level one a day."""
    rows = tuple(_terms(check, rule, row) for rule, row in check.rows(raw, "classes"))
    keys = [" ".join((row.handling, row.level or "", row.since.isoformat())).split() for row in rows]
    check.once("classes", "class, level, since", [" ".join(key) for key in keys])
    return rows


def check_covered(check: Complaints, hours: Row, rows: Sequence[Terms]) -> None:
    """Every class needs a time to handle, here or in ``[hours]``."""
    named = {row.handling for row in rows if "handle" in row.spans and row.level is None}
    for handling in HANDLING_CLASSES:
        if handling not in hours and not named & {handling, ANY}:
            check.wrong(
                f"[hours] {handling}",
                "missing",
                "缺少时限:在 [hours] 写小时数,或在 [[classes]] 写 handle",
                "the time to handle is missing: hours in [hours], or handle in [[classes]]",
            )


def _terms(check: Complaints, rule: str, row: Row) -> Terms:
    handling = check.choice(row, "class", rule, (*HANDLING_CLASSES, ANY))
    if "class" not in row:
        check.wrong(f"{rule} class", "missing", "缺少办理类别", "the handling class is missing")
    spans = {kind: span for kind in CLOCK_KINDS if (span := read_span(check, row, kind, rule))}
    if not spans and not any(kind in row for kind in (*CLOCK_KINDS, "return")):
        words = ", ".join(CLOCK_KINDS)
        check.wrong(rule, "none", f"至少写一项时限: {words}", f"at least one deadline is needed: {words}")
    pause = row.get("pause", handling == "supplement")
    if not isinstance(pause, bool):
        check.wrong(f"{rule} pause", pause, "应为 true 或 false", "must be true or false")
    return Terms(
        handling=cast("HandlingClass", handling or ANY),
        since=read_since(check, row, rule),
        level=cast("Level | None", check.choice(row, "level", rule, LEVELS)),
        spans=spans,
        extension=_extension(check, row, spans, rule),
        pause=bool(pause),
        returning=read_span(check, row, "return", rule),
        basis=check.text(row, "basis", rule, optional=True, limit=200),
    )


def read_span(check: Complaints, row: Row, key: str, rule: str) -> Span | None:
    """A column that holds a length of time, or None without it."""
    value = row.get(key)
    if value is None:
        return None
    span = Span.parse(value) if isinstance(value, str) else None
    if span is None:
        check.wrong(
            f"{rule} {key}",
            value,
            '应为时限,如 "5 个工作日"、"4 个工作小时"、"24 小时"、"30 分钟"',
            'must be a length of time like "5 working days", "4 working hours", "24 hours", "30 minutes"',
        )
    return span


def _extension(check: Complaints, row: Row, spans: Mapping[ClockKind, Span], rule: str) -> Span | None:
    span = read_span(check, row, "extension", rule)
    handle = spans.get("handle")
    if span and (handle is None or handle.unit != span.unit):
        check.wrong(
            f"{rule} extension",
            row["extension"],
            "应与同一行的 handle 用同一单位",
            "must be in the same unit as handle of the same row",
        )
    return span


def read_since(check: Complaints, row: Row, rule: str) -> dt.date:
    """The day from which a row holds."""
    value = row.get("since")
    if isinstance(value, str):
        try:
            value = dt.date.fromisoformat(value)
        except ValueError:
            value = None
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        return value
    check.wrong(
        f"{rule} since",
        row.get("since"),
        "应为启用日期,如 2026-01-01",
        "must be the date from which it holds, like 2026-01-01",
    )
    return dt.date.min
