"""
Traditional to simplified characters (繁 → 简); half of what comes in from some districts is mixed (domain §6).
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager

TARGET = "zh-hans"


@contextmanager
def _without_pkg_resources() -> Iterator[None]:
    """``zhconv`` finds its tables without it too, and it takes 10 MB."""
    name = "pkg_resources"
    if name in sys.modules:
        yield
        return
    sys.modules[name] = None  # type: ignore[assignment]
    try:
        yield
    finally:
        del sys.modules[name]


class Simplifier:
    """
    ``zhconv`` with a look ahead: nearly all texts are simplified already, and looking for a character that is not costs a twentieth
    of converting. Its tables are loaded with the first of these, not with this module: most commands convert nothing.
    """

    def __init__(self) -> None:
        with _without_pkg_resources():
            from zhconv import convert
            from zhconv.zhconv import getdict

        self._convert = convert
        table: dict[str, str] = getdict(TARGET)
        self._traditional = frozenset(key for key, value in table.items() if len(key) == 1 and key != value)
        phrases = [key for key in table if len(key) > 1 and self._traditional.isdisjoint(key)]
        self._phrases = re.compile("|".join(map(re.escape, sorted(phrases, key=len, reverse=True))) or "(?!)")

    def __call__(self, text: str) -> str:
        """The text in simplified characters."""
        if self._traditional.isdisjoint(text) and not self._phrases.search(text):
            return text
        return str(self._convert(text, TARGET))
