"""
Which service answers which path, for whatever stands in front of several processes.

It follows from the routes that the services declare, so that a new page needs no second place to be named in.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from whistle.errors import Misconfigured
from whistle.runtime.web import RouteEntry

FIRST = "intake"
"""Who answers ``/`` and whatever no other service does."""


def paths_of(services: Sequence[Any]) -> Mapping[str, str]:
    """
    Path prefix → service; the longest prefix counts.

    Raises:
        Misconfigured: two services answer below the same prefix.
    """
    found: dict[str, str] = {}
    for service in services:
        for prefix in set(_prefixes(service)):
            other = found.setdefault(prefix, service.name)
            if other != service.name:
                raise Misconfigured(
                    f"{prefix} 由 {other} 和 {service.name} 两个服务应答",
                    f"both {other} and {service.name} answer below {prefix}",
                )
    return dict(sorted(found.items()))


def nginx_of(paths: Mapping[str, str], upstreams: Mapping[str, str]) -> str:
    """
    What goes into nginx's ``server { … }``.

    Args:
        upstreams: service → ``host:port``.
    """
    lines = [
        "proxy_set_header Host $http_host;",
        "proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;",
        "proxy_set_header X-Forwarded-Proto $scheme;",
        f"location / {{ proxy_pass http://{upstreams[FIRST]}; }}",
    ]
    for prefix, service in paths.items():
        if service != FIRST:
            lines += [
                f"location = {prefix} {{ proxy_pass http://{upstreams[service]}; }}",
                f"location {prefix}/ {{ proxy_pass http://{upstreams[service]}; }}",
            ]
    return "\n".join(lines)


def _prefixes(service: Any) -> Iterator[str]:
    for name in dir(service):
        for entry in getattr(getattr(service, name), "nameko_entrypoints", ()):
            if isinstance(entry, RouteEntry):
                parts = [part for part in entry.spec.path.split("/") if part]
                deep = {"api": 3, "problems": 2}.get(parts[0] if parts else "", 1)
                yield "/" + "/".join(parts[:deep])
