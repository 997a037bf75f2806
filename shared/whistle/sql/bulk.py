"""
Many rows in one statement.

SQLAlchemy writes many rows as one long VALUES list with a parameter for each cell: building, sending and parsing it costs more
than the rows. Here PostgreSQL gets one array for each column (``unnest``), and SQLite the driver's own ``executemany``; the
statements are made once from the table's declaration.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from operator import itemgetter
from typing import Any

import sqlalchemy as sa

Row = Mapping[str, Any]

_ARRAYS: tuple[tuple[type[sa.types.TypeEngine[Any]], str], ...] = (
    (sa.Boolean, "boolean"),
    (sa.BigInteger, "bigint"),
    (sa.Integer, "bigint"),
    (sa.Float, "float8"),
    (sa.Numeric, "numeric"),
    (sa.DateTime, "timestamptz"),
    (sa.Date, "date"),
    (sa.JSON, "text"),
    (sa.String, "text"),
)
"""What the array of a column's values holds. Wider than the column: a value that does not fit must be refused, not cut."""


def insert(connection: sa.Connection, table: sa.Table, rows: Sequence[Row]) -> None:
    """Insert; all rows name the same columns."""
    _run(connection, _Shape(table, tuple(rows[0])), rows)


def insert_new(
    connection: sa.Connection, table: sa.Table, rows: Sequence[Row], *, unless: tuple[str, ...]
) -> int:
    """Insert what no row with the same ``unless`` (the columns of a unique index) keeps out; returns how many went in."""
    rest = f"ON CONFLICT ({', '.join(unless)}) DO NOTHING"
    return _run(connection, _Shape(table, tuple(rows[0]), rest), rows)


def upsert(connection: sa.Connection, table: sa.Table, rows: Sequence[Row]) -> int:
    """
    Insert, or update where the stored ``version`` still is the row's ``prev_version``; returns how many rows were written. The
    table has a single-column key.
    """
    (key,) = table.primary_key.columns
    names = tuple(rows[0])
    changes = ", ".join(f"{_quoted(name)} = excluded.{_quoted(name)}" for name in names if name != key.name)
    rest = (
        f"ON CONFLICT ({key.name}) DO UPDATE SET {changes} WHERE {table.name}.version = excluded.prev_version"
    )
    return _run(connection, _Shape(table, names, rest), rows)


@dataclass(frozen=True)
class _Shape:
    """Which cells of which table are written, and what follows the rows in the statement."""

    table: sa.Table
    names: tuple[str, ...]
    rest: str = ""


def _run(connection: sa.Connection, shape: _Shape, rows: Sequence[Row]) -> int:
    statement, converters, pick = _prepared(shape, connection.dialect)
    columns: list[Sequence[Any]] = list(zip(*map(pick, rows), strict=True))
    for at, convert in converters:
        columns[at] = [convert(value) for value in columns[at]]
    options = {"preserve_rowcount": True}
    if connection.dialect.name == "postgresql":
        arrays = tuple(list(column) for column in columns)
        return connection.exec_driver_sql(statement, arrays, execution_options=options).rowcount
    cells = list(zip(*columns, strict=True))
    return connection.exec_driver_sql(statement, cells, execution_options=options).rowcount


Converters = Sequence[tuple[int, Callable[[Any], Any]]]


@lru_cache(maxsize=256)
def _prepared(shape: _Shape, dialect: sa.Dialect) -> tuple[str, Converters, Callable[[Row], tuple[Any, ...]]]:
    """The statement, how the values of which columns are converted, and how a row's cells are picked out."""
    columns = [shape.table.c[name] for name in shape.names]
    converters = [
        (at, convert)
        for at, column in enumerate(columns)
        if (convert := column.type.dialect_impl(dialect).bind_processor(dialect))
    ]
    pick = itemgetter(*shape.names) if len(columns) > 1 else lambda row: (row[shape.names[0]],)
    write = _unnested if dialect.name == "postgresql" else _by_cells
    names = ", ".join(map(_quoted, shape.names))
    return f"INSERT INTO {shape.table.name} ({names}) {write(columns)} {shape.rest}", converters, pick


def _unnested(columns: Sequence[sa.Column[Any]]) -> str:
    arrays = ", ".join(f"%s::{_array_of(column)}[]" for column in columns)
    cells = ", ".join(f"c{at}::json" if _is_json(column) else f"c{at}" for at, column in enumerate(columns))
    names = ", ".join(f"c{at}" for at in range(len(columns)))
    return f"SELECT {cells} FROM unnest({arrays}) AS given ({names})"  # noqa: S608 — made of a table's own names


def _by_cells(columns: Sequence[sa.Column[Any]]) -> str:
    return f"VALUES ({', '.join('?' for _ in columns)})"


def _array_of(column: sa.Column[Any]) -> str:
    kind = _plain_type(column)
    return next(array for known, array in _ARRAYS if isinstance(kind, known))


def _is_json(column: sa.Column[Any]) -> bool:
    return isinstance(_plain_type(column), sa.JSON)


def _plain_type(column: sa.Column[Any]) -> sa.types.TypeEngine[Any]:
    kind = column.type
    return kind.impl_instance if isinstance(kind, sa.types.TypeDecorator) else kind


def _quoted(name: str) -> str:
    return f'"{name}"'
