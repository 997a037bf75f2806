"""
The dispatch log: what each party was sent, how it is reached, webhooks, parked letters, pledges; whether a resident agreed to be
known.
"""

import sqlalchemy as sa
from alembic import op

from whistle.sql.types import Instant

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def _of_party(*, key: bool = False) -> list[sa.Column]:
    return [
        sa.Column("district", sa.String(40), primary_key=key, nullable=False),
        sa.Column("party", sa.String(80), primary_key=key, nullable=False),
    ]


def upgrade() -> None:
    op.add_column("jobs", sa.Column("consent", sa.Boolean, nullable=False, server_default=sa.false()))
    op.add_column("jobs", sa.Column("callback", sa.String(40)))
    with op.batch_alter_table("books") as books:
        books.alter_column("key", existing_type=sa.String(120), type_=sa.String(130), existing_nullable=False)
    # what was sent before has numbers already: the letters of a party go on from there
    op.execute(
        "INSERT INTO books (key, version, prev_version, sequence) "
        "SELECT key || '/feed', version, prev_version, sequence FROM books"
    )
    _letters()
    _reaches()
    op.create_table(
        "hooks",
        sa.Column("key", sa.String(130), primary_key=True),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("prev_version", sa.Integer, nullable=False),
        *_of_party(),
        sa.Column("url", sa.String(500), nullable=False),
        sa.Column("secrets", sa.JSON, nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("delivered", sa.Integer, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("not_before", Instant, nullable=False),
        sa.Column("leased_until", Instant, nullable=False),
        sa.Column("error", sa.String(500)),
    )
    _small()


def _letters() -> None:
    op.create_table(
        "letters",
        sa.Column("id", sa.String(64), primary_key=True),
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
    )
    op.create_index("letters_watermark", "letters", ["watermark"])


def _reaches() -> None:
    op.create_table(
        "reaches",
        sa.Column("id", sa.String(64), primary_key=True),
        *_of_party(),
        sa.Column("way", sa.String(10), nullable=False),
        sa.Column("url", sa.String(500)),
        sa.Column("filter", sa.JSON, nullable=False),
        sa.Column("start", Instant, nullable=False),
        sa.Column("end", Instant),
        sa.Column("by", sa.String(200), nullable=False),
        sa.Column("why", sa.String(500), nullable=False),
    )
    op.create_index("reaches_party", "reaches", ["district", "party", "start"])
    open_ended = sa.text('"end" IS NULL')
    op.create_index(
        "reaches_now",
        "reaches",
        ["district", "party"],
        unique=True,
        postgresql_where=open_ended,
        sqlite_where=open_ended,
    )


def _small() -> None:
    op.create_table(
        "parked_letters",
        *_of_party(key=True),
        sa.Column("sequence", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("parked_at", Instant, nullable=False),
        sa.Column("reason", sa.String(500), nullable=False),
    )
    op.create_table(
        "pledges",
        *_of_party(key=True),
        sa.Column("signed_on", sa.Date, primary_key=True),
        sa.Column("ends_on", sa.Date),
        sa.Column("signed_by", sa.String(100), nullable=False),
        sa.Column("terms", sa.String(2000), nullable=False),
        sa.Column("recorded_at", Instant, nullable=False),
        sa.Column("recorded_by", sa.String(200), nullable=False),
    )
    op.create_table(
        "party_keys",
        sa.Column("key", sa.String(130), primary_key=True),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("changed_at", Instant, nullable=False),
    )
