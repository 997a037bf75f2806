"""
Reads ``[settings]`` of a ``district.toml``, collecting every mistake.
"""

from __future__ import annotations

import re
from typing import Any

from whistle.plugins.complaints import Complaints, Row
from whistle.plugins.declared import Setting, Value

_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
_COLUMNS = ("default", "least", "most", "choices", "about")


def read_settings(check: Complaints, raw: Row) -> tuple[Setting, ...]:
    """The declared settings; each is a default, or a table with ``default``, ``least``, ``most``, ``choices``, ``about``."""
    return tuple(
        setting
        for name, value in check.table(raw, "settings").items()
        if (setting := _setting(check, name, value)) is not None
    )


def _setting(check: Complaints, name: str, value: Any) -> Setting | None:
    rule = f"[settings] {name}"
    if not _NAME.fullmatch(name):
        check.wrong(
            rule, name, "只用小写字母、数字和下划线", "use lower-case letters, digits and underscores only"
        )
        return None
    row = value if isinstance(value, dict) else {"default": value}
    for column in row:
        if column not in _COLUMNS:
            known = ", ".join(_COLUMNS)
            check.wrong(rule, column, f"未知的列(可用: {known})", f"unknown column (known: {known})")
    default = _default(row.get("default"))
    if default is None:
        check.wrong(
            f"{rule} default",
            row.get("default"),
            "应为 true/false、数、文字或文字的列表",
            "must be true/false, a number, text or a list of texts",
        )
        return None
    setting = Setting(
        name=name,
        default=default,
        least=_bound(check, row, "least", rule),
        most=_bound(check, row, "most", rule),
        choices=check.texts(row, "choices", rule),
    )
    if wrong := setting.wrong(default):
        check.wrong(f"{rule} default", default, *wrong)
    return setting


def _default(value: Any) -> Value | None:
    if isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return tuple(value)
    return None


def _bound(check: Complaints, row: Row, key: str, rule: str) -> float | None:
    value = row.get(key)
    if value is None or (isinstance(value, int | float) and not isinstance(value, bool)):
        return value
    check.wrong(f"{rule} {key}", value, "应为数", "must be a number")
    return None
