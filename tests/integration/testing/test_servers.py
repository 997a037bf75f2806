"""The suite's own servers: they keep what they confirmed, obey faults, and leave nothing behind."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pika
import pika.exceptions
import psycopg2
import pytest
from pika.adapters.utils.connection_workflow import AMQPConnectorException

from whistle.testing import wait_for
from whistle.testing.fixtures import missing
from whistle.testing.servers import LocalPostgres, LocalRabbit, ServerMissing


def connect(url: str) -> pika.BlockingConnection:
    parameters = pika.URLParameters(url)
    parameters.socket_timeout = parameters.stack_timeout = 2
    return pika.BlockingConnection(parameters)


def runs(pid: int) -> bool:
    """Whether a process runs; one that only waits to be reaped does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_every_test_gets_a_vhost_and_a_database_of_its_own(bus_url: str, database_url: str) -> None:
    """What one test leaves in its queues and tables is not there for the next."""
    connection = connect(bus_url)
    connection.channel().queue_declare("mine", durable=True, arguments={"x-queue-type": "quorum"})
    connection.close()
    database = psycopg2.connect(database_url)
    with database, database.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")

        assert (0,) == cursor.fetchone()
    database.close()


def test_the_broker_keeps_what_it_confirmed_over_kill_9(own_rabbit: LocalRabbit) -> None:
    """Same port, same user, same message after a crash of the broker."""
    connection = connect(own_rabbit.url())
    channel = connection.channel()
    channel.queue_declare("kept", durable=True, arguments={"x-queue-type": "quorum"})
    channel.confirm_delivery()
    channel.basic_publish("", "kept", b"still here", pika.BasicProperties(delivery_mode=2))

    own_rabbit.kill()
    own_rabbit.restart()

    def read() -> bytes:
        with connect(own_rabbit.url()) as again:
            return again.channel().basic_get("kept", auto_ack=True)[2]

    assert b"still here" == wait_for(read, timeout=20)


def test_the_broker_freezes_and_thaws(own_rabbit: LocalRabbit) -> None:
    """A frozen broker accepts the TCP connection and says nothing."""
    own_rabbit.freeze()
    with pytest.raises((AMQPConnectorException, pika.exceptions.AMQPConnectionError)):
        connect(own_rabbit.url())
    own_rabbit.thaw()

    assert wait_for(lambda: connect(own_rabbit.url()), what="a thawed broker").is_open


def test_a_disk_alarm_blocks_publishers_until_it_ends(own_rabbit: LocalRabbit) -> None:
    """The broker tells its publishers by connection.blocked."""
    connection = connect(own_rabbit.url())
    heard: list[str] = []
    connection.add_on_connection_blocked_callback(lambda *_: heard.append("blocked"))
    connection.add_on_connection_unblocked_callback(lambda *_: heard.append("unblocked"))
    channel = connection.channel()

    own_rabbit.set_disk_alarm(True)
    channel.basic_publish("", "nowhere", b"")
    wait_for(lambda: connection.process_data_events(0.05) or "blocked" in heard, what="connection.blocked")
    own_rabbit.set_disk_alarm(False)
    wait_for(
        lambda: connection.process_data_events(0.05) or "unblocked" in heard, what="connection.unblocked"
    )

    assert ["blocked", "unblocked"] == heard


def test_the_database_keeps_what_it_committed(own_postgres: LocalPostgres) -> None:
    """fsync is on: committed rows are there after kill -9 and after an immediate stop, on the same port."""
    url = own_postgres.create_database("ledger")
    own_postgres.execute("CREATE TABLE cases (no int)", database="ledger")
    for number, fault in enumerate([own_postgres.kill, own_postgres.stop_immediately, lambda: None]):
        own_postgres.execute(f"INSERT INTO cases VALUES ({number})", database="ledger")
        fault()
        own_postgres.restart()
    with psycopg2.connect(url) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT no FROM cases ORDER BY no")

        assert [(0,), (1,), (2,)] == cursor.fetchall()


def test_the_database_freezes_and_thaws(own_postgres: LocalPostgres) -> None:
    """A frozen server holds its open connections and answers when it is thawed."""
    connection = psycopg2.connect(own_postgres.url())
    own_postgres.freeze()
    with pytest.raises(psycopg2.OperationalError):
        psycopg2.connect(own_postgres.url(), connect_timeout=2)
    own_postgres.thaw()
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")

        assert (1,) == cursor.fetchone()
    connection.close()


@pytest.mark.parametrize("kind", [LocalPostgres, LocalRabbit])
def test_servers_die_with_the_process_that_started_them(kind: type) -> None:
    """Not even kill -9 of the test process leaves a server behind."""
    try:
        kind().stop()
    except ServerMissing as error:
        missing(str(error))
    script = f"""
import signal, sys
from whistle.testing.servers import {kind.__name__}
server = {kind.__name__}().start()
print(server.pid, server.folder, flush=True)
signal.pause()
"""
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        server, folder = parent.stdout.readline().split()
        assert runs(int(server))
        os.kill(parent.pid, signal.SIGKILL)
    wait_for(lambda: not runs(int(server)), what=f"the end of {kind.__name__} {server}")
    shutil.rmtree(folder, ignore_errors=True)


def test_stop_leaves_nothing_behind() -> None:
    """No process, no folder."""
    server = LocalPostgres().start()
    pid = server.pid
    server.stop()

    assert not runs(pid)
    assert not server.folder.exists()
