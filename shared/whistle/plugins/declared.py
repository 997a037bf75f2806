"""
Settings of a pack: declared with their defaults in ``district.toml``, changed by whoever runs the platform.
"""

from __future__ import annotations

import dataclasses
import json
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from whistle.plugins.problems import Problem

Value = bool | int | float | str | tuple[str, ...]


@dataclasses.dataclass(frozen=True, kw_only=True)
class Setting:
    """One setting: its default, whose type every value must have, and what values are allowed."""

    name: str
    default: Value
    least: float | None = None
    most: float | None = None
    choices: tuple[str, ...] = ()

    def wrong(self, value: object) -> tuple[str, str] | None:
        """What is wrong with a value (zh, en), or None."""
        fits = self._typed(value)
        if not fits:
            return f"应为 {self._words()[0]}", f"must be {self._words()[1]}"
        if isinstance(value, int | float) and not isinstance(value, bool):
            if self.least is not None and value < self.least:
                return f"不得小于 {self.least:g}", f"must be at least {self.least:g}"
            if self.most is not None and value > self.most:
                return f"不得大于 {self.most:g}", f"must be at most {self.most:g}"
        if self.choices and value not in self.choices:
            words = ", ".join(self.choices)
            return f"应为 {words} 之一", f"must be one of {words}"
        return None

    def _typed(self, value: object) -> bool:
        if isinstance(self.default, bool) or isinstance(value, bool):
            return isinstance(self.default, bool) and isinstance(value, bool)
        if isinstance(self.default, float):
            return isinstance(value, int | float)
        if isinstance(self.default, tuple):
            return isinstance(value, list | tuple) and all(isinstance(one, str) for one in value)
        return isinstance(value, type(self.default))

    def _words(self) -> tuple[str, str]:
        return {
            bool: ("true 或 false", "true or false"),
            int: ("整数", "a whole number"),
            float: ("数", "a number"),
            str: ("文字", "text"),
            tuple: ("文字的列表", "a list of texts"),
        }[type(self.default)]

    def read(self, text: str) -> object:
        """A value as an environment variable gives it; whatever cannot be read stays text."""
        if isinstance(self.default, str):
            return text
        if isinstance(self.default, tuple):
            return [part.strip() for part in text.split(",") if part.strip()]
        try:
            return json.loads(text.lower())
        except ValueError:
            return text


def effective(
    settings: tuple[Setting, ...], district: str, environment: Mapping[str, str]
) -> tuple[dict[str, Value], list[Problem]]:
    """
    The values of a district's settings: ``WHISTLE_PLUGIN_<DISTRICT>_<NAME>`` over ``[plugin.<district>]`` of the file that
    ``WHISTLE_CONFIG`` names, over the pack's defaults; and what is wrong with them.
    """
    config = environment.get("WHISTLE_CONFIG", "")
    table = _table(config, district)
    values: dict[str, Value] = {}
    problems: list[Problem] = []
    known = {setting.name for setting in settings}
    for name in sorted(set(table) - known):
        words = ", ".join(sorted(known)) or "-"
        zh, en = f"这个包没有此项设置(可用: {words})", f"the pack has no such setting (known: {words})"
        problems.append(Problem(file=config, rule=f"[plugin.{district}]", culprit=name, zh=zh, en=en))
    for setting in settings:
        variable = f"WHISTLE_PLUGIN_{district}_{setting.name}".upper().replace("-", "_")
        file, rule = "", ""
        value: Any = setting.default
        if variable in environment:
            file, rule, value = "environment", variable, setting.read(environment[variable])
        elif setting.name in table:
            file, rule, value = config, f"[plugin.{district}] {setting.name}", table[setting.name]
        wrong = setting.wrong(value) if file else None
        if wrong:
            problems.append(Problem(file=file, rule=rule, culprit=repr(value)[:80], zh=wrong[0], en=wrong[1]))
        values[setting.name] = tuple(value) if isinstance(value, list) else value
    return values, problems


def _table(config: str, district: str) -> Mapping[str, Any]:
    """The district's table; a file that cannot be read is complained of by the platform's own settings."""
    try:
        found = tomllib.loads(Path(config).read_text(encoding="utf-8")) if config else {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
        return {}
    table = found.get("plugin", {}).get(district, {}) if isinstance(found.get("plugin", {}), dict) else {}
    return table if isinstance(table, dict) else {}
