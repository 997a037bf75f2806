"""
Lots, holds, members, awards and tallies; what was booked before becomes lots that never expire.
"""

import datetime as dt

import sqlalchemy as sa
from alembic import op

from whistle.sql.types import Instant

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_CHINA = dt.timezone(dt.timedelta(hours=8))


def upgrade() -> None:
    _lots()
    _holds()
    _members()
    _awards()
    _tallies()
    _scheme_versions()
    negative = sa.text("tenths < 0")
    op.create_index(
        "balances_negative", "balances", ["scheme"], postgresql_where=negative, sqlite_where=negative
    )
    _carry_over(op.get_bind())


def _versions() -> tuple[sa.Column, sa.Column]:
    return (
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("prev_version", sa.Integer(), nullable=False),
    )


def _lots() -> None:
    op.create_table(
        "lots",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("scheme", sa.String(length=80), nullable=False),
        sa.Column("member", sa.String(length=80), nullable=False),
        sa.Column("tenths", sa.BigInteger(), nullable=False),
        sa.Column("left", sa.BigInteger(), nullable=False),
        sa.Column("held", sa.BigInteger(), nullable=False),
        sa.Column("expired", sa.BigInteger(), nullable=False),
        sa.Column("opened_at", Instant, nullable=False),
        sa.Column("expires_at", Instant, nullable=True),
        sa.Column("final", sa.Boolean(), nullable=False),
        sa.Column("graced", sa.Boolean(), nullable=False),
        *_versions(),
        sa.CheckConstraint('"left" >= 0 AND held >= 0 AND expired >= 0', name="lots_not_negative"),
        sa.CheckConstraint('"left" + held + expired <= tenths', name="lots_not_more"),
        sa.PrimaryKeyConstraint("id"),
    )
    is_open = sa.text('"left" > 0')
    op.create_index("lots_open", "lots", ["scheme", "member"], postgresql_where=is_open, sqlite_where=is_open)
    op.create_index(
        "lots_expiring", "lots", ["expires_at", "id"], postgresql_where=is_open, sqlite_where=is_open
    )


