"""
A column's values as the text of one PostgreSQL array: a single literal, which costs the driver and the server's parser far less
than ``ARRAY[…]`` with an expression for each element.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any


def array_text(values: Iterable[Any]) -> str:
    """``{"…",NULL,"…"}`` (PostgreSQL documentation, 8.15.6): every element is quoted, so that none is taken for NULL or cut."""
    return "{" + ",".join(map(_element, values)) + "}"


def _element(value: Any) -> str:
    if value is None:
        return "NULL"
    text = value if type(value) is str else str(value)
    if "\\" in text or '"' in text:
        text = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{text}"'
