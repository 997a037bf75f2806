"""
The nameko container of one service, made safe: one service instance, roles, and no death from a single bad
call.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import structlog
from nameko.containers import ServiceContainer, WorkerContext

from whistle.log import log_as
from whistle.runtime.host import Host

log = structlog.get_logger()


class Container(ServiceContainer):
    """
    Hosts one service class. nameko builds a new service instance for each call; ours has one, whose
    dependencies are injected once, since the kit's entry points hand each call its unit of work instead.
    """

    def __init__(self, service_class: type, host: Host) -> None:
        super().__init__(service_class, {"host": host})
        self.host = host

    def start(self) -> None:
        self.dependencies.all.setup()
        service = self.service_cls()
        for provider in self.dependencies:
            context = WorkerContext(self, service, provider)
            setattr(service, provider.attr_name, provider.get_dependency(context))
        self.host.service = service
        super().start()

    def spawn_managed_thread(self, fn: Callable[[], Any], identifier: str | None = None) -> Any:
        """Every line that is logged in a thread of the service names the service."""
        run = log_as(self.service_name, fn)
        return super().spawn_managed_thread(run, identifier or getattr(fn, "__name__", "<unnamed>"))

    def _handle_thread_exited(self, gt: Any) -> None:
        try:
            gt.wait()
        except BaseException as error:
            if type(error).__name__ == "GreenletExit":
                return
            log.critical("thread_ended", service=self.service_name, exc_info=error)
            self.kill((type(error), error, error.__traceback__))
