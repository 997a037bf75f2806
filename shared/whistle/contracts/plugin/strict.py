"""
Strict reading of parsed JSON that somebody else's code produced.

Every complaint is a :class:`whistle.errors.PluginFailed` that names the object, the field, what was expected and a
short form of what came.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from whistle.errors import PluginFailed

_MISSING = object()
_LONGEST_TEXT = 100_000


def refuse(where: str, field: str, zh: str, en: str, got: object) -> PluginFailed:
    """The error for ``where.field``: expected ``zh``/``en``, got something else (shown in at most 80 characters)."""
    shown = "nothing" if got is _MISSING else _short(got)
    return PluginFailed(
        f"{where}.{field} 应为{zh},实际为 {shown}",
        f"{where}.{field} must be {en}, got {shown}",
        field=f"{where}.{field}",
    )


def _short(value: object) -> str:
    try:
        text = repr(value)
    except Exception:  # noqa: BLE001 - a foreign __repr__ may do anything, the complaint must still be made
        text = f"<{type(value).__name__}>"
    return text if len(text) <= 80 else text[:77] + "..."


class Fields:
    """
    One JSON object being read field by field.

    Args:
        value: parsed JSON; anything but an object is refused.
        where: what the object is called in complaints.
    """

    def __init__(self, value: object, where: str) -> None:
        if not isinstance(value, Mapping):
            raise refuse(where, "*", "一个对象", "an object", value)
        self._value: Mapping[str, Any] = value
        self._where = where

    def value(self, key: str) -> Any:
        """Whatever stands there; it must be there."""
        if key not in self._value:
            raise refuse(self._where, key, "已给出", "given", _MISSING)
        return self._value[key]

    def text(
        self, key: str, *, default: object = _MISSING, empty: bool = False, limit: int = _LONGEST_TEXT
    ) -> str:
        """A string of at most ``limit`` characters; an empty one only where ``empty`` says so."""
        got = self._value.get(key, default)
        if not isinstance(got, str) or not (got or empty) or len(got) > limit:
            raise refuse(
                self._where, key, f"字符串(不超过 {limit} 字)", f"text (at most {limit} characters)", got
            )
        return got

    def text_or_none(self, key: str) -> str | None:
        """A string that is not empty, or null, or absent."""
        return None if self._value.get(key) is None else self.text(key)

    def choice(self, key: str, allowed: Collection[str]) -> str:
        """One of the allowed words."""
        got = self._value.get(key, _MISSING)
        if not isinstance(got, str) or got not in allowed:
            words = ", ".join(allowed)
            raise refuse(self._where, key, f"{words} 之一", f"one of {words}", got)
        return got

    def choice_or_none(self, key: str, allowed: Collection[str]) -> str | None:
        """One of the allowed words, or null, or absent."""
        return None if self._value.get(key) is None else self.choice(key, allowed)

    def whole(self, key: str, *, default: int) -> int:
        """A whole number from zero up."""
        got = self._value.get(key, default)
        if not isinstance(got, int) or isinstance(got, bool) or got < 0:
            raise refuse(self._where, key, "非负整数", "a whole number from zero up", got)
        return got

    def number(self, key: str, *, low: float, high: float) -> float:
        """A finite number between ``low`` and ``high``, both included."""
        got = self._value.get(key, _MISSING)
        fits = isinstance(got, int | float) and not isinstance(got, bool) and low <= got <= high
        if not fits:  # NaN and infinity included: no comparison holds for them
            raise refuse(
                self._where, key, f"{low:g} 到 {high:g} 的数", f"a number from {low:g} to {high:g}", got
            )
        return float(got)

    def number_or_none(self, key: str, *, low: float, high: float) -> float | None:
        """Such a number, or null, or absent."""
        return None if self._value.get(key) is None else self.number(key, low=low, high=high)

    def items(self, key: str, *, limit: int = 100_000) -> Sequence[Any]:
        """A list of at most ``limit`` things."""
        got = self._value.get(key, _MISSING)
        if not isinstance(got, list | tuple) or len(got) > limit:
            raise refuse(self._where, key, f"列表(不超过 {limit} 项)", f"a list of at most {limit}", got)
        return got

    def texts(self, key: str, *, limit: int = 1000) -> tuple[str, ...]:
        """A list of strings, none of them empty; absent means none."""
        got = self.items(key, limit=limit) if key in self._value else ()
        for item in got:
            if not isinstance(item, str) or not item:
                raise refuse(self._where, key, "字符串列表", "a list of texts", got)
        return tuple(got)

    def counts(self, key: str) -> dict[str, int]:
        """Whole numbers from zero up by name; absent means none."""
        got = self._value.get(key, {})
        if not isinstance(got, Mapping) or not all(isinstance(name, str) for name in got):
            raise refuse(self._where, key, "名称到数目的对象", "an object of numbers by name", got)
        read = Fields(got, f"{self._where}.{key}")
        return {name: read.whole(name, default=0) for name in got}

    def time(self, key: str) -> dt.datetime:
        """An ISO 8601 time with its offset."""
        text = self.text(key, limit=64)
        try:
            time = dt.datetime.fromisoformat(text)
        except ValueError:
            time = None
        if time is None or time.tzinfo is None:
            raise refuse(self._where, key, "带时区的 ISO 8601 时间", "an ISO 8601 time with its offset", text)
        return time
