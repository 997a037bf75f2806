"""
One running child process of a district's plugin: its two sockets, what it said, how it ended.

Plain sockets, selectors and subprocess: works in threads and, when the interpreter was monkey-patched before this module
was imported, green.
"""

from __future__ import annotations

import contextlib
import dataclasses
import os
import selectors
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from whistle.contracts.plugin import Facts
from whistle.errors import PluginFailed
from whistle.plugins.host.wire import MAX_ANSWER, Frames, frame
from whistle.plugins.loader import Pack
from whistle.plugins.problems import Problem, complaint

_LOG_TAIL = 16 * 1024
_CHUNK = 1 << 18
_MOST_ROSTERS = 16
_PATIENCE = 0.5


@dataclasses.dataclass(frozen=True, kw_only=True)
class Limits:
    """What a plugin may use: ``call`` seconds per case, ``start`` seconds to load, ``memory`` bytes of address space."""

    call: float = 1.0
    start: float = 10.0
    memory: int = 512 * 2**20


class Died(Exception):
    """The process hung up."""


class Process:
    """One running child: its two sockets, what it said, how it ended."""

    def __init__(self, pack: Pack, limits: Limits) -> None:
        self._rosters: list[Facts] = []
        self.frames = Frames(MAX_ANSWER)
        self.log = bytearray()
        self.version = pack.version
        self.isolation: dict[str, str] = {}
        self._wire, self._log_end, self.popen = _connected(pack.district)
        self._wire.setblocking(False)
        self._log_end.setblocking(False)
        self._log_open = True
        paths = [str(Path(path).absolute()) for path in (*pack.paths, *sys.path)]
        self._first = frame(
            {
                "entry": pack.entry,
                "folder": str(pack.folder.resolve()),
                "paths": list(dict.fromkeys(paths)),
                "memory": limits.memory,
                "settings": dict(pack.tables.settings),
                "budget": limits.start,
            }
        )

    def greet(self, budget: float) -> None:
        """Wait until the pack is loaded. Raises Misconfigured if it was refused, PluginFailed or Died otherwise."""
        hello = self.ask(self._first, budget)
        if not isinstance(hello, dict) or ("refused" not in hello and "version" not in hello):
            raise PluginFailed("插件进程问候无效", "the plugin's process did not say hello")
        if "refused" in hello:
            raise complaint([Problem(**problem) for problem in hello["refused"]])
        self.version, self.isolation = str(hello["version"]), dict(hello["isolation"])

    def ask(self, data: bytes, budget: float) -> Any:
        """Send all of ``data`` and wait for one frame, ``budget`` seconds at most. Raises PluginFailed, Died."""
        deadline = time.monotonic() + budget
        left = memoryview(data)
        while (value := self.frames.next()) is None:
            if time.monotonic() >= deadline:
                raise PluginFailed(
                    f"插件 {budget:g} 秒内未答复", f"the plugin did not answer within {budget:g} s"
                )
            with selectors.DefaultSelector() as ready:
                ready.register(self._wire, selectors.EVENT_READ | (selectors.EVENT_WRITE if left else 0))
                if self._log_open:
                    ready.register(self._log_end, selectors.EVENT_READ)
                ready.select(max(0.0, deadline - time.monotonic()))
            self._drain()
            left = self._exchange(left)
        self._drain()  # what was printed before the answer is there by now
        return value

    def _exchange(self, left: memoryview) -> memoryview:
        try:
            if left:
                left = left[self._wire.send(left[:_CHUNK]) :]
        except BlockingIOError:
            pass
        except OSError as error:
            raise Died from error
        try:
            data = self._wire.recv(_CHUNK)
        except BlockingIOError:
            return left
        except OSError as error:
            raise Died from error
        if not data:
            raise Died
        self.frames.feed(data)
        return left

    def _drain(self) -> None:
        """Move what the plugin printed so far into the bounded tail."""
        try:
            data = self._log_end.recv(_CHUNK)
        except OSError:
            return
        self._log_open = bool(data)
        self.log = (self.log + data)[-_LOG_TAIL:]

    def alive(self) -> bool:
        """Whether it still runs. Does not reap, so that its process group cannot be somebody else's yet."""
        if self.popen.returncode is not None:
            return False
        with contextlib.suppress(ChildProcessError):
            return os.waitid(os.P_PID, self.popen.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None
        return False

    def end(self, *, hung_up: bool = False) -> str:
        """
        Kill the whole group, reap, and say how the process ended: ``exit 3``, ``SIGSEGV``.

        ``hung_up`` says that the process closed its socket, so it is given a moment to tell by its exit why.
        """
        if self.popen.returncode is None:
            deadline = time.monotonic() + _PATIENCE
            while hung_up and self.alive() and time.monotonic() < deadline:
                time.sleep(0.002)
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.popen.pid, signal.SIGKILL)
            with contextlib.suppress(
                subprocess.TimeoutExpired
            ):  # stuck in the kernel: reaped whenever it comes free
                self.popen.wait(_PATIENCE)
        self._drain()
        self._wire.close()
        self._log_end.close()
        return _ending(self.popen.returncode)

    def number_rosters(self, facts: Sequence[Facts]) -> tuple[list[int], dict[int, Facts], bool]:
        """
        Which roster each of ``facts`` uses, the ones the child does not know yet, and whether it must forget the old.
        """
        known = len(self._rosters)
        numbers = [self._number(one) for one in facts]
        if len(self._rosters) <= max(_MOST_ROSTERS, known) or not known:
            return numbers, dict(enumerate(self._rosters[known:], start=known)), False
        self._rosters = []
        numbers = [self._number(one) for one in facts]
        return numbers, dict(enumerate(self._rosters)), True

    def _number(self, facts: Facts) -> int:
        for number, known in enumerate(self._rosters):
            if known.parties is facts.parties and known.grid is facts.grid:
                return number
        for number, known in enumerate(self._rosters):
            if known.parties == facts.parties and known.grid == facts.grid:
                return number
        self._rosters.append(facts)
        return len(self._rosters) - 1


