"""
Statements that every batch needs, built once: building one costs SQLAlchemy more than running it.

Lists of keys travel as one parameter, so that one statement serves any number of them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from whistle.places import Extent

KEYS = "keys"
"""Name of the parameter made by :func:`keys_parameter`."""


def insert_for(dialect: str) -> Any:
    """The dialect's own ``insert``, which knows ON CONFLICT."""
    return (postgresql if dialect == "postgresql" else sqlite).insert


def among(column: Any, dialect: str) -> sa.ColumnElement[bool]:
    """``column`` is one of the keys given by :func:`keys_parameter`."""
    if dialect == "postgresql":
        return column == sa.any_(sa.bindparam(KEYS, type_=postgresql.ARRAY(column.type)))  # type: ignore[no-any-return]
    given = sa.func.json_each(sa.bindparam(KEYS)).table_valued("value")
    return column.in_(sa.select(given.c.value))  # type: ignore[no-any-return]


def keys_parameter(keys: Iterable[Any], dialect: str) -> dict[str, Any]:
    """The keys as the parameter of a statement with :func:`among`."""
    ordered = sorted(set(keys))
    return {KEYS: ordered if dialect == "postgresql" else json.dumps(ordered)}


def within(column: Any, extent: Extent) -> sa.ColumnElement[bool]:
    """``column``, the code of a node, is in what a scope covers."""
    listed = column.in_(sorted(extent.codes))
    return sa.or_(listed, column.startswith(extent.prefix, autoescape=True)) if extent.prefix else listed


@cache
def select_by(column: Any, dialect: str) -> sa.Select[Any]:
    """All rows of the column's table whose ``column`` is among the keys."""
    return sa.select(column.table).where(among(column, dialect))
