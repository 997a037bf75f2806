"""
Intake's tables, and cases as their rows.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from whistle.storage import Instant, kit_tables
from whistle.storage.atlas import places_table
from whistle_intake.domain import Case, Result

metadata = sa.MetaData()
kit = kit_tables(metadata)

cases = sa.Table(
    "cases",
    metadata,
    sa.Column("no", sa.String(20), primary_key=True),
    sa.Column("serial", sa.BigInteger, nullable=False, unique=True),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("prev_version", sa.Integer, nullable=False),
    sa.Column("district", sa.String(40), nullable=False),
    sa.Column("state", sa.String(20), nullable=False),
    sa.Column("title", sa.String(300), nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("original", sa.Text),
    sa.Column("place", sa.String(300)),
    sa.Column("grid", sa.String(40)),
    sa.Column("door", sa.String(40), nullable=False),
    sa.Column("category", sa.String(100)),
    sa.Column("tags", sa.JSON, nullable=False),
    sa.Column("filed_at", Instant, nullable=False),
    sa.Column("changed_at", Instant, nullable=False),
    sa.Column("source_ref", sa.String(200)),
    sa.Column("contact", sa.Text),
    sa.Column("contact_tail", sa.String(64)),
    sa.Column("round", sa.Integer, nullable=False),
    sa.Column("party_name", sa.String(200)),
    sa.Column("due_at", Instant),
    sa.Column("result", sa.Text),
    sa.Column("answer", sa.Text),
    sa.Column("answer_way", sa.String(20)),
    sa.Column("rating", sa.String(30)),
    sa.Column("members", sa.JSON, nullable=False),
    sa.Column("reports", sa.Integer, nullable=False, server_default="0"),
    sa.Column("vetoes", sa.Integer, nullable=False, server_default="0"),
    sa.Column("results", sa.JSON, nullable=False, server_default="[]"),
    sa.Column("head", sa.String(64), nullable=False),
    sa.Column("length", sa.Integer, nullable=False),
    sa.UniqueConstraint("district", "source_ref", name="cases_source"),
    sa.Index("cases_district_serial", "district", "serial"),
    sa.Index("cases_district_state_serial", "district", "state", "serial"),
)

timeline = sa.Table(
    "timeline",
    metadata,
    sa.Column("case_no", sa.String(20), primary_key=True),
    sa.Column("seq", sa.Integer, primary_key=True),
    sa.Column("at", Instant, nullable=False),
    sa.Column("kind", sa.String(60), nullable=False),
    sa.Column("actor", sa.String(120), nullable=False),
    sa.Column("data", sa.JSON, nullable=False),
    sa.Column("event_id", sa.String(64)),
    sa.Column("prev_hash", sa.String(64), nullable=False),
    sa.Column("hash", sa.String(64), nullable=False),
    sa.Index("timeline_at", "at"),
)

guesses = sa.Table(
    "guesses",
    metadata,
    sa.Column("case_no", sa.String(20), primary_key=True),
    sa.Column("failures", sa.Integer, nullable=False),
    sa.Column("last_at", Instant, nullable=False),
    sa.Index("guesses_last_at", "last_at"),
)
closings = sa.Table(
    "closings",  # planned: what a case does if nobody rates its answer
    metadata,
    sa.Column("case_no", sa.String(20), primary_key=True),
    sa.Column("round", sa.Integer, nullable=False),
    sa.Column("due_at", Instant, nullable=False),
    sa.Index("closings_due_at", "due_at"),
)
places = places_table(metadata)


_CASE_COLUMNS = [column for column in cases.c if column.name != "prev_version"]


def read_case(row: Any) -> Case:
    """A row of ``cases``."""
    values = {column.name: row[column.name] for column in _CASE_COLUMNS}
    results = tuple(Result(**one) for one in values["results"])
    lists = {"tags": tuple(values["tags"]), "members": tuple(values["members"]), "results": results}
    return Case(**{**values, **lists})


def write_case(case: Case) -> dict[str, Any]:
    """The row of a case, without ``prev_version``."""
    row = dict(case.__dict__)
    row["tags"], row["members"] = list(case.tags), list(case.members)
    row["results"] = [dict(vars(one)) for one in case.results]
    return row
