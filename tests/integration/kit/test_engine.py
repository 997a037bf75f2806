"""Engines: every wait is bounded, and every driver's error has one meaning."""

from __future__ import annotations

import datetime as dt
import os
import secrets
import socket
import subprocess
import sys
from contextlib import contextmanager, suppress

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError, ProgrammingError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from tests.integration.kit.conftest import PACKAGE, opened
from tests.integration.kit.parcels.store import effects
from tests.integration.kit.stock import NOON, outgoing, raising
from whistle.errors import DependencyDown, Misconfigured, Poison, Transient
from whistle.storage import make_engine, migrations
from whistle.storage.engine import translate


def pragma(connection, name):
    return connection.exec_driver_sql(f"PRAGMA {name}").scalar()


def test_sqlite_keeps_what_it_committed(tmp_path):
    """WAL, FULL, foreign keys, a bounded wait for locks: on every connection of the pool."""
    engine = make_engine(f"sqlite:///{tmp_path}/x.db", schema="x")
    reading = engine.execution_options(whistle_read=True)
    with reading.connect() as one, reading.connect() as two:
        for connection in (one, two):
            assert ("wal", 2, 2000, 1) == tuple(
                pragma(connection, name)
                for name in ("journal_mode", "synchronous", "busy_timeout", "foreign_keys")
            )
    engine.dispose()


def test_postgres_waits_are_bounded(database_url):
    """Statements, locks and idle transactions time out; the clock is UTC; names live in the service's schema."""
    engine = make_engine(database_url, schema="parcels")
    with engine.connect() as connection:
        shown = {
            name: connection.exec_driver_sql(f"SHOW {name}").scalar()
            for name in (
                "statement_timeout",
                "lock_timeout",
                "idle_in_transaction_session_timeout",
                "TimeZone",
                "search_path",
            )
        }
    assert {
        "statement_timeout": "15s",
        "lock_timeout": "5s",
        "idle_in_transaction_session_timeout": "30s",
        "TimeZone": "UTC",
        "search_path": "parcels",
    } == shown
    engine.dispose()


def test_on_sqlite_readers_neither_block_a_writer_nor_see_half_of_it(tmp_path, clock):
    """A reader keeps the state that it began with, and a writer does not wait for it."""
    database = next(opened(f"sqlite:///{tmp_path}/x.db", clock))
    with database.read() as reader:
        reader.told()
        with database.write() as unit:
            unit.effect("written while somebody reads")
        assert [] == reader.told()
    with database.read() as reader:
        assert 1 == len(reader.told())
    database.close()


@pytest.mark.parametrize("url", ["mysql://u:secret@h/d", "sqlite", "", "nonsense", "http://x/y"])
def test_another_database_is_refused_by_name(url):
    """Neither SQLite nor PostgreSQL: one line that names the setting and hides the password."""
    with pytest.raises(Misconfigured) as caught:
        make_engine(url, schema="x")
    assert "WHISTLE_DATABASE_URL" in str(caught.value)
    assert "secret" not in str(caught.value)
    assert "\n" not in str(caught.value)


def raised(kind, orig, *, invalidated=False):
    error = kind("SELECT 1", {}, orig)
    error.connection_invalidated = invalidated
    return error


class Orig(Exception):
    """A driver's error with a code."""

    def __init__(self, text, pgcode=None):
        super().__init__(text)
        self.pgcode = pgcode


