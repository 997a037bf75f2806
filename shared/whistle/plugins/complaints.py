"""
Reads values out of parsed TOML and notes what is wrong with them instead of stopping at the first mistake.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, cast

from whistle.contracts.plugin import MAX_HANDLE_HOURS
from whistle.contracts.timing import CLOCK_KINDS
from whistle.plugins.problems import Problem

Row = Mapping[str, Any]

_COLUMNS: Mapping[str, Collection[str]] = {
    "": (
        "district",
        "hours",
        "level_hours",
        "classes",
        "calendar",
        "handling",
        "levels",
        "joint",
        "escalation",
        "parties",
        "grid",
        "organisation",
        "sittings",
        "roles",
        "rosters",
        "rules",
        "answers",
        "powers",
        "settings",
        "model",
        "returns",
        "repeats",
        "whistle",
    ),
    "repeats": ("days",),
    "answers": ("close_after_days",),
    "district": ("id", "name", "duty_desk", "default_category"),
    "classes": ("class", "since", "level", *CLOCK_KINDS, "return", "extension", "pause", "basis"),
    "whistle": (
        *("class", "since", "blowers", "approval", "approve", "sign", "arrive", "handle"),
        *("proof", "acceptance", "basis"),
    ),
    "handling": ("class", "keywords", "unless"),
    "levels": ("level", "keywords", "unless"),
    "joint": ("share", "min_score", "at_most"),
    "escalation": ("lead", "add", "whistle", "hours"),
    "parties": ("id", "name", "kind", "channel", "grid", "filter", "pledges"),
    "grid": ("code", "parent", "kind", "name"),
    "organisation": ("nodes", "shapes", "people", "posts", "duties", "charges", "rosters"),
    "sittings": (
        *(
            "id",
            "name",
            "kind",
            "at",
            "each",
            "every",
            "weekdays",
            "nth",
            "days",
            "months",
            "begin",
            "finish",
        ),
        *("place", "theme", "offices", "guests", "holiday", "weekend", "remind", "since", "until", "source"),
    ),
    "roles": ("code", "words", "en", "at", "office"),
    "rosters": ("code", "zh", "en", "at", "seats", "source", "reach", "one_person"),
    "powers": ("id", "of", "to", "keywords", "unless", "categories", "levels", "keep", "whistle"),
    "rules": (
        *(
            "id",
            "lead",
            "category",
            "keywords",
            "also",
            "unless",
            "places",
            "kinds",
            "categories",
            "time",
            "weekdays",
        ),
        *("co", "whistle", "handling", "level", "hours", "weight", "priority", "max_open", "repeats"),
    ),
}


class Complaints:
    """The mistakes found so far, and readers that note one instead of raising."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.problems: list[Problem] = []

    def wrong(self, rule: str, culprit: object, zh: str, en: str) -> None:
        self.problems.append(Problem(file=self.file, rule=rule, culprit=_shown(culprit), zh=zh, en=en))

    def columns(self, row: Row, table: str, rule: str) -> None:
        for column in row:
            if column not in _COLUMNS[table]:
                words = ", ".join(_COLUMNS[table])
                self.wrong(rule, column, f"未知的列(可用: {words})", f"unknown column (known: {words})")

    def table(self, raw: Row, name: str) -> Row:
        value = raw.get(name, {})
        if isinstance(value, Mapping):
            return value
        self.wrong(f"[{name}]", value, "应为一个表", "must be a table")
        return {}

    def rows(self, raw: Row, name: str) -> list[tuple[str, Row]]:
        """Each row of ``[[name]]`` with what to call it in complaints."""
        value = raw.get(name, [])
        if not isinstance(value, list) or not all(isinstance(row, Mapping) for row in value):
            self.wrong(f"[[{name}]]", value, "应为表的数组", "must be an array of tables")
            return []
        found = []
        for number, row in enumerate(value, start=1):
            label = row.get("id") or row.get("code") or row.get("class") or row.get("level") or ""
            rule = f"{name}[{number}] {label}".strip()
            self.columns(row, name, rule)
            found.append((rule, row))
        return found

    def text(self, row: Row, key: str, rule: str, *, optional: bool = False, limit: int = 100) -> str:
        value = row.get(key)
        if value is None and optional:
            return ""
        if isinstance(value, str) and 0 < len(value.strip()) <= limit:
            return value
        self.wrong(
            f"{rule} {key}",
            value,
            f"应为不超过 {limit} 字的文字",
            f"must be text of at most {limit} characters",
        )
        return ""

    def texts(self, row: Row, key: str, rule: str) -> tuple[str, ...]:
        value = row.get(key, [])
        if isinstance(value, list) and all(isinstance(item, str) and item.strip() for item in value):
            return tuple(value)
        self.wrong(f"{rule} {key}", value, "应为非空文字的列表", "must be a list of texts")
        return ()

    def choice(self, row: Row, key: str, rule: str, allowed: Collection[str]) -> str | None:
        value = row.get(key)
        if value is None or value in allowed:
            return cast("str | None", value)
        words = ", ".join(allowed)
        self.wrong(f"{rule} {key}", value, f"应为 {words} 之一", f"must be one of {words}")
        return None

    def number(self, row: Row, key: str, rule: str, *, most: float = MAX_HANDLE_HOURS) -> float | None:
        value = row.get(key)
        if value is None:
            return None
        if isinstance(value, int | float) and not isinstance(value, bool) and 0 < value <= most:
            return float(value)
        self.wrong(
            f"{rule} {key}",
            value,
            f"应为大于 0 且不超过 {most:g} 的数",
            f"must be above 0 and at most {most:g}",
        )
        return None

    def whole(self, row: Row, key: str, rule: str, *, least: int, most: int) -> int | None:
        value = row.get(key)
        if value is None:
            return None
        if isinstance(value, int) and not isinstance(value, bool) and least <= value <= most:
            return value
        zh, en = f"应为 {least} 到 {most} 的整数", f"must be a whole number from {least} to {most}"
        self.wrong(f"{rule} {key}", value, zh, en)
        return None

    def once(self, table: str, key: str, values: Sequence[str]) -> None:
        for value in sorted({value for value in values if value and values.count(value) > 1}):
            self.wrong(f"[[{table}]] {key}", value, "重复", "more than once")


def _shown(value: object) -> str:
    text = value if isinstance(value, str) else repr(value)
    return text if len(text) <= 80 else text[:77] + "..."
