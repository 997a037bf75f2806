"""A PostgreSQL cluster of one's own, with fsync on, as the current user (as ``postgres`` where that is root)."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

from whistle.testing.servers.child import Child, ServerMissing, User, accepts, free_port
from whistle.testing.waiting import wait_for


def find_postgres() -> Path:
    """The folder of ``initdb`` and ``postgres``; Debian keeps them off PATH. The newest version wins."""
    versions = Path("/usr/lib/postgresql").glob("*/bin/postgres")
    for found in sorted(versions, key=lambda path: path.parts[4].zfill(4), reverse=True):
        return found.parent
    on_path = shutil.which("postgres")
    if on_path:
        return Path(on_path).resolve().parent
    message = "没有 PostgreSQL,请运行 sudo apt-get install postgresql / PostgreSQL is not installed"
    raise ServerMissing(message)


class LocalPostgres:
    """One server with its own port and data folder, which keep their values over ``kill`` and ``restart``."""

    user = "whistle"
    password = "whistle"

    def __init__(self) -> None:
        self._bin = find_postgres()
        self._owner = _owner()
        self.folder = Path(tempfile.mkdtemp(prefix="whistle-postgres-"))
        self.port = free_port()
        self._server: Child | None = None

    # --- life -----------------------------------------------------------------------------------------------------

    def start(self, *, timeout: float = 60.0) -> LocalPostgres:
        """Make the cluster if there is none yet, start the server and wait until it takes connections."""
        data = self.folder / "data"
        if not data.exists():
            self._initialise(data)
        settings = {
            "port": self.port,
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": self.folder,
            "max_connections": 200,
            "log_min_messages": "warning",
        }
        command = [str(self._bin / "postgres"), "-D", str(data)]
        for name, value in settings.items():
            command += ["-c", f"{name}={value}"]
        # SIGQUIT is PostgreSQL's immediate stop: it also ends its own children.
        self._server = Child(
            command, log=self.folder / "server.log", user=self._owner, death_signal=signal.SIGQUIT
        )
        wait_for(self._is_ready, timeout=timeout, what=f"PostgreSQL, log in {self.folder}")
        return self

    def stop(self) -> None:
        """End the server without waiting for its clients, and delete the folder."""
        if self._server is not None:
            self._server.end(signal.SIGQUIT)
        self._server = None
        shutil.rmtree(self.folder, ignore_errors=True)

    def kill(self) -> None:
        """Kill -9 the server and all its backends."""
        self._running().kill()

    def stop_immediately(self) -> None:
        """``pg_ctl stop -m immediate``: backends end without a farewell, the next start recovers from the log."""
        self._running().end(signal.SIGQUIT)

    def restart(self, *, timeout: float = 60.0) -> LocalPostgres:
        """Stop if running (fast: open transactions are rolled back), then start with the same port and data."""
        if self._server is not None:
            self._server.end(signal.SIGINT)
        (self.folder / "data" / "postmaster.pid").unlink(missing_ok=True)
        return self.start(timeout=timeout)

    def freeze(self) -> None:
        """SIGSTOP the server and its backends: connections stay open and nobody answers."""
        self._send_to_all(signal.SIGSTOP)

    def thaw(self) -> None:
        """SIGCONT."""
        self._send_to_all(signal.SIGCONT)

    @property
    def pid(self) -> int:
        """Process id of the server (its postmaster)."""
        return self._running().pid

    # --- databases ------------------------------------------------------------------------------------------------

    def url(self, database: str = "postgres") -> str:
        """Address of one database, as the superuser."""
        login = f"{self.user}:{self.password}"
        return f"postgresql://{login}@127.0.0.1:{self.port}/{quote(database, safe='')}"

    def create_database(self, name: str) -> str:
        """Create an empty database; its URL."""
        self.execute(f'CREATE DATABASE "{name}"')
        return self.url(name)

    def drop_database(self, name: str) -> None:
        """Drop a database, whoever is connected to it."""
        self.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def execute(self, statement: str, *, database: str = "postgres") -> None:
        """Run one statement as the superuser, outside of a transaction."""
        execute(self.url(database), statement)

    # --- inside ---------------------------------------------------------------------------------------------------

    def _running(self) -> Child:
        if self._server is None:
            message = "the database server has not been started"
            raise RuntimeError(message)
        return self._server

    def _is_ready(self) -> bool:
        self._running().require_running()
        if not accepts(self.port):
            return False
        self.execute("SELECT 1")  # raises while it still recovers
        return True

    def _send_to_all(self, signum: int) -> None:
        """A signal to the postmaster and its present children; some of them come and go by themselves."""
        parent = self.pid
        children = Path(f"/proc/{parent}/task/{parent}/children").read_text()
        for pid in (parent, *map(int, children.split())):
            with suppress(ProcessLookupError):
                os.kill(pid, signum)

    def _initialise(self, data: Path) -> None:
        secret = self.folder / "password"
        secret.write_text(self.password)
        if self._owner is not None:
            os.chown(self.folder, self._owner.uid, self._owner.gid)
            os.chown(secret, self._owner.uid, self._owner.gid)
        done = subprocess.run(
            [
                *(str(self._bin / "initdb"), "-D", str(data), "-U", self.user, f"--pwfile={secret}"),
                *("-A", "scram-sha-256", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"),
            ],
            capture_output=True,
            text=True,
            check=False,
            cwd=self.folder,
            user=None if self._owner is None else self._owner.uid,
            group=None if self._owner is None else self._owner.gid,
            extra_groups=None if self._owner is None else [],
        )
        if done.returncode:
            message = f"initdb: {done.stdout}{done.stderr}"
            raise RuntimeError(message)


def execute(url: str, statement: str) -> None:
    """Run one statement on a connection of its own, outside of a transaction."""
    import psycopg2  # only whoever has PostgreSQL needs its driver

    connection = psycopg2.connect(url, connect_timeout=5)
    try:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(statement)
    finally:
        connection.close()


def _owner() -> User | None:
    """PostgreSQL refuses to run as root: then as the user of its package, else as nobody."""
    if os.getuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return User(uid=entry.pw_uid, gid=entry.pw_gid)
    message = "无法以 root 运行 PostgreSQL / PostgreSQL cannot run as root, and there is no user postgres"
    raise ServerMissing(message)
