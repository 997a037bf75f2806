"""
Counting requests for Prometheus, and ``/metrics``.
"""

from __future__ import annotations

from collections.abc import Callable
from ipaddress import ip_address

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from whistle.errors import Forbidden, Unauthenticated
from whistle.http.routes import Call, Request, Response, RouteSpec

_PROXIED = frozenset({"forwarded", "x-forwarded-for"})
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


def route(
    registry: CollectorRegistry, *, connections: Callable[[], float], anybody: bool = False
) -> tuple[RouteSpec, Call]:
    """
    ``GET /metrics`` in Prometheus's text format; ``connections`` tells how many are open, ``anybody`` whether it is for all.
    """
    gauge = Gauge("whistle_http_connections", "Open HTTP connections.", registry=registry)
    gauge.set_function(connections)
    spec = RouteSpec(
        method="GET", path="/metrics", service="http", name="show_metrics", answer_type=CONTENT_TYPE_LATEST
    )

    def show_metrics(request: Request) -> Response:
        if not anybody:
            _require_reader(request)
        return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)

    return spec, show_metrics


def _require_reader(request: Request) -> None:
    """
    This machine itself, or a token of the role ``metrics`` or ``admin``. What a proxy passes on is not from this machine, even
    if the proxy is.

    Raises:
        Unauthenticated, Forbidden.
    """
    who = request.principal
    if who is not None and (who.role == "metrics" or who.may("admin")):
        return
    if not _PROXIED & request.headers.keys() and ip_address(request.remote).is_loopback:
        return
    if who is None:
        raise Unauthenticated(
            "指标只对本机开放;远程读取请带 metrics 角色的令牌",
            "metrics are for this machine; from elsewhere send a token of the role metrics",
        )
    raise Forbidden("需要角色 metrics 或 admin", "this needs the role metrics or admin")
