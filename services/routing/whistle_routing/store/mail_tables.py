"""
The tables of what parties are sent: the dispatch log, how each party is reached, webhooks, parked letters, pledges.
"""

from __future__ import annotations

import sqlalchemy as sa

from whistle.storage import Instant, identifier
from whistle_routing.store.tables import metadata


def _of_party() -> tuple[sa.Column[str], sa.Column[str]]:
    return sa.Column("district", sa.String(40), nullable=False), sa.Column(
        "party", sa.String(80), nullable=False
    )


letters = sa.Table(
    "letters",
    metadata,
    identifier("id", primary_key=True),
    *_of_party(),
    sa.Column("sequence", sa.Integer, nullable=False),
    sa.Column("type", sa.String(120), nullable=False),
    sa.Column("routing_key", sa.String(255), nullable=False),
    sa.Column("case_no", sa.String(20)),
    sa.Column("traceparent", sa.String(100)),
    sa.Column("sent_at", Instant, nullable=False),
    sa.Column("way", sa.String(10), nullable=False),
    sa.Column("watermark", sa.String(20), nullable=False),
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("acked_at", Instant),
    sa.UniqueConstraint("district", "party", "sequence", name="letters_sequence"),
    sa.Index("letters_watermark", "watermark"),
    sa.Index("letters_case", "case_no"),
)

reaches = sa.Table(
    "reaches",
    metadata,
    identifier("id", primary_key=True),
    *_of_party(),
    sa.Column("way", sa.String(10), nullable=False),
    sa.Column("url", sa.String(500)),
    sa.Column("filter", sa.JSON, nullable=False),  # JSON's null: as the pack says
    sa.Column("start", Instant, nullable=False),
    sa.Column("end", Instant),
    sa.Column("by", sa.String(200), nullable=False),
    sa.Column("why", sa.String(500), nullable=False),
    sa.Index("reaches_party", "district", "party", "start"),
)
_now = reaches.c.end.is_(None)
sa.Index(
    "reaches_now",
    reaches.c.district,
    reaches.c.party,
    unique=True,
    postgresql_where=_now,
    sqlite_where=_now,
)

hooks = sa.Table(
    "hooks",
    metadata,
    sa.Column("key", sa.String(130), primary_key=True),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("prev_version", sa.Integer, nullable=False),
    *_of_party(),
    sa.Column("url", sa.String(500), nullable=False),
    sa.Column("secrets", sa.JSON, nullable=False),  # sealed
    sa.Column("state", sa.String(10), nullable=False),
    sa.Column("delivered", sa.Integer, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("not_before", Instant, nullable=False),
    sa.Column("leased_until", Instant, nullable=False),
    sa.Column("error", sa.String(500)),
)

parked = sa.Table(
    "parked_letters",
    metadata,
    sa.Column("district", sa.String(40), primary_key=True),
    sa.Column("party", sa.String(80), primary_key=True),
    sa.Column("sequence", sa.Integer, primary_key=True),
    sa.Column("parked_at", Instant, nullable=False),
    sa.Column("reason", sa.String(500), nullable=False),
)

pledges = sa.Table(
    "pledges",
    metadata,
    sa.Column("district", sa.String(40), primary_key=True),
    sa.Column("party", sa.String(80), primary_key=True),
    sa.Column("signed_on", sa.Date, primary_key=True),
    sa.Column("ends_on", sa.Date),
    sa.Column("signed_by", sa.String(100), nullable=False),
    sa.Column("terms", sa.String(2000), nullable=False),
    sa.Column("recorded_at", Instant, nullable=False),
    sa.Column("recorded_by", sa.String(200), nullable=False),
)

party_keys = sa.Table(
    "party_keys",
    metadata,
    sa.Column("key", sa.String(130), primary_key=True),
    sa.Column("number", sa.Integer, nullable=False),  # of the token that counts; 0: none
    sa.Column("changed_at", Instant, nullable=False),
)