OWN = Poison("毒", "poison")
ROWS = {
    "ours": (OWN, Poison),
    "pool exhausted": (PoolTimeout("no connection"), DependencyDown),
    "socket": (ConnectionResetError("gone"), DependencyDown),
    "timeout": (TimeoutError("late"), DependencyDown),
    "serialization": (raised(OperationalError, Orig("x", "40001")), Transient),
    "deadlock": (raised(OperationalError, Orig("x", "40P01")), Transient),
    "lock timeout": (raised(OperationalError, Orig("x", "55P03")), Transient),
    "statement timeout": (raised(OperationalError, Orig("x", "57014")), Transient),
    "shutdown": (raised(OperationalError, Orig("x", "57P01")), DependencyDown),
    "connection closed": (raised(InterfaceError, Orig("closed")), DependencyDown),
    "invalidated": (raised(DBAPIError, Orig("odd"), invalidated=True), DependencyDown),
    "locked": (raised(OperationalError, Orig("database is locked")), DependencyDown),
    "disk full": (raised(OperationalError, Orig("database or disk is full")), DependencyDown),
    "no such table": (raised(OperationalError, Orig("no such table: x")), None),
    "no such column": (raised(OperationalError, Orig("no such column: x")), None),
    "undefined table": (raised(ProgrammingError, Orig("x", "42P01")), None),
    "a defect": (KeyError("x"), None),
}


@pytest.mark.parametrize(("error", "meaning"), ROWS.values(), ids=ROWS)
def test_what_an_error_means(error, meaning):
    """The table, row by row: down, worth another try, or (None) a defect of ours."""
    found = translate(error)
    assert meaning == (None if found is None else type(found))
    assert found is None or "\n" not in str(found)


def test_a_server_that_is_not_there_is_down(tmp_path):
    """Nobody listens: DependencyDown, at once, in one line, without the password."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    engine = make_engine(f"postgresql://u:secret@127.0.0.1:{port}/d", schema="x")
    with pytest.raises(OperationalError) as caught:
        engine.connect()
    meaning = translate(caught.value)
    assert isinstance(meaning, DependencyDown)
    assert "secret" not in str(meaning)


GREEN_CONNECT = """
import eventlet; eventlet.monkey_patch()
import sys, time
from whistle.runtime.green import connect_deadline
from whistle.storage import make_engine
from whistle.storage import engine as module
from whistle.errors import DependencyDown
module.CONNECT_SECONDS = 0.5
ticks = []
eventlet.spawn(lambda: [ticks.append(eventlet.sleep(0.05)) for _ in range(100)])
try:
    make_engine(sys.argv[1], schema="x", deadline=connect_deadline).connect()
except DependencyDown as error:
    print(f"down {len(ticks) >= 5} {error.en}")
"""


def test_a_server_that_accepts_and_says_nothing_is_given_up_by_a_green_process():
    """connect_timeout is ignored when psycopg2 is green; ours is not, and the process turns meanwhile."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"postgresql://u:p@127.0.0.1:{silent.getsockname()[1]}/d"
        command = [sys.executable, "-W", "ignore", "-c", GREEN_CONNECT, url]
        done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    assert "down True no connection to the database within 0 s\n" == done.stdout, done.stderr


def test_a_held_lock_is_worth_another_try_and_hurts_nobody_else(postgres_database, another):
    """Who waits too long for a row's lock gets a Transient; the connection serves the next one."""
    with postgres_database.write() as unit:
        unit.weigh("a", 1)
    with postgres_database.write() as holder:
        holder.weigh("a", 1)
        holder.flush()
        with raising(Transient) as caught, another.write() as unit:
            unit.connection.exec_driver_sql("SET LOCAL lock_timeout = '50ms'")
            unit.weigh("a", 1)
        assert not isinstance(caught.value, DependencyDown)
    with another.write() as unit:
        assert 3 == unit.weigh("a", 1).weight


