"""
Clocks of several kinds in working or wall time, with their moves; supervision orders; the calendars that districts use.
"""

import sqlalchemy as sa
from alembic import op

from whistle.sql.types import Instant

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_KEPT = "id, version, prev_version, case_no, district, party, state, started_at, warn_at, due_at, next_at"
_SECONDS = {
    "postgresql": "CAST(EXTRACT(EPOCH FROM due_at - started_at) AS integer)",
    "sqlite": "CAST(ROUND((julianday(due_at) - julianday(started_at)) * 86400) AS integer)",
}


def upgrade() -> None:
    dialect = op.get_bind().dialect.name
    op.drop_index("clocks_next", table_name="clocks")
    op.drop_index(op.f("ix_clocks_case_no"), table_name="clocks")
    op.rename_table("clocks", "handle_clocks")
    if dialect == "postgresql":
        op.execute("ALTER INDEX clocks_pkey RENAME TO handle_clocks_pkey")
    _create_clocks()
    # Until now every clock measured the handling of one dispatch in hours on the wall, and had the dispatch's id.
    ended = "(SELECT changed_at FROM dispatches WHERE dispatches.id = handle_clocks.id)"
    columns = f"{_KEPT}, kind, dispatch, unit, amount, red_at, provisional, calendar, may_pause, warned, stopped_at, late"
    values = (
        f"{_KEPT}, 'handle', id, 'seconds', {_SECONDS[dialect]}, due_at, false, '', false, state IN ('warned', 'overdue'),"
        f" CASE WHEN state = 'stopped' THEN {ended} END, CASE WHEN state = 'stopped' THEN {ended} > due_at END"
    )
    op.execute(f"INSERT INTO clocks ({columns}) SELECT {values} FROM handle_clocks")  # noqa: S608 — constants only
    op.drop_table("handle_clocks")
    _create_supervisions()
    _create_calendar_uses()


def _create_clocks() -> None:
    op.create_table(
        "clocks",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("prev_version", sa.Integer(), nullable=False),
        sa.Column("case_no", sa.String(length=20), nullable=False),
        sa.Column("district", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("dispatch", sa.String(length=64), nullable=True),
        sa.Column("party", sa.String(length=80), nullable=False),
        sa.Column("unit", sa.String(length=20), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("started_at", Instant, nullable=False),
        sa.Column("warn_at", Instant, nullable=False),
        sa.Column("due_at", Instant, nullable=False),
        sa.Column("red_at", Instant, nullable=False),
        sa.Column("next_at", Instant, nullable=True),
        sa.Column("provisional", sa.Boolean(), nullable=False),
        sa.Column("calendar", sa.String(length=40), nullable=False),
        sa.Column("handling_class", sa.String(length=20), nullable=True),
        sa.Column("basis", sa.String(length=200), nullable=True),
        sa.Column("may_pause", sa.Boolean(), nullable=False),
        sa.Column("may_extend", sa.Integer(), nullable=True),
        sa.Column("warned", sa.Boolean(), nullable=False),
        sa.Column("moves", sa.JSON(), nullable=True),
        sa.Column("stopped_at", Instant, nullable=True),
        sa.Column("late", sa.Boolean(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_clocks_case_no"), "clocks", ["case_no"], unique=False)
    _partial_index("clocks_next", "clocks", ["next_at", "id"], where="next_at IS NOT NULL")
    _partial_index("clocks_open", "clocks", ["due_at", "id"], where="state != 'stopped'")


def _create_supervisions() -> None:
    op.create_table(
        "supervisions",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("prev_version", sa.Integer(), nullable=False),
        sa.Column("case_no", sa.String(length=20), nullable=False),
        sa.Column("district", sa.String(length=40), nullable=False),
        sa.Column("party", sa.String(length=80), nullable=False),
        sa.Column("dispatch", sa.String(length=64), nullable=True),
        sa.Column("clock", sa.String(length=64), nullable=True),
        sa.Column("cause", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.String(length=1000), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("opened_at", Instant, nullable=False),
        sa.Column("closed_at", Instant, nullable=True),
        sa.Column("outcome", sa.String(length=20), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_supervisions_case_no"), "supervisions", ["case_no"], unique=False)
    _partial_index("supervisions_open", "supervisions", ["id"], where="state = 'open'")


def _create_calendar_uses() -> None:
    op.create_table(
        "calendar_uses",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("prev_version", sa.Integer(), nullable=False),
        sa.Column("district", sa.String(length=40), nullable=False),
        sa.Column("calendar", sa.String(length=40), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("since", Instant, nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("reached", sa.String(length=64), nullable=False),
        sa.Column("done", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_calendar_uses_district"), "calendar_uses", ["district"], unique=False)


def _partial_index(name: str, table: str, columns: list[str], *, where: str) -> None:
    condition = sa.text(where)
    op.create_index(name, table, columns, unique=False, postgresql_where=condition, sqlite_where=condition)
