"""
What the listener allows: addresses, limits of size, limits of time.
"""

from __future__ import annotations

from dataclasses import dataclass


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
    trusted_proxies: tuple[str, ...] = ()
