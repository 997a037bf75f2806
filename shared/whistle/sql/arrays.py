"""
A column's values as the text of one PostgreSQL array: a single literal, which costs the driver and the server's parser far less
than ``ARRAY[…]`` with an expression for each element.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


def array_text(values: Sequence[Any]) -> str:
    """``{"…",NULL,"…"}`` (PostgreSQL documentation, 8.15.6): every element is quoted, so that none is taken for NULL or cut."""
    texts = [value if type(value) is str else "" if value is None else str(value) for value in values]
    joined = '","'.join(texts)
    if None in values or "\\" in joined or joined.count('"') != 2 * (len(texts) - 1):
        return "{" + ",".join(map(_element, values)) + "}"
    return f'{{"{joined}"}}'  # nothing in it needs an escape: so it is for nearly all columns


def _element(value: Any) -> str:
    if value is None:
        return "NULL"
    text = str(value).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{text}"'
