"""A RabbitMQ node of one's own, of the distribution's package (Debian 12: 3.10.8), without systemd and without root."""

from __future__ import annotations

import itertools
import os
import secrets
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

from whistle.testing.servers.child import Child, ServerMissing, accepts, free_port
from whistle.testing.servers.rabbit_admin import ErlangAdmin
from whistle.testing.waiting import wait_for
from whistle.topology.broker_admin import BrokerAdmin

_COUNT = itertools.count(1)

_CONFIGURATION = """\
listeners.tcp.1 = 127.0.0.1:{amqp}
default_user = {user}
default_pass = {password}
default_user_tags.administrator = true
default_user_tags.impersonator = true
loopback_users = none
disk_free_limit.absolute = 50MB
heartbeat = 60
log.console = false
management.tcp.ip = 127.0.0.1
management.tcp.port = {management}
"""


def find_rabbit() -> Path:
    """
    The folder of ``rabbitmq-server`` and ``rabbitmqctl`` themselves.

    Debian's commands on PATH are wrappers that change to the user ``rabbitmq``; the scripts behind them do not.
    """
    for folder in (
        Path("/usr/lib/rabbitmq/bin"),
        *sorted(Path("/usr/lib/rabbitmq/lib").glob("rabbitmq_server-*/sbin")),
    ):
        if (folder / "rabbitmq-server").exists():
            return folder
    found = shutil.which("rabbitmq-server")
    if found:
        return Path(found).resolve().parent
    message = "没有 RabbitMQ,请运行 sudo apt-get install rabbitmq-server / RabbitMQ is not installed"
    raise ServerMissing(message)


