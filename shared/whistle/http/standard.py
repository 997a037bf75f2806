"""
The pages that every process has: health, metrics, the API's description, static files.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from prometheus_client import CollectorRegistry

from whistle.http import health, metrics, openapi, staticfiles
from whistle.http.health import Health
from whistle.http.problem_page import STATIC
from whistle.http.server import HttpServer


def attach(
    server: HttpServer,
    *,
    checks: Health,
    registry: CollectorRegistry,
    version: str,
    static: Mapping[str, Path],
) -> None:
    """
    Register ``/livez /readyz /version /metrics /openapi.json /static/<service>/…`` on a server.

    Args:
        checks: may be added to afterwards.
        registry: the process's own, shown under ``/metrics``.
        static: folder of static files by service.
    """

    def services() -> list[str]:
        return sorted({spec.service for spec in server.specs()} - {"http"})

    files = staticfiles.StaticFiles()
    for service, folder in {"http": STATIC, **static}.items():
        files.add(service, folder)
    for spec, call in (
        *health.routes(checks, version=version, services=services),
        metrics.route(registry, connections=lambda: server.connections, anybody=server.settings.metrics_open),
        openapi.route(server.specs, version=version),
        staticfiles.route(files),
    ):
        server.register(spec, call)
