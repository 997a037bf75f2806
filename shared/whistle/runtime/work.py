"""
``@work``: a service's own background work, done in the process's ``work`` role.

A method ``method(self, host)`` that finds due rows, does what is to be done outside of any transaction, and
writes down the outcome. It is called once a second and whenever a unit of work said ``wake(<method
name>)``; it returns how much it did and is called again at once until that is 0. It must not matter how
often it is called or by how many processes (design §5.10).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import eventlet
import eventlet.event
import structlog
from nameko.extensions import Entrypoint

from whistle.errors import DependencyDown, Misconfigured, Transient
from whistle.messaging.pause import Pause

log = structlog.get_logger()

SWEEP_SECONDS = 1.0
SIGN_SECONDS = 5.0


class Work(Entrypoint):
    """The entry point behind ``@work``."""

    def __init__(self, *, every: float = SWEEP_SECONDS, **options: Any) -> None:
        self.every = every
        super().__init__(**options)
        self._stopping = False
        self._thread: Any = None
        self._woken = eventlet.event.Event()

    def start(self) -> None:
        host = self.container.config["host"]
        if "work" not in host.roles:
            return
        host.database.on_commit(self._committed)
        self._beat = host.pulse.beat_of(f"work {host.service.name}.{self.method_name}")
        self._thread = self.container.spawn_managed_thread(
            lambda: self._run(host), identifier=self.method_name
        )

    def stop(self) -> None:
        self._stopping = True
        if self._thread:
            self._wake()
            self._thread.wait()

    def _run(self, host: Any) -> None:
        method: Callable[[], int] = getattr(host.service, self.method_name)
        pause = Pause()
        while not self._stopping:
            try:
                with host.pulse.running(f"work {self.method_name}"):
                    done = method()
                self._beat(True)
                pause.reset()
                if not done:
                    self._wait()
            except (DependencyDown, Transient, Misconfigured) as error:
                log.warning("work_pauses", work=self.method_name, error=error.en, seconds=pause.seconds)
                self._beat(False)
                pause.wait()
            except Exception as error:
                # a defect of ours: it must not end the process's other work, and it must be seen
                log.error("work_failed", work=self.method_name, exc_info=error, seconds=pause.seconds)
                self._beat(False)
                pause.wait()

    def _committed(self, unit: Any) -> None:
        if self.method_name in unit.wakes:
            self._wake()

    def _wake(self) -> None:
        if not self._woken.ready():
            self._woken.send(None)

    def _wait(self) -> None:
        """Until it is due or woken. A long pause is no silence: there are signs of life in between."""
        due = time.monotonic() + self.every
        while (left := due - time.monotonic()) > 0 and not self._woken.ready():
            self._woken.wait(timeout=min(left, SIGN_SECONDS))
            self._beat(True)
        if self._woken.ready():
            self._woken = eventlet.event.Event()


work: Callable[..., Any] = Work.decorator
