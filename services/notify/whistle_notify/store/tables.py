"""
The tables of the notify service.
"""

from __future__ import annotations

import sqlalchemy as sa

from whistle.storage import Instant, identifier, kit_tables
from whistle.storage.atlas import places_table
from whistle_notify.domain import WAITING

metadata = sa.MetaData()
kit = kit_tables(metadata)

recipients = sa.Table(
    "recipients",
    metadata,
    sa.Column("case_no", sa.String(100), primary_key=True),
    sa.Column("district", sa.String(80), nullable=False),
    sa.Column("grid", sa.String(40)),
    sa.Column("title", sa.String(300), nullable=False),
    sa.Column("contact", sa.Text),  # sealed
    sa.Column("imported", sa.Boolean, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("prev_version", sa.Integer, nullable=False),
)

notices = sa.Table(
    "notices",
    metadata,
    identifier("id", primary_key=True),
    sa.Column("event_id", sa.String(100), nullable=False),
    sa.Column("recipient", sa.String(200), nullable=False),
    sa.Column("purpose", sa.String(40), nullable=False),
    sa.Column("audience", sa.String(20), nullable=False),
    sa.Column("district", sa.String(80), nullable=False),
    sa.Column("case_no", sa.String(100)),
    sa.Column("grid", sa.String(40)),
    sa.Column("facts", sa.JSON, nullable=False),
    sa.Column("state", sa.String(20), nullable=False),
    sa.Column("not_before", Instant, nullable=False),
    sa.Column("created_at", Instant, nullable=False),
    sa.Column("changed_at", Instant, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("channel", sa.String(40)),
    sa.Column("text", sa.Text),
    sa.Column("reason", sa.String(500)),
    identifier("task"),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("prev_version", sa.Integer, nullable=False),
    sa.UniqueConstraint("event_id", "recipient", "purpose", name="notices_once"),
    sa.Index("notices_case", "case_no", "id"),
    sa.Index("notices_district", "district", "id"),
)
_waiting = notices.c.state.in_([sa.literal_column(f"'{state}'") for state in WAITING])
sa.Index("notices_due", notices.c.not_before, notices.c.id, postgresql_where=_waiting, sqlite_where=_waiting)

tasks = sa.Table(
    "tasks",
    metadata,
    identifier("id", primary_key=True),
    sa.Column("origin", sa.String(400), nullable=False),
    sa.Column("kind", sa.String(20), nullable=False),
    sa.Column("purpose", sa.String(40), nullable=False),
    sa.Column("owner", sa.String(20), nullable=False),
    sa.Column("district", sa.String(80), nullable=False),
    sa.Column("grid", sa.String(40)),
    sa.Column("case_no", sa.String(100)),
    identifier("notice"),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("state", sa.String(10), nullable=False),
    sa.Column("created_at", Instant, nullable=False),
    sa.Column("due_at", Instant, nullable=False),
    sa.Column("done_at", Instant),
    sa.Column("done_by", sa.String(120)),
    sa.Column("result", sa.String(20)),
    sa.Column("note", sa.String(1000)),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("prev_version", sa.Integer, nullable=False),
    sa.UniqueConstraint("origin", name="tasks_once"),
    sa.Index("tasks_district", "district", "state", "id"),
    sa.Index("tasks_case", "case_no"),
)

places = places_table(metadata)
