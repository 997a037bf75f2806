"""
Routing's tables.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from whistle.storage import Instant, identifier, kit_tables

metadata = sa.MetaData()
kit = kit_tables(metadata)


def _versioned(name: str, key: sa.Column[Any], *columns: Any) -> sa.Table:
    version = (
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("prev_version", sa.Integer, nullable=False),
    )
    return sa.Table(name, metadata, key, *version, *columns)


jobs = _versioned(
    "jobs",
    sa.Column("no", sa.String(20), primary_key=True),
    sa.Column("district", sa.String(40), nullable=False),
    sa.Column("state", sa.String(10), nullable=False),
    sa.Column("title", sa.String(300), nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("place", sa.String(300)),
    sa.Column("grid", sa.String(40)),
    sa.Column("door", sa.String(40), nullable=False),
    sa.Column("category", sa.String(100)),
    sa.Column("tags", sa.JSON, nullable=False),
    sa.Column("filed_at", Instant, nullable=False),
    sa.Column("pending_since", Instant, nullable=False),
    sa.Column("round", sa.Integer, nullable=False),
    sa.Column("lead", sa.String(80)),
    sa.Column("handling_class", sa.String(20)),
    sa.Column("trigger", sa.String(20)),
    sa.Column("trigger_detail", sa.String(1000), nullable=False),
    sa.Column("trigger_by", sa.String(200)),
    sa.Column("returned_by", sa.JSON, nullable=False),
    sa.Column("consent", sa.Boolean, nullable=False),
    sa.Column("callback", sa.String(40)),
    sa.Column("owner", sa.String(80)),
    sa.Column("hops", sa.Integer, nullable=False),
    identifier("ruling"),
)
_pending = jobs.c.state == "pending"
sa.Index(
    "jobs_pending",
    jobs.c.district,
    jobs.c.pending_since,
    jobs.c.no,
    postgresql_where=_pending,
    sqlite_where=_pending,
)
_elsewhere = sa.and_(jobs.c.hops > 0, jobs.c.state.in_(("pending", "routed", "ruling")))
sa.Index(
    "jobs_in_other_hands",
    jobs.c.district,
    jobs.c.owner,
    jobs.c.no,
    postgresql_where=_elsewhere,
    sqlite_where=_elsewhere,
)

_wish = jobs.c.category.like("%微心愿")
sa.Index("jobs_wishes", jobs.c.district, jobs.c.no, postgresql_where=_wish, sqlite_where=_wish)

dispatches = _versioned(
    "dispatches",
    identifier("id", primary_key=True),
    sa.Column("case_no", sa.String(20), nullable=False, index=True),
    sa.Column("district", sa.String(40), nullable=False),
    sa.Column("party", sa.String(80), nullable=False),
    sa.Column("role", sa.String(4), nullable=False),
    sa.Column("state", sa.String(10), nullable=False),
    sa.Column("round", sa.Integer, nullable=False),
    identifier("whistle"),
    sa.Column("sequence", sa.Integer, nullable=False),
    sa.Column("sent_at", Instant, nullable=False),
    sa.Column("due_at", Instant, nullable=False),
    sa.Column("changed_at", Instant, nullable=False),
    sa.Column("by", sa.String(100)),
    sa.Column("contacted_at", Instant),
    identifier("plea"),
    sa.Column("bound", sa.String(10)),
    sa.UniqueConstraint("district", "party", "sequence", name="dispatches_sequence"),
)

OPEN_STATES = ("sent", "signed", "arrived")
_at_work = dispatches.c.state.in_(OPEN_STATES)
sa.Index(
    "dispatches_open",
    dispatches.c.district,
    dispatches.c.party,
    postgresql_where=_at_work,
    sqlite_where=_at_work,
)
sa.Index(
    "dispatches_due", dispatches.c.due_at, dispatches.c.id, postgresql_where=_at_work, sqlite_where=_at_work
)

whistles = _versioned(
    "whistles",
    identifier("id", primary_key=True),
    sa.Column("case_no", sa.String(20), nullable=False, index=True),
    sa.Column("district", sa.String(40), nullable=False),
    sa.Column("whistle_class", sa.String(10), nullable=False),
    sa.Column("state", sa.String(10), nullable=False),
    sa.Column("round", sa.Integer, nullable=False),
    sa.Column("blown_at", Instant, nullable=False),
    sa.Column("by", sa.String(200)),
    sa.Column("role", sa.String(20)),
    sa.Column("reason", sa.String(1000), nullable=False, server_default=""),
    sa.Column("lead", sa.String(80)),
    sa.Column("co", sa.JSON, nullable=False, server_default="[]"),
    sa.Column("within", sa.String(40)),
    sa.Column("approved_by", sa.String(200)),
    sa.Column("code", sa.String(20)),
    sa.Column("proof", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("acceptance", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("vetoes", sa.Integer, nullable=False, server_default="0"),
    sa.Column("answered_at", Instant),
)
_alive = whistles.c.state.in_(("requested", "blown"))
sa.Index("whistles_alive", whistles.c.id, postgresql_where=_alive, sqlite_where=_alive)

clocks = _versioned(
    "clocks",
    identifier("id", primary_key=True),
    sa.Column("case_no", sa.String(20), nullable=False, index=True),
    sa.Column("district", sa.String(40), nullable=False),
    sa.Column("kind", sa.String(20), nullable=False),
    identifier("dispatch"),
    sa.Column("party", sa.String(80), nullable=False),
    sa.Column("unit", sa.String(20), nullable=False),
    sa.Column("amount", sa.Integer, nullable=False),
    sa.Column("state", sa.String(10), nullable=False),
    sa.Column("started_at", Instant, nullable=False),
    sa.Column("warn_at", Instant, nullable=False),
    sa.Column("due_at", Instant, nullable=False),
    sa.Column("red_at", Instant, nullable=False),
    sa.Column("next_at", Instant),
    sa.Column("provisional", sa.Boolean, nullable=False),
    sa.Column("calendar", sa.String(40), nullable=False),
    sa.Column("handling_class", sa.String(20)),
    sa.Column("basis", sa.String(200)),
    sa.Column("may_pause", sa.Boolean, nullable=False),
    sa.Column("may_extend", sa.Integer),
    sa.Column("warned", sa.Boolean, nullable=False),
    sa.Column("moves", sa.JSON),
    sa.Column("stopped_at", Instant),
    sa.Column("late", sa.Boolean),
)
_armed = clocks.c.next_at.is_not(None)
sa.Index("clocks_next", clocks.c.next_at, clocks.c.id, postgresql_where=_armed, sqlite_where=_armed)
_open = clocks.c.state != "stopped"
sa.Index("clocks_open", clocks.c.due_at, clocks.c.id, postgresql_where=_open, sqlite_where=_open)

supervisions = _versioned(
    "supervisions",
    identifier("id", primary_key=True),
    sa.Column("case_no", sa.String(20), nullable=False, index=True),
    sa.Column("district", sa.String(40), nullable=False),
    sa.Column("party", sa.String(80), nullable=False),
    identifier("dispatch"),
    identifier("clock"),
    sa.Column("cause", sa.String(20), nullable=False),
    sa.Column("reason", sa.String(1000), nullable=False),
    sa.Column("state", sa.String(10), nullable=False),
    sa.Column("opened_at", Instant, nullable=False),
    sa.Column("closed_at", Instant),
    sa.Column("outcome", sa.String(20)),
)
_unsettled = supervisions.c.state == "open"
sa.Index("supervisions_open", supervisions.c.id, postgresql_where=_unsettled, sqlite_where=_unsettled)

calendar_uses = _versioned(
    "calendar_uses",
    identifier("id", primary_key=True),
    sa.Column("district", sa.String(40), nullable=False, index=True),
    sa.Column("calendar", sa.String(40), nullable=False),
    sa.Column("turn", sa.Integer, nullable=False),
    sa.Column("since", Instant, nullable=False),
    sa.Column("content", sa.JSON, nullable=False),
    identifier("reached", nullable=False),
    sa.Column("done", sa.Boolean, nullable=False),
)

books = _versioned(
    "books",
    sa.Column("key", sa.String(130), primary_key=True),
    sa.Column("sequence", sa.Integer, nullable=False),
)

decisions = sa.Table(
    "decisions",
    metadata,
    identifier("id", primary_key=True),
    sa.Column("case_no", sa.String(20), nullable=False, index=True),
    sa.Column("district", sa.String(40), nullable=False),
    sa.Column("round", sa.Integer, nullable=False),
    sa.Column("decided_at", Instant, nullable=False),
    sa.Column("source", sa.String(20), nullable=False),
    sa.Column("plugin", sa.String(120), nullable=False),
    sa.Column("plugin_version", sa.String(40), nullable=False),
    sa.Column("failure", sa.String(500)),
    sa.Column("decision", sa.JSON, nullable=False),
    sa.Column("asked", sa.JSON),
    sa.Column("roster", sa.String(64)),
    sa.Column("seconds", sa.Float),
    sa.Index("decisions_district", "district", "id"),
)

actions = sa.Table(
    "actions",
    metadata,
    identifier("id", primary_key=True),
    sa.Column("action_id", sa.String(200), nullable=False),
    identifier("dispatch", index=True),
    sa.Column("user", sa.String(200), nullable=False),
    sa.Column("verb", sa.String(20), nullable=False),
    sa.Column("by", sa.String(100), nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("refused", sa.String(60)),
    sa.Column("said", sa.Text),
)

parties = sa.Table(
    "parties",
    metadata,
    sa.Column("district", sa.String(40), primary_key=True),
    sa.Column("id", sa.String(80), primary_key=True),
    sa.Column("name", sa.String(200), nullable=False),
    sa.Column("kind", sa.String(40), nullable=False),
    sa.Column("channel", sa.String(10), nullable=False),
    sa.Column("grid", sa.String(40)),
)
