"""Many rows in one statement: every type of column, conflicts, and values that must not be cut to fit."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import sqlalchemy as sa

from whistle.sql import bulk
from whistle.sql.types import Instant

NOON = dt.datetime(2026, 11, 2, 4, tzinfo=dt.UTC)
metadata = sa.MetaData()
things = sa.Table(
    "things",
    metadata,
    sa.Column("key", sa.String(20), primary_key=True),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("prev_version", sa.Integer, nullable=False),
    sa.Column("big", sa.BigInteger),
    sa.Column("share", sa.Float),
    sa.Column("so", sa.Boolean),
    sa.Column("at", Instant),
    sa.Column("day", sa.Date),
    sa.Column("text", sa.Text),
    sa.Column("data", sa.JSON),
    sa.Column("kept", sa.Integer, nullable=False, server_default="7"),
)


others = sa.Table(
    "others",
    metadata,
    sa.Column("name", sa.String(20), primary_key=True),
    sa.Column("thing", sa.String(20), sa.ForeignKey("things.key"), nullable=False),
)


def _row(key: str, version: int = 1, **cells: Any) -> dict[str, Any]:
    values = {"big": None, "share": None, "so": None, "at": None, "day": None, "text": None, "data": None}
    return {"key": key, "version": version, "prev_version": version - 1, **values, **cells}


@pytest.fixture
def connection(database):
    with database.engine.begin() as made:
        metadata.create_all(made)
        yield made


def _stored(connection: sa.Connection) -> list[dict[str, Any]]:
    return [dict(row) for row in connection.execute(sa.select(things).order_by(things.c.key)).mappings()]


@pytest.mark.parametrize("others_there", [1, bulk.FEW])
def test_every_type_comes_back_as_it_went_in(connection, others_there):
    """Few rows and many: quotes, percent signs, brackets and Chinese, large numbers, nothing at all; a default holds."""
    full = _row(
        "a",
        big=2**40,
        share=0.25,
        so=True,
        at=NOON,
        day=dt.date(2026, 11, 2),
        text='他说:"100% {好}",\\n\'',
        data={"名": ["一", None, 1.5], "q": '"%s"'},
    )
    rest = [_row(f"b{number}") for number in range(others_there)]
    bulk.insert(connection, things, [full, *rest])
    assert [{**row, "kept": 7} for row in (full, *rest)] == _stored(connection)


def test_a_row_is_changed_only_from_the_version_that_was_read(connection):
    """Of three rows one is new, one follows the stored version, one does not: two are written."""
    bulk.insert(connection, things, [_row("a"), _row("b")])
    rows = [_row("a", 2, text="new"), _row("b", 3, text="stale"), _row("c", text="first")]
    assert [2] == bulk.run(connection, [bulk.upserting(things, rows)])
    assert ["new", None, "first"] == [row["text"] for row in _stored(connection)]


def test_what_is_there_already_stays(connection):
    """Rows that meet a stored one are left out and not counted."""
    bulk.insert(connection, things, [_row("a", text="first")])
    assert 1 == bulk.insert_new(
        connection, things, [_row("a", text="second"), _row("b", text="second")], unless=("key",)
    )
    assert ["first", "second"] == [row["text"] for row in _stored(connection)]


@pytest.mark.parametrize("neighbours", [0, bulk.FEW])
def test_a_value_too_long_for_its_column_is_refused_not_cut(connection, neighbours):
    """PostgreSQL, which knows lengths, says so; nothing is silently shortened."""
    rows = [_row("k" * 21), *(_row(f"n{number}") for number in range(neighbours))]
    if connection.dialect.name == "sqlite":
        bulk.insert(connection, things, rows)
        assert "k" * 21 == _stored(connection)[0]["key"]
    else:
        with pytest.raises(sa.exc.DataError, match="too long"):
            bulk.insert(connection, things, rows)


def test_several_tables_are_written_together_and_counted_apart(connection):
    """A changed row, a new one, and rows of another table that refer to what is new in the first."""
    bulk.insert(connection, things, [_row("a"), _row("b")])
    writes = [
        bulk.upserting(things, [_row("a", 2, text="new"), _row("c", text="100%")]),
        bulk.inserting(others, [{"name": "x", "thing": "a"}, {"name": "y", "thing": "c"}]),
    ]
    assert [2, 2] == bulk.run(connection, writes)
    assert ["new", None, "100%"] == [row["text"] for row in _stored(connection)]
    assert [("x", "a"), ("y", "c")] == list(
        connection.execute(sa.select(others.c.name, others.c.thing).order_by("name"))
    )


def test_one_table_may_be_written_twice(connection):
    """What follows sees what went before."""
    writes = [bulk.upserting(things, [_row("a")]), bulk.upserting(things, [_row("a", 2, text="again")])]
    assert [1, 1] == bulk.run(connection, writes)
    assert ["again"] == [row["text"] for row in _stored(connection)]


def test_what_comes_often_is_prepared_and_writes_the_same(connection):
    """Few rows and many, after a change of the table, and with texts that look like an array's syntax."""
    awkward = ['"', "\\", "{}", "NULL", "a,b", ' "x\\" ', "%s $1", "汉字", ""]
    assert len(awkward) > bulk.FEW
    for number in range(12):
        if number == 8:
            connection.execute(sa.text("ALTER TABLE things ADD COLUMN later INTEGER"))
        texts = awkward[: 3 if number % 2 else None]
        rows = [_row(f"{number}-{at}", text=text) for at, text in enumerate(texts)]
        names = [{"name": f"{number}", "thing": f"{number}-0"}]
        counts = bulk.run(connection, [bulk.inserting(things, rows), bulk.inserting(others, names)])
        assert [len(rows), 1] == counts

    kept = {row["key"]: row["text"] for row in _stored(connection)}
    assert {f"10-{at}": text for at, text in enumerate(awkward)} == {
        key: text for key, text in kept.items() if key.startswith("10-")
    }


def test_sums_are_added_and_what_is_kept_stays(connection):
    """To what is stored, whatever that is."""
    first, second = _row("a", big=5, text="first"), _row("b", big=1)
    bulk.run(connection, [bulk.inserting(things, [first])])
    bulk.run(connection, [bulk.summing(things, [{**first, "big": 7}, second], "big")])
    bulk.run(connection, [bulk.keeping(things, [_row("a", text="second"), _row("c", text="third")])])

    assert [("a", 12, "first"), ("b", 1, None), ("c", None, "third")] == [
        (row["key"], row["big"], row["text"]) for row in _stored(connection)
    ]