def _connected(district: str) -> tuple[socket.socket, socket.socket, subprocess.Popen[bytes]]:
    """A started child with our ends of its protocol and of its output. Raises PluginFailed if the system refuses."""
    ours: list[socket.socket] = []
    try:
        wire, theirs = socket.socketpair()
        ours.append(wire)
        log, log_theirs = socket.socketpair()
        ours.append(log)
        return wire, log, _spawn(district, theirs, log_theirs)
    except OSError as error:
        for end in ours:
            end.close()
        raise PluginFailed(f"无法启动插件进程: {error}", f"the process cannot be started: {error}") from error


def _spawn(district: str, wire: socket.socket, log: socket.socket) -> subprocess.Popen[bytes]:
    """Start the child in a session of its own, with a bare environment: no secret of ours is in it."""
    environment = {
        "PYTHONPATH": os.pathsep.join(str(Path(path).absolute()) for path in sys.path),
        "PYTHONHASHSEED": "0",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONUTF8": "1",
        "PATH": os.defpath,
        "LC_ALL": "C.UTF-8",
    }
    for end in (wire, log):
        os.set_blocking(end.fileno(), True)  # a green socket is not, and the child shares that flag
    try:
        return subprocess.Popen(
            [sys.executable, "-s", "-P", "-m", "whistle.plugins.host", district, str(wire.fileno())],
            stdin=subprocess.DEVNULL,
            stdout=log.fileno(),
            stderr=log.fileno(),
            pass_fds=(wire.fileno(),),
            start_new_session=True,
            cwd="/",
            env=environment,
        )
    finally:
        wire.close()
        log.close()


def _ending(code: int | None) -> str:
    if code is None or code >= 0:
        return f"exit {code}"
    try:
        return signal.Signals(-code).name
    except ValueError:
        return f"signal {-code}"
