"""
What is kept of whistles beside the whistle itself.
"""

from __future__ import annotations

import sqlalchemy as sa

from whistle.storage import Instant, identifier
from whistle_routing.store.tables import metadata

whistle_responders = sa.Table(
    "whistle_responders",
    metadata,
    identifier("id", primary_key=True),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("prev_version", sa.Integer, nullable=False),
    identifier("whistle", nullable=False, index=True),
    sa.Column("case_no", sa.String(20), nullable=False),
    sa.Column("district", sa.String(40), nullable=False),
    sa.Column("party", sa.String(80), nullable=False),
    sa.Column("arrived_at", Instant),
    sa.Column("proof", sa.JSON),
    sa.Column("vetoes", sa.Integer, nullable=False),
    sa.Column("score", sa.Integer),
    sa.Column("verdict", sa.String(20)),
    sa.Column("comment", sa.String(1000)),
    sa.Column("evaluated_by", sa.String(200)),
    sa.Column("grade", sa.String(20)),
    sa.Column("assessment", sa.String(1000)),
    sa.Column("assessed_by", sa.String(200)),
    sa.Column("released", sa.String(1000)),
)

consultations = sa.Table(
    "consultations",
    metadata,
    identifier("id", primary_key=True),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("prev_version", sa.Integer, nullable=False),
    identifier("whistle", index=True),
    sa.Column("case_no", sa.String(20), nullable=False, index=True),
    sa.Column("district", sa.String(40), nullable=False),
    sa.Column("parties", sa.JSON, nullable=False),
    sa.Column("guests", sa.JSON, nullable=False),
    sa.Column("meet_at", Instant, nullable=False),
    sa.Column("place", sa.String(300), nullable=False),
    sa.Column("subject", sa.String(1000), nullable=False),
    sa.Column("called_by", sa.String(200), nullable=False),
    sa.Column("called_at", Instant, nullable=False),
    sa.Column("held_at", Instant),
    sa.Column("held_by", sa.String(200)),
    sa.Column("present", sa.JSON, nullable=False),
    sa.Column("minutes", sa.Text),
    sa.Column("decision", sa.String(2000)),
    sa.Column("summoned", sa.JSON, nullable=False),
    sa.Column("lead", sa.String(80)),
)

whistle_steps = sa.Table(
    "whistle_steps",  # only ever added to: each step with who and when, and what is published every month
    metadata,
    identifier("id", primary_key=True),
    identifier("whistle"),
    sa.Column("case_no", sa.String(20), nullable=False, index=True),
    sa.Column("district", sa.String(40), nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("kind", sa.String(30), nullable=False),
    identifier("dispatch", index=True),
    sa.Column("party", sa.String(80)),
    sa.Column("by", sa.String(200)),
    sa.Column("data", sa.JSON, nullable=False),
    sa.Index("whistle_steps_month", "district", "kind", "at"),
)
