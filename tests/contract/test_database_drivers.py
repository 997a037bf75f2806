"""psycopg2, SQLAlchemy and SQLite under eventlet."""

from __future__ import annotations

import socket
from collections.abc import Callable

import sqlalchemy

from tests.contract.lab import Program
from whistle.testing.servers import LocalPostgres

Run = Callable[..., Program]


def test_psycopg2_is_green_after_monkey_patch(run: Run, database_url: str) -> None:
    """eventlet installs its wait callback by itself, and two slow queries overlap."""
    program = run(
        """
import psycopg2, psycopg2.extensions
say("callback", psycopg2.extensions.get_wait_callback() is not None)
def slow():
    connection = psycopg2.connect(config["url"])
    cursor = connection.cursor()
    cursor.execute("select pg_sleep(1)")
began = time.monotonic()
for one in [eventlet.spawn(slow) for _ in range(3)]:
    one.wait()
say("took", time.monotonic() - began)
""",
        url=database_url,
    )

    assert ["callback", True] == program.hear("callback")
    assert 1 <= program.hear("took")[1] < 2


def test_sqlalchemy_takes_psycopg_3_for_a_plain_address() -> None:
    """Since 2.1: ``postgresql://`` alone does not mean psycopg2 any more, so the engine has to name its driver."""
    assert "psycopg" == sqlalchemy.make_url("postgresql://u@h/d").get_dialect().driver
    assert "psycopg2" == sqlalchemy.make_url("postgresql+psycopg2://u@h/d").get_dialect().driver


def test_connect_timeout_is_ignored_when_green(run: Run) -> None:
    """A server that accepts and says nothing holds the connecting thread; only a deadline around it helps."""
    source = """
import psycopg2, psycopg2.extensions
if config["blocking"]:
    psycopg2.extensions.set_wait_callback(None)
began = time.monotonic()
try:
    with eventlet.Timeout(4):
        psycopg2.connect(config["url"], connect_timeout=2)
except (eventlet.Timeout, psycopg2.OperationalError) as error:
    say(type(error).__name__, time.monotonic() - began)
"""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"postgresql://u:p@127.0.0.1:{silent.getsockname()[1]}/d"
        green = run(source, url=url, blocking=False)
        blocking = run(source, url=url, blocking=True)

        assert green.hear("Timeout")[1] >= 4
        assert blocking.hear("OperationalError")[1] < 4


def test_copy_does_not_work_when_green(run: Run, database_url: str) -> None:
    """Bulk loads need INSERT of many rows."""
    program = run(
        """
import io, psycopg2
connection = psycopg2.connect(config["url"])
cursor = connection.cursor()
cursor.execute("create table t (n int)")
try:
    cursor.copy_expert("copy t from stdin", io.StringIO("1"))
except psycopg2.ProgrammingError as error:
    say("refused", str(error).strip())
""",
        url=database_url,
    )

    assert "copy_expert cannot be used with an asynchronous callback." == program.hear("refused")[1]


def test_a_query_that_timed_out_here_goes_on_there(run: Run, database_url: str) -> None:
    """eventlet.Timeout frees the caller, SQLAlchemy drops the connection, the server keeps working: set statement_timeout."""
    program = run(
        """
import sqlalchemy as sa
engine = sa.create_engine(config["url"])
try:
    with eventlet.Timeout(0.5), engine.connect() as connection:
        connection.execute(sa.text("select pg_sleep(20)"))
except eventlet.Timeout:
    say("timed out")
with engine.connect() as connection:
    query = "select count(*) from pg_stat_activity where query like 'select pg_sleep%' and state = 'active'"
    say("still runs there", connection.execute(sa.text(query)).scalar())
""",
        url=database_url.replace("postgresql", "postgresql+psycopg2"),
    )

    program.hear("timed out")
    assert ["still runs there", 1] == program.hear("still runs there")


def test_pooled_connections_die_with_the_server_unless_pinged(run: Run, own_postgres: LocalPostgres) -> None:
    """After a restart of the database the first query fails; with ``pool_pre_ping`` nobody notices."""
    program = run(
        """
import sqlalchemy as sa
def query(engine):
    with engine.connect() as connection:
        return connection.execute(sa.text("select 1")).scalar()
plain, pinged = sa.create_engine(config["url"]), sa.create_engine(config["url"], pool_pre_ping=True)
query(plain), query(pinged)
say("connected")
while not os.path.exists("go on"):
    eventlet.sleep(0.02)
for name, engine in ("plain", plain), ("pinged", pinged):
    try:
        say(name, query(engine))
    except sa.exc.OperationalError:
        say(name, "failed")
""",
        url=own_postgres.url().replace("postgresql", "postgresql+psycopg2"),
    )
    program.hear("connected")
    own_postgres.restart()
    (program.errors.parent / "go on").touch()

    assert ["plain", "failed"] == program.hear("plain")
    assert ["pinged", 1] == program.hear("pinged")


def test_a_yield_inside_a_sqlite_write_freezes_the_process(run: Run) -> None:
    """
    The second writer waits in C for a lock that the first can only give back when the hub runs: nobody runs.

    After ``timeout`` it fails; until then the whole process stood still.
    """
    program = run(
        """
import sqlite3
def open_db():
    return sqlite3.connect("cases.db", timeout=1, isolation_level=None)
first = open_db()
first.execute("pragma journal_mode=wal")
first.execute("create table t (n int)")
beats = []
def beat():
    while True:
        beats.append(time.monotonic())
        eventlet.sleep(0.01)
def yields():
    first.execute("begin immediate")
    first.execute("insert into t values (1)")
    eventlet.sleep(0.2)
    first.execute("commit")
def writes():
    try:
        open_db().execute("insert into t values (2)")
    except sqlite3.OperationalError as error:
        say("failed", str(error))
eventlet.spawn(beat)
one, two = eventlet.spawn(yields), eventlet.spawn(writes)
one.wait(), two.wait()
say("longest pause", max(b - a for a, b in zip(beats, beats[1:])))
"""
    )

    assert ["failed", "database is locked"] == program.hear("failed")
    assert program.hear("longest pause")[1] > 0.9
