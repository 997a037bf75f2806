"""
Many rows in one statement, and on PostgreSQL the rows of many tables.

SQLAlchemy writes many rows as one long VALUES list with a parameter for each cell: building, sending and parsing it costs more
than the rows. Here PostgreSQL gets one array for each column (``unnest``), and SQLite the driver's own ``executemany``; the
statements are made once from the table's declaration.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from operator import itemgetter
from typing import Any

import sqlalchemy as sa

from whistle.sql.arrays import array_text

Row = Mapping[str, Any]

Converters = Sequence[tuple[int, Callable[[Any], Any]]]
Picker = Callable[[Row], tuple[Any, ...]]

FEW = 8
"""Up to so many rows PostgreSQL gets as a VALUES list after all: planning and running ``unnest`` costs more than a few rows."""

OFTEN = 2
"""A statement that a connection has run so often is prepared the next time."""
MOST = 200
"""No more kinds of statements are counted on one connection."""
_PREPARED = "whistle_bulk_"
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


@dataclass(frozen=True)
class Write:
    """What one table gets: rows that all name the same columns."""

    shape: _Shape
    rows: Sequence[Row]

    @property
    def table(self) -> sa.Table:
        """The table that is written."""
        return self.shape.table


def inserting(table: sa.Table, rows: Sequence[Row]) -> Write:
    """Rows that are only ever inserted."""
    return Write(_Shape(table, tuple(rows[0])), rows)


def upserting(table: sa.Table, rows: Sequence[Row]) -> Write:
    """
    Rows to insert, or to update where the stored ``version`` still is the row's ``prev_version``. The table has a
    single-column key.
    """
    names = tuple(rows[0])
    rest = f"{_or_update(table, names)} WHERE {table.name}.version = excluded.prev_version"
    return Write(_Shape(table, names, rest), rows)


def replacing(table: sa.Table, rows: Sequence[Row]) -> Write:
    """Rows to insert, or to put in the place of those with the same single-column key, whatever is stored."""
    return Write(_Shape(table, tuple(rows[0]), _or_update(table, tuple(rows[0]))), rows)


def _or_update(table: sa.Table, names: Sequence[str]) -> str:
    (key,) = table.primary_key.columns
    changes = ", ".join(f"{_quoted(name)} = excluded.{_quoted(name)}" for name in names if name != key.name)
    return f"ON CONFLICT ({key.name}) DO UPDATE SET {changes}"


def summing(table: sa.Table, rows: Sequence[Row], column: str) -> Write:
    """Rows whose ``column`` is added to what is stored under the same key, or inserted."""
    name = _quoted(column)
    rest = f"ON CONFLICT ({_key(table)}) DO UPDATE SET {name} = {table.name}.{name} + excluded.{name}"
    return Write(_Shape(table, tuple(rows[0]), rest), rows)


def keeping(table: sa.Table, rows: Sequence[Row]) -> Write:
    """Rows to insert unless there is one with the same key already."""
    return Write(_Shape(table, tuple(rows[0]), f"ON CONFLICT ({_key(table)}) DO NOTHING"), rows)


def run(connection: sa.Connection, writes: Sequence[Write]) -> list[int]:
    """
    Write to several tables, which do not depend on each other's outcome; returns how many rows each took. On PostgreSQL all of it
    is one statement, since a batch of one message pays more for the round trips than for the rows.
    """
    if len(writes) > 1 and connection.dialect.name == "postgresql" and _all_differ(writes):
        return _run_as_one(connection, writes)
    return [_run(connection, write.shape, write.rows) for write in writes]


def insert(connection: sa.Connection, table: sa.Table, rows: Sequence[Row]) -> None:
    """Insert; all rows name the same columns."""
    run(connection, [inserting(table, rows)])


def insert_new(
    connection: sa.Connection, table: sa.Table, rows: Sequence[Row], *, unless: tuple[str, ...]
) -> int:
    """Insert what no row with the same ``unless`` (the columns of a unique index) keeps out; returns how many went in."""
    rest = f"ON CONFLICT ({', '.join(unless)}) DO NOTHING"
    return _run(connection, _Shape(table, tuple(rows[0]), rest), rows)


@dataclass(frozen=True)
class _Shape:
    """Which cells of which table are written, and what follows the rows in the statement."""

    table: sa.Table
    names: tuple[str, ...]
    rest: str = ""


def _run(connection: sa.Connection, shape: _Shape, rows: Sequence[Row]) -> int:
    on_postgresql = connection.dialect.name == "postgresql"
    listed = len(rows) if on_postgresql and len(rows) <= FEW else 0
    statement, converters, pick = _prepared(shape, connection.dialect, listed)
    columns = _columns(rows, converters, pick)
    given = _given(columns, listed) if on_postgresql else list(zip(*columns, strict=True))
    options = {"preserve_rowcount": True}
    return connection.exec_driver_sql(statement, given, execution_options=options).rowcount


def _given(columns: list[list[Any]], listed: int) -> tuple[Any, ...]:
    """The parameters of a statement on PostgreSQL: cell by cell where the rows are listed, else an array for each column."""
    if listed:
        return tuple(cell for row in zip(*columns, strict=True) for cell in row)
    return tuple(map(array_text, columns))


def _all_differ(writes: Sequence[Write]) -> bool:
    """One statement sees each table as it was before; it cannot write to one twice."""
    return len({write.table for write in writes}) == len(writes)


def _run_as_one(connection: sa.Connection, writes: Sequence[Write]) -> list[int]:
    listed = tuple(len(write.rows) if len(write.rows) <= FEW else 0 for write in writes)
    shapes = tuple(write.shape for write in writes)
    statement, prepared = _together(shapes, connection.dialect, listed)
    given = [
        value
        for write, (converters, pick), few in zip(writes, prepared, listed, strict=True)
        for value in _given(_columns(write.rows, converters, pick), few)
    ]
    name = _name(connection, (shapes, listed), statement)
    if name is not None:
        statement = f"EXECUTE {name} ({', '.join(['%s'] * len(given))})"
    return list(connection.exec_driver_sql(statement, tuple(given)).one())


def _name(connection: sa.Connection, kind: Hashable, statement: str) -> str | None:
    """
    The name under which this connection has a statement of this kind; it gets one when it comes for the third time: parsing and
    planning the statement for ten tables costs as much as writing a few rows to each.
    """
    known: dict[Hashable, int | str] = connection.info.setdefault(_PREPARED, {})
    times = known.get(kind, 0)
    if isinstance(times, str):
        return times
    if times < OFTEN:
        if len(known) < MOST:
            known[kind] = times + 1
        return None
    name = f"{_PREPARED}{len(known)}_{sum(isinstance(one, str) for one in known.values())}"
    numbers = iter(range(1, statement.count("%s") + 1))
    numbered = re.sub("%s", lambda _: f"${next(numbers)}", statement)
    connection.exec_driver_sql(f"PREPARE {name} AS {numbered}")
    known[kind] = name
    return name


def _columns(rows: Sequence[Row], converters: Converters, pick: Picker) -> list[list[Any]]:
    columns = [list(column) for column in zip(*map(pick, rows), strict=True)]
    for at, convert in converters:
        columns[at] = [convert(value) for value in columns[at]]
    return columns


@lru_cache(maxsize=2048)
def _together(
    shapes: tuple[_Shape, ...], dialect: sa.Dialect, listed: tuple[int, ...]
) -> tuple[str, Sequence[tuple[Converters, Picker]]]:
    """One statement for all of them, which counts what each wrote."""
    parts = [_prepared(shape, dialect, few) for shape, few in zip(shapes, listed, strict=True)]
    steps = ", ".join(f"w{at} AS ({statement} RETURNING 1)" for at, (statement, _, _) in enumerate(parts))
    counts = ", ".join(f"(SELECT count(*) FROM w{at})" for at in range(len(parts)))  # noqa: S608 — made of numbers
    return f"WITH {steps} SELECT {counts}", [(converters, pick) for _, converters, pick in parts]


@lru_cache(maxsize=2048)
def _prepared(shape: _Shape, dialect: sa.Dialect, listed: int) -> tuple[str, Converters, Picker]:
    """
    The statement, how the values of which columns are converted, and how a row's cells are picked out.

    ``listed``: on PostgreSQL, for how many rows; 0 is for arrays.
    """
    columns = [shape.table.c[name] for name in shape.names]
    converters = [
        (at, convert)
        for at, column in enumerate(columns)
        if (convert := column.type.dialect_impl(dialect).bind_processor(dialect))
    ]
    pick = itemgetter(*shape.names) if len(columns) > 1 else lambda row: (row[shape.names[0]],)
    if dialect.name == "postgresql":
        cells = _listed(columns, listed) if listed else _unnested(columns)
    else:
        cells = f"VALUES ({', '.join('?' for _ in columns)})"
    names = ", ".join(map(_quoted, shape.names))
    return f"INSERT INTO {shape.table.name} ({names}) {cells} {shape.rest}", converters, pick


def _unnested(columns: Sequence[sa.Column[Any]]) -> str:
    arrays = ", ".join(f"%s::{_array_of(column)}[]" for column in columns)
    cells = ", ".join(f"c{at}::json" if _is_json(column) else f"c{at}" for at, column in enumerate(columns))
    names = ", ".join(f"c{at}" for at in range(len(columns)))
    return f"SELECT {cells} FROM unnest({arrays}) AS given ({names})"  # noqa: S608 — made of a table's own names


def _listed(columns: Sequence[sa.Column[Any]], rows: int) -> str:
    row = f"({', '.join('%s' for _ in columns)})"
    return f"VALUES {', '.join([row] * rows)}"


def _array_of(column: sa.Column[Any]) -> str:
    kind = _plain_type(column)
    return next(array for known, array in _ARRAYS if isinstance(kind, known))


def _is_json(column: sa.Column[Any]) -> bool:
    return isinstance(_plain_type(column), sa.JSON)


def _plain_type(column: sa.Column[Any]) -> sa.types.TypeEngine[Any]:
    kind = column.type
    return kind.impl_instance if isinstance(kind, sa.types.TypeDecorator) else kind


def _key(table: sa.Table) -> str:
    return ", ".join(_quoted(column.name) for column in table.primary_key.columns)


def _quoted(name: str) -> str:
    return f'"{name}"'
