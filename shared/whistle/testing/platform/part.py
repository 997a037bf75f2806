"""One process of the platform under test."""

from __future__ import annotations

import http.client
import signal
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from whistle.testing.servers.child import Child, free_port
from whistle.testing.waiting import wait_for

WHISTLE = (str(Path(sys.executable).with_name("whistle")),)
"""The command as it is installed beside this interpreter."""
FAULTY = (sys.executable, "-m", "whistle.testing.faults")
"""The same command with a fault inside (:mod:`whistle.testing.faults`)."""
READY_SECONDS = 60.0


class Part:
    """
    A ``whistle`` process that listens on a port of its own; the port and the log file stay over restarts.

    Args:
        arguments: of the ``whistle`` command.
        folder: where its log goes.
        env: its whole environment; ``WHISTLE_HTTP`` is added.
    """

    def __init__(self, name: str, arguments: Sequence[str], *, folder: Path, env: Mapping[str, str]) -> None:
        self.name = name
        self.port = free_port()
        self.log = folder / f"{name}.log"
        self._arguments = tuple(arguments)
        self._env = {**env, "WHISTLE_HTTP": f"127.0.0.1:{self.port}"}
        self._child: Child | None = None

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int:
        """The process id of the present run."""
        return self._running().pid

    @property
    def running(self) -> bool:
        """Whether the process is there."""
        return self._child is not None and self._child.running

    @property
    def exit_code(self) -> int | None:
        """How the last run ended (negative: by that signal); None while it runs."""
        return self._running().exit_code

    def begin(self, *, fault: str = "", **settings: str) -> Part:
        """Start the process, without waiting for it. ``settings`` are changes of its environment."""
        assert not self.running, f"{self.name} runs already"
        env = {**self._env, **settings, **({"WHISTLE_TEST_FAULT": fault} if fault else {})}
        self._child = Child([*(FAULTY if fault else WHISTLE), *self._arguments], log=self.log, env=env)
        return self

    def start(self, *, fault: str = "", **settings: str) -> Part:
        """Start the process and wait until it is ready."""
        return self.begin(fault=fault, **settings).wait_ready()

    def wait_ready(self, timeout: float = READY_SECONDS) -> Part:
        """Wait until ``/readyz`` answers 200; fails at once if the process ends."""
        wait_for(self._ready_or_dead, timeout=timeout, what=f"{self.name} to be ready, log in {self.log}")
        if not self.running:
            raise AssertionError(f"{self.name} ended with {self.exit_code}:\n{self.tail()}")
        return self

    def wait_ended(self, timeout: float = 60.0) -> int:
        """Wait until the process has ended by itself; its exit code."""
        wait_for(lambda: not self.running, timeout=timeout, what=f"{self.name} to end, log in {self.log}")
        code = self.exit_code
        assert code is not None
        return code

    def kill(self) -> None:
        """kill -9, this one process, by its id."""
        self._running().send(signal.SIGKILL)
        self.wait_ended(10)

    def stop(self) -> int:
        """SIGTERM, as a supervisor does it; the exit code."""
        child = self._running()
        child.end(signal.SIGTERM, grace=30)
        assert child.exit_code is not None
        return child.exit_code

    def freeze(self) -> None:
        """SIGSTOP."""
        self._running().send(signal.SIGSTOP)

    def thaw(self) -> None:
        """SIGCONT."""
        self._running().send(signal.SIGCONT)

    def end(self) -> None:
        """Whatever state it is in: gone, with its children."""
        if self._child is not None:
            self._child.kill()

    def ready(self) -> bool:
        """What ``/readyz`` says."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", "/readyz")
            return connection.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    def tail(self, characters: int = 4000) -> str:
        """The end of its log."""
        return (
            self.log.read_text(encoding="utf-8", errors="replace")[-characters:] if self.log.exists() else ""
        )

    def _ready_or_dead(self) -> bool:
        return not self.running or self.ready()

    def _running(self) -> Child:
        assert self._child is not None, f"{self.name} was never started"
        return self._child
