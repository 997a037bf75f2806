"""
What the listener allows: addresses, limits of size, limits of time.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self

from whistle.errors import Misconfigured


@dataclass(frozen=True, kw_only=True)
class HttpSettings:
    """
    Sizes in bytes, times in seconds (measured on the monotonic clock).

    Args:
        port: 0 takes a free one.
        max_connections: beyond it a caller gets 503 at once.
        max_head, max_headers, max_target: request line and headers together, number of headers, length of the URL.
        max_body: default of routes that name none.
        max_bodies: all bodies being read at the same time, together.
        header_timeout: from the first byte of a request (or from accept) to its last header.
        body_timeout: for the body, plus the time it takes at ``min_rate`` bytes/s.
        idle_timeout: a kept-alive connection without a request.
        write_timeout: for the answer, plus the time it takes at ``min_rate``.
        public_url: what residents type; decides ``https`` for cookies when no trusted proxy says so.
        metrics_open: whether anybody may read ``/metrics``, not only this machine and who has a token for it.
        trusted_proxies: addresses whose ``X-Forwarded-For`` and ``X-Forwarded-Proto`` are believed.
    """

    host: str = "127.0.0.1"
    port: int = 8000
    backlog: int = 512
    max_connections: int = 1000
    max_head: int = 32 * 1024
    max_headers: int = 100
    max_target: int = 8 * 1024
    max_body: int = 1024 * 1024
    max_bodies: int = 64 * 1024 * 1024
    header_timeout: float = 10.0
    body_timeout: float = 20.0
    idle_timeout: float = 30.0
    write_timeout: float = 20.0
    min_rate: int = 8 * 1024
    public_url: str = ""
    metrics_open: bool = False
    trusted_proxies: tuple[str, ...] = ()

    @classmethod
    def listening_on(cls, address: str, **rest: Any) -> Self:
        """
        Settings from ``WHISTLE_HTTP``: ``127.0.0.1:8000``, ``0.0.0.0:8000``, ``[::1]:8000`` or ``:8000`` (all addresses).

        Raises :class:`Misconfigured` for anything else.
        """
        host, colon, port = address.strip().rpartition(":")
        if (
            not colon
            or not port.isascii()
            or not port.isdigit()
            or int(port) > 65535
            or (":" in host and host[0] != "[")
        ):
            raise Misconfigured(
                f"WHISTLE_HTTP 应为 地址:端口，如 127.0.0.1:8000，而不是 {address!r}",
                f"WHISTLE_HTTP must be host:port like 127.0.0.1:8000, not {address!r}",
            )
        return cls(host=host.strip("[]") or "0.0.0.0", port=int(port), **rest)
