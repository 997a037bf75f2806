"""
Counting requests for Prometheus, and ``/metrics``.
"""

from __future__ import annotations

from collections.abc import Callable

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from whistle.http.routes import Call, Request, Response, RouteSpec

_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


class HttpMetrics:
    """
    Requests by service, route pattern and status, and how long they took. One per process; ``registry`` is the process's own.
    """

    def __init__(self, registry: CollectorRegistry) -> None:
        self._requests = Counter(
            "whistle_http_requests",
            "HTTP requests by service, method, route and status.",
            ("service", "method", "route", "status"),
            registry=registry,
        )
        self._seconds = Histogram(
            "whistle_http_request_seconds",
            "Seconds from the head of a request to its answer.",
            ("service", "route"),
            buckets=_BUCKETS,
            registry=registry,
        )
        self._children: dict[tuple[str, str, str, int], tuple[Counter, Histogram]] = {}

    def observe(self, spec: RouteSpec | None, *, status: int, seconds: float) -> None:
        """Count one answer; ``spec`` None is what never found a route."""
        key = (spec.service, spec.method, spec.path, status) if spec else ("", "", "-", status)
        found = self._children.get(key)
        if found is None:
            service, method, route, _ = key
            counter = self._requests.labels(service, method, route, str(status))
            found = self._children[key] = (counter, self._seconds.labels(service, route))
        found[0].inc()
        found[1].observe(seconds)


def route(registry: CollectorRegistry, *, connections: Callable[[], float]) -> tuple[RouteSpec, Call]:
    """``GET /metrics`` in Prometheus's text format; ``connections`` tells how many are open."""
    gauge = Gauge("whistle_http_connections", "Open HTTP connections.", registry=registry)
    gauge.set_function(connections)
    spec = RouteSpec(
        method="GET", path="/metrics", service="http", name="show_metrics", answer_type=CONTENT_TYPE_LATEST
    )

    def show_metrics(_request: Request) -> Response:
        return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)

    return spec, show_metrics