class LocalRabbit:
    """
    One node with its own epmd, cookie, ports and data folder, which keep their values over ``kill`` and ``restart``.

    Args:
        management: also start the management plugin (``management_url``); slower.
    """

    user = "whistle"
    password = "whistle"

    def __init__(self, *, management: bool = False) -> None:
        self._bin = find_rabbit()
        self.management = management
        self.folder = Path(tempfile.mkdtemp(prefix="whistle-rabbit-"))
        self.port = free_port()
        self.management_port = free_port()
        self.node = f"whistle{os.getpid()}x{next(_COUNT)}@localhost"
        self._cookie = secrets.token_hex(16)
        self._epmd_port = free_port()
        self._epmd: Child | None = None
        self._server: Child | None = None
        self._frozen = False
        self._env = self._write_folder()

    # --- life -----------------------------------------------------------------------------------------------------

    def start(self, *, timeout: float = 60.0) -> LocalRabbit:
        """Start the node and wait until it takes connections."""
        if self._epmd is None or not self._epmd.running:
            self._epmd = Child(
                ["epmd", "-port", str(self._epmd_port), "-address", "127.0.0.1"],
                log=self.folder / "epmd.log",
                env=self._env,
            )
        # `detached` makes the script exec the Erlang VM, so that this very process is the broker.
        self._server = Child(
            [str(self._bin / "rabbitmq-server")], log=self.folder / "server.log", env=self._env
        )
        wait_for(
            self._is_ready, timeout=timeout, what=f"RabbitMQ {self.node}, log in {self.folder}", every=0.05
        )
        return self

    def stop(self) -> None:
        """End everything that was started, and delete the folder."""
        if self._server is not None:
            self._server.end(signal.SIGTERM)
        if self._epmd is not None:
            self._epmd.kill()
        self._server = self._epmd = None
        shutil.rmtree(self.folder, ignore_errors=True)

    def kill(self, *, settle: bool = True) -> None:
        """
        Kill -9, as a crash would; messages that were confirmed stay.

        RabbitMQ 3.10 writes its registry of quorum queues three seconds late: a queue that is younger is unusable after a
        crash. Where a test means the messages and not that, ``settle`` has the registry written first.
        """
        if settle and not self._frozen:
            self.eval("[dets:sync(Table) || Table <- dets:all()].")
        self._frozen = False
        self._running().kill()

    def restart(self, *, timeout: float = 60.0) -> LocalRabbit:
        """Stop if running (orderly), then start with the same ports and data."""
        if self._server is not None and self._server.running:
            self._server.end(signal.SIGTERM, grace=20)
        return self.start(timeout=timeout)

    def freeze(self) -> None:
        """SIGSTOP: connections stay open and nobody answers."""
        self._running().send(signal.SIGSTOP)
        self._frozen = True

    def thaw(self) -> None:
        """SIGCONT."""
        self._running().send(signal.SIGCONT)
        self._frozen = False

    @property
    def pid(self) -> int:
        """Process id of the broker."""
        return self._running().pid

    # --- addresses ------------------------------------------------------------------------------------------------

    def url(self, vhost: str = "/") -> str:
        """AMQP URL of one vhost, as the administrator."""
        return self.url_for(self.user, self.password, vhost)

    def url_for(self, user: str, password: str, vhost: str = "/") -> str:
        """AMQP URL of one vhost for some user."""
        return f"amqp://{quote(user, safe='')}:{quote(password, safe='')}@127.0.0.1:{self.port}/{quote(vhost, safe='')}"

    @property
    def management_url(self) -> str:
        """HTTP API of the management plugin, with the administrator's name and password."""
        return f"http://{self.user}:{self.password}@127.0.0.1:{self.management_port}"

    # --- administration -------------------------------------------------------------------------------------------

    @property
    def admin(self) -> BrokerAdmin:
        """Makes users."""
        return ErlangAdmin(self.eval)

    def add_vhost(self, name: str) -> str:
        """Create a vhost on which the administrator may do everything; its URL."""
        self.eval(
            f'rabbit_vhost:add(<<"{name}">>, <<"whistle">>), rabbit_auth_backend_internal:set_permissions('
            f'<<"{self.user}">>, <<"{name}">>, <<".*">>, <<".*">>, <<".*">>, <<"whistle">>).'
        )
        return self.url(name)

    def delete_vhost(self, name: str) -> None:
        """Delete a vhost with its queues; connections to it are closed by the broker."""
        self.eval(f'rabbit_vhost:delete(<<"{name}">>, <<"whistle">>).')

    def set_disk_alarm(self, on: bool) -> None:
        """Raise or clear the broker's disk alarm: while it lasts, publishers are blocked."""
        self.ctl("set_disk_free_limit", "9999GB" if on else "50MB")
        wait_for(lambda: self._has_alarm() is on, what=f"disk alarm {'on' if on else 'off'}")

    def ctl(self, *arguments: str, timeout: float = 60.0) -> str:
        """Run ``rabbitmqctl``; its output. Takes about half a second."""
        done = subprocess.run(
            [str(self._bin / "rabbitmqctl"), "--quiet", "--node", self.node, *arguments],
            env=self._env,
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )
        if done.returncode:
            message = f"rabbitmqctl {' '.join(arguments)}: {done.stdout}{done.stderr}"
            raise RuntimeError(message)
        return done.stdout

    def eval(self, code: str) -> str:
        """Evaluate one line of Erlang inside the broker (``erl_call``: some milliseconds); what it answers."""
        if shutil.which("erl_call") is None:
            return self.ctl("eval", code)
        done = subprocess.run(
            ["erl_call", "-c", self._cookie, "-sname", self.node, "-e"],
            input=f"{code}\n",
            env=self._env,
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )
        if "failed to connect" in done.stderr + done.stdout:  # a busy machine; rabbitmqctl waits longer
            return self.ctl("eval", code)
        if done.returncode or not done.stdout.startswith("{ok"):
            message = f"{code}: {done.stdout}{done.stderr}"
            raise RuntimeError(message)
        return done.stdout

    # --- inside ---------------------------------------------------------------------------------------------------

    def _running(self) -> Child:
        if self._server is None:
            message = "the broker has not been started"
            raise RuntimeError(message)
        return self._server

    def _is_ready(self) -> bool:
        server = self._running()
        server.require_running()
        return accepts(self.port) and (not self.management or accepts(self.management_port))

    def _has_alarm(self) -> bool:
        return "disk" in self.eval("rabbit_alarm:get_alarms().")

    def _write_folder(self) -> dict[str, str]:
        """Write the node's configuration; the environment that points to it and to nothing of the machine."""
        ports = {"amqp": self.port, "management": self.management_port}
        text = _CONFIGURATION.format(user=self.user, password=self.password, **ports)
        if not self.management:
            text = "".join(
                line for line in text.splitlines(keepends=True) if not line.startswith("management.")
            )
        (self.folder / "rabbitmq.conf").write_text(text)
        (self.folder / "enabled_plugins").write_text(
            "[rabbitmq_management].\n" if self.management else "[].\n"
        )
        cookie = self.folder / ".erlang.cookie"
        cookie.write_text(self._cookie)
        cookie.chmod(0o400)
        env = {
            "PATH": os.environ.get("PATH", "/usr/bin:/bin"),
            "HOME": str(self.folder),
            "LANG": "C.UTF-8",
            "detached": "1",
            "ERL_CRASH_DUMP": str(self.folder / "erl_crash.dump"),
            "ERL_EPMD_PORT": str(self._epmd_port),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "RABBITMQ_CONF_ENV_FILE": "/dev/null",
            "RABBITMQ_CONFIG_FILE": str(self.folder / "rabbitmq.conf"),
            "RABBITMQ_DIST_PORT": str(free_port()),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(self.folder / "enabled_plugins"),
            "RABBITMQ_LOG_BASE": str(self.folder / "log"),
            "RABBITMQ_MNESIA_BASE": str(self.folder / "data"),
            "RABBITMQ_NODENAME": self.node,
            "RABBITMQ_NODE_PORT": str(self.port),
            "RABBITMQ_PID_FILE": str(self.folder / "pid"),
        }
        plugins = self._bin.resolve() / "rabbitmq-server"
        plugins = plugins.resolve().parent.parent / "plugins"
        if not self.management and plugins.is_dir():
            env["RABBITMQ_PLUGINS_DIR"] = str(_link_needed(plugins, self.folder / "plugins"))
        return env


def _link_needed(plugins: Path, folder: Path) -> Path:
    """Links to what the broker itself needs: it looks into every plugin there is at each start, which takes seconds."""
    folder.mkdir()
    for one in _without_plugins(plugins):
        (folder / one.name).symlink_to(one)
    return folder


def _without_plugins(plugins: Path) -> Iterator[Path]:
    for one in plugins.iterdir():
        if not one.name.startswith("rabbitmq_") or one.name.startswith("rabbitmq_prelaunch"):
            yield one