def _holds() -> None:
    op.create_table(
        "holds",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("scheme", sa.String(length=80), nullable=False),
        sa.Column("member", sa.String(length=80), nullable=False),
        sa.Column("purpose", sa.String(length=80), nullable=False),
        sa.Column("tenths", sa.BigInteger(), nullable=False),
        sa.Column("parts", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("held_at", Instant, nullable=False),
        sa.Column("due_at", Instant, nullable=False),
        sa.Column("ended_at", Instant, nullable=True),
        sa.Column("ended_by", sa.String(length=64), nullable=True),
        sa.Column("spent", sa.BigInteger(), nullable=False),
        *_versions(),
        sa.CheckConstraint("(state = 'held') = (ended_by IS NULL)", name="holds_end_once"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("ended_by"),
    )
    op.create_index("holds_member", "holds", ["scheme", "member", "id"])
    held = sa.text("state = 'held'")
    op.create_index("holds_due", "holds", ["due_at", "id"], postgresql_where=held, sqlite_where=held)


def _members() -> None:
    op.create_table(
        "members",
        sa.Column("key", sa.String(length=170), nullable=False),
        sa.Column("scheme", sa.String(length=80), nullable=False),
        sa.Column("member", sa.String(length=80), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("branch", sa.String(length=120), nullable=False),
        sa.Column("groups", sa.JSON(), nullable=False),
        sa.Column("grid", sa.String(length=40), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("exempt_until", sa.Date(), nullable=True),
        sa.Column("joined_at", Instant, nullable=False),
        *_versions(),
        sa.PrimaryKeyConstraint("key"),
    )
    op.create_index("members_scheme", "members", ["scheme", "member"], unique=True)


def _awards() -> None:
    op.create_table(
        "awards",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("scheme", sa.String(length=80), nullable=False),
        sa.Column("ref", sa.String(length=300), nullable=False),
        sa.Column("member", sa.String(length=80), nullable=False),
        sa.Column("item", sa.String(length=60), nullable=False),
        sa.Column("rules", sa.Integer(), nullable=False),
        sa.Column("assessor", sa.String(length=20), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("asked", sa.BigInteger(), nullable=False),
        sa.Column("tenths", sa.BigInteger(), nullable=False),
        sa.Column("reviewer", sa.String(length=140), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("booked_at", Instant, nullable=False),
        sa.Column("claim", sa.String(length=64), nullable=True),
        sa.Column("publication", sa.String(length=64), nullable=True),
        *_versions(),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("claim"),
        sa.UniqueConstraint("scheme", "ref", name="awards_once"),
    )
    op.create_index("awards_member", "awards", ["scheme", "member", "day", "id"])
    op.create_index("awards_publication", "awards", ["publication", "id"])
    waiting = sa.text("publication IS NULL")
    op.create_index(
        "awards_unpublished",
        "awards",
        ["scheme", "day", "id"],
        postgresql_where=waiting,
        sqlite_where=waiting,
    )


def _tallies() -> None:
    op.create_table(
        "tallies",
        sa.Column("scheme", sa.String(length=80), nullable=False),
        sa.Column("member", sa.String(length=80), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("item", sa.String(length=60), nullable=False),
        sa.Column("tenths", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("scheme", "member", "day", "item"),
    )
    op.create_index("tallies_day", "tallies", ["scheme", "day"])


def _scheme_versions() -> None:
    op.create_table(
        "scheme_versions",
        sa.Column("key", sa.String(length=100), nullable=False),
        sa.Column("scheme", sa.String(length=80), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("text_hash", sa.String(length=64), nullable=False),
        sa.Column("caps", sa.JSON(), nullable=False),
        sa.Column("used_at", Instant, nullable=False),
        *_versions(),
        sa.PrimaryKeyConstraint("key"),
    )


# --- what was booked before ---------------------------------------------------------------------------------------------

_OLD = sa.text("""
    SELECT t.id, t.scheme, t.ref, t.rule, t.member, t.effective_at, t.recorded_at, p.tenths,
           (SELECT COUNT(*) FROM transfers r WHERE r.reverses = t.id) AS reversed
    FROM transfers t JOIN postings p ON p.transfer = t.id AND p.lot = t.id
    WHERE t.kind = 'award'
""").columns(effective_at=Instant, recorded_at=Instant)


def _carry_over(bind: sa.Connection) -> None:
    metadata = sa.MetaData()
    metadata.reflect(bind, only=["lots", "awards", "members", "tallies"])
    lots, awards, members, tallies = (
        metadata.tables[name] for name in ("lots", "awards", "members", "tallies")
    )
    for table in (lots, awards, members):
        for name in ("opened_at", "booked_at", "joined_at"):
            if name in table.c:
                table.c[name].type = Instant()
    roll: dict[str, dict[str, object]] = {}
    sums: dict[tuple[object, ...], int] = {}
    while_versioned = {"version": 1, "prev_version": 0}
    rows = bind.execute(_OLD).mappings().all()
    for row in rows:
        day, item = row["effective_at"].astimezone(_CHINA).date(), row["rule"].rpartition(".v")[0]
        who = {"scheme": row["scheme"], "member": row["member"]}
        left = 0 if row["reversed"] else row["tenths"]
        bind.execute(
            sa.insert(lots).values(
                id=row["id"], **who, tenths=row["tenths"], left=left, held=0, expired=0,
                opened_at=row["effective_at"], expires_at=None, final=True, graced=False, **while_versioned,
            )
        )  # fmt: skip
        bind.execute(
            sa.insert(awards).values(
                id=row["id"], **who, ref=row["ref"], item=item, rules=1, assessor="organisation", day=day,
                asked=row["tenths"], tenths=row["tenths"], reviewer="event:case.closed",
                state="reversed" if row["reversed"] else "booked", booked_at=row["recorded_at"],
                claim=None, publication=None, **while_versioned,
            )
        )  # fmt: skip
        key = (row["scheme"], row["member"], day, item)
        sums[key] = sums.get(key, 0) + left
        roll.setdefault(
            f"{row['scheme']}/{row['member']}",
            {**who, "name": "", "branch": "", "groups": [], "grid": None, "state": "active", "reason": "",
             "exempt_until": None, "joined_at": row["recorded_at"], **while_versioned},
        )  # fmt: skip
    for key, values in roll.items():
        bind.execute(sa.insert(members).values(key=key, **values))
    for (scheme, member, day, item), tenths in sums.items():
        bind.execute(
            sa.insert(tallies).values(scheme=scheme, member=member, day=day, item=item, tenths=tenths)
        )
