"""Clocks from before there were several kinds: every dispatch keeps its deadline, its colour, and whether it was late."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.script import ScriptDirectory

from whistle.sql.types import Instant
from whistle.storage import Database, make_engine, migrations
from whistle_routing.store import RoutingUnit

SENT = dt.datetime(2026, 11, 20, 1, 30, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)
STATES = {"running": 8, "warned": 10, "overdue": None, "stopped": None}


def upgrade(engine, revision):
    with engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(sa.schema.CreateSchema("routing", if_not_exists=True))
        config = migrations._config("whistle_routing")
        config.attributes["connection"] = connection
        command.upgrade(config, revision)


def before_clocks():
    """The revision before the one that makes several kinds of clocks."""
    scripts = ScriptDirectory.from_config(migrations._config("whistle_routing"))
    (found,) = [one for one in scripts.walk_revisions() if one.module.__name__.startswith("0005_clocks")]
    return found.down_revision


def old_rows():
    """One dispatch with its clock in each state; ten hours each; the last one was reported an hour late."""
    for number, (state, following) in enumerate(STATES.items(), start=1):
        next_at = None if following is None else SENT + following * HOUR
        changed = SENT + 11 * HOUR if state == "stopped" else SENT
        yield (
            {"id": f"d{number}", "version": 1, "prev_version": 0, "case_no": f"26-0000{number}-1", "district": "mawei",
             "party": "light", "role": "lead", "state": "reported" if state == "stopped" else "sent", "round": 1,
             "sequence": number, "sent_at": SENT, "due_at": SENT + 10 * HOUR, "changed_at": changed},
            {"id": f"d{number}", "version": 1, "prev_version": 0, "case_no": f"26-0000{number}-1", "district": "mawei",
             "party": "light", "state": state, "started_at": SENT, "warn_at": SENT + 8 * HOUR,
             "due_at": SENT + 10 * HOUR, "next_at": next_at},
        )  # fmt: skip


def insert(engine, name, rows):
    columns = [sa.column(key, Instant if key.endswith("_at") else None) for key in rows[0]]
    with engine.begin() as connection:
        connection.execute(sa.insert(sa.table(name, *columns)), rows)


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request, tmp_path):
    is_file = request.param == "sqlite"
    url = f"sqlite:///{tmp_path}/routing.db" if is_file else request.getfixturevalue("database_url")
    made = make_engine(url, schema="routing")
    yield made
    made.dispose()


def test_old_clocks_are_kept(engine):
    """Read by the new code as clocks of handling in hours on the wall, that belong to their dispatch."""
    upgrade(engine, before_clocks())
    rows = list(old_rows())
    insert(engine, "dispatches", [row for row, _ in rows])
    insert(engine, "clocks", [row for _, row in rows])
    upgrade(engine, "head")

    with Database(engine, RoutingUnit, clock=_At()).read() as unit:
        found = {one.state: one for no in range(1, 5) for one in [unit.clocks.get(f"d{no}")]}
    assert set(STATES) == set(found)
    for state, following in STATES.items():
        one = found[state]
        assert ("handle", one.id, 36000, "seconds") == (one.kind, one.dispatch, one.amount, one.unit)
        assert (SENT + 10 * HOUR, SENT + 10 * HOUR) == (one.due_at, one.red_at)
        assert (None if following is None else SENT + following * HOUR) == one.next_at
        assert (state in ("warned", "overdue")) == one.warned
    assert (True, SENT + 11 * HOUR) == (found["stopped"].late, found["stopped"].stopped_at)
    assert (None, None) == (found["running"].late, found["running"].stopped_at)


class _At:
    def now(self):
        return SENT
