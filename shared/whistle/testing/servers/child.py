"""A server process that is started, frozen, killed and waited for by its process id, and dies with its parent."""

from __future__ import annotations

import ctypes
import os
import random
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


class ServerMissing(RuntimeError):
    """The server is not installed on this machine; the text says what to install."""


def free_port() -> int:
    """
    A port of 127.0.0.1 on which nobody listens.

    Below the range from which the kernel takes ports for outgoing connections, so that a server that was killed finds
    its port still free when it starts again.
    """
    for _ in range(200):
        port = random.randrange(10_240, 32_000)
        with socket.socket() as candidate, suppress(OSError):
            candidate.bind(("127.0.0.1", port))
            return port
    message = "found no free port on 127.0.0.1"
    raise RuntimeError(message)


def accepts(port: int) -> bool:
    """Whether somebody listens on this port of 127.0.0.1."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def die_with_parent(signum: int) -> Callable[[], None] | None:
    """For ``preexec_fn``: the kernel sends ``signum`` to the child when the thread that started it ends (Linux)."""
    if _LIBC is None:
        return None
    prctl = _LIBC.prctl

    def ask() -> None:
        prctl(_PR_SET_PDEATHSIG, signum)

    return ask


@dataclass(frozen=True)
class User:
    """Whom a child runs as."""

    uid: int
    gid: int


class Child:
    """
    One process in a session of its own, its output in a file.

    It dies with the *thread* that started it, so start it from one that lives as long as it is needed.
    """

    def __init__(
        self,
        command: Sequence[str],
        *,
        log: Path,
        env: Mapping[str, str] | None = None,
        user: User | None = None,
        death_signal: int = signal.SIGKILL,
    ) -> None:
        self.log = log
        with log.open("ab") as output:
            self._process = subprocess.Popen(
                list(command),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=dict(env) if env is not None else None,
                cwd=log.parent,
                start_new_session=True,
                preexec_fn=die_with_parent(death_signal),  # noqa: PLW1509 - one call of the kernel, no lock
                user=user.uid if user else None,
                group=user.gid if user else None,
                extra_groups=[] if user else None,
            )

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def running(self) -> bool:
        """Whether it has not ended yet; a frozen one is running."""
        return self._process.poll() is None

    @property
    def exit_code(self) -> int | None:
        """How it ended: negative is the signal that killed it; None while it runs."""
        return self._process.poll()

    def require_running(self) -> None:
        """Raise with the end of the log if it ended by itself: waiting longer would be in vain."""
        if not self.running:
            message = f"{self._process.args!r} ended with {self._process.returncode}:\n{self.tail()}"
            raise RuntimeError(message)

    def tail(self, characters: int = 3000) -> str:
        """The end of what it wrote."""
        return self.log.read_text(encoding="utf-8", errors="replace")[-characters:]

    def send(self, signum: int) -> None:
        """Send a signal to this process, if it still runs."""
        if self.running:
            os.kill(self._process.pid, signum)

    def end(self, signum: int, *, grace: float = 10.0) -> None:
        """Send a signal and wait for the end; after ``grace`` seconds kill -9 the whole session."""
        self.send(signal.SIGCONT)
        self.send(signum)
        try:
            self._process.wait(grace)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self) -> None:
        """Kill -9, its own children too."""
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait(10)