def test_connections_killed_by_the_server_are_replaced(postgres_database, another):
    """After every connection was cut on the server's side one try may be told so; the next goes through."""
    with postgres_database.read() as unit:
        unit.told()
    killed = sa.text(
        "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
        "WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    with another.read() as unit:
        assert unit.connection.scalar(killed) >= 1
    for _ in range(2):
        with suppress(DependencyDown), postgres_database.write() as unit:
            unit.effect("after")
    with postgres_database.read() as unit:
        assert ["after"] == unit.told()[-1:]


def test_a_connection_lost_in_the_middle_is_down_and_leaves_nothing(postgres_database):
    """The server ends the transaction's own connection: DependencyDown, nothing written."""
    with raising(DependencyDown), postgres_database.write() as unit:
        unit.execute(sa.insert(effects).values(event="-", type="-", told="half"))
        unit.connection.exec_driver_sql("SELECT pg_terminate_backend(pg_backend_pid())")
    with postgres_database.read() as unit:
        assert [] == unit.told()


def test_instants_are_aware_utc_and_naive_ones_never_get_in(database):
    """The same instant comes back, in UTC, whatever zone it was given in; a naive one is a defect."""
    beijing = NOON.astimezone(dt.timezone(dt.timedelta(hours=8)))
    with database.write() as unit:
        unit.stage_outgoing(outgoing(created_at=beijing))
    with database.read() as unit:
        (found,) = unit.connection.scalars(sa.select(unit.kit.outbox.c.created_at))
    assert (NOON, dt.UTC) == (found, found.tzinfo)
    with pytest.raises(ValueError, match="naive"), database.write() as unit:
        unit.stage_outgoing(outgoing(created_at=NOON.replace(tzinfo=None)))


def test_an_error_does_not_tell_what_was_to_be_stored(database):
    """A statement that fails is logged with its text, never with the rows that were to be written."""
    with raising(sa.exc.IntegrityError) as caught, database.write() as unit:
        unit.add(effects, {"event": None, "type": "-", "told": "张三,幸福里3号楼"})
    assert "effects" in str(caught.value)
    assert "张三" not in str(caught.value.statement) + str(caught.value).partition("DETAIL")[0]


# --- migrations -------------------------------------------------------------------------------------------------------


def services():
    from whistle.runtime.services import installed_services
    from whistle.simulation.service import Departments

    return [*installed_services(), Departments]


@contextmanager
def engine_of(url, service):
    engine = make_engine(url, schema=service.name)
    try:
        yield engine
    finally:
        engine.dispose()


@pytest.mark.parametrize("service", services(), ids=lambda one: one.name)
def test_migrations_lead_to_the_tables_that_the_code_declares(service, url):
    """An empty database, upgraded, is what the metadata say: no table, column or index more or less."""
    from alembic.autogenerate import compare_metadata
    from alembic.runtime.migration import MigrationContext

    from whistle.runtime.services import package_of

    with engine_of(url, service) as engine:
        migrations.upgrade(engine, service=service.name, package=package_of(service))
        migrations.upgrade(engine, service=service.name, package=package_of(service))
        migrations.check(engine, service=service.name, package=package_of(service))
        with engine.connect() as connection:
            context = MigrationContext.configure(connection, opts={"compare_type": True})
            assert [] == compare_metadata(context, service.unit.kit.outbox.metadata)


def test_a_database_without_its_migrations_is_named_in_one_line(url):
    """An empty database is refused with what to do."""
    engine = make_engine(url, schema="parcels")
    with pytest.raises(Misconfigured) as caught:
        migrations.check(engine, service="parcels", package=PACKAGE)
    assert "parcels" in caught.value.en
    assert "`whistle db upgrade`" in caught.value.en
    assert "\n" not in str(caught.value)
    engine.dispose()


def test_services_start_no_migration_by_themselves(tmp_path):
    """``whistle run`` on an empty database ends with 2 and one line."""
    env = {
        **os.environ,
        "WHISTLE_DATA": str(tmp_path),
        "WHISTLE_BUS_URL": "amqp://nobody@127.0.0.1:1/",
        "WHISTLE_SECRET_KEY": secrets.token_urlsafe(48),
    }
    command = [sys.executable, "-W", "ignore", "-c", "from whistle.cli import main; main()", "run", "notify"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, env=env)
    lines = [line for line in done.stderr.splitlines() if not line.startswith("{")]
    assert (2, 1) == (done.returncode, len(lines)), done.stderr
    assert "whistle db upgrade" in lines[0]
