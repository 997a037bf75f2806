"""
Makes a process green; called before anything else is imported that could hold on to a lock or a socket.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from typing import Any

LookUp = Callable[..., Any]
RESOLVERS = 8
"""Names that are looked up at the same time; more wait for one another, not the process for them."""


def patch() -> None:
    """Replace the standard library's blocking parts by eventlet's; the database driver waits until somebody uses one."""
    # eventlet's own resolver reads neither nsswitch.conf nor what the system has cached, and takes 20 MB.
    os.environ.setdefault("EVENTLET_NO_GREENDNS", "yes")
    import eventlet

    eventlet.monkey_patch(psycopg=False)
    _resolve_aside()


def _resolve_aside() -> None:
    """Names are looked up as the system does it, by a thread aside, so that a slow name server delays only who asked."""
    import socket

    from eventlet import tpool
    from eventlet.green import socket as green

    tpool.set_num_threads(RESOLVERS)
    for name in ("getaddrinfo", "gethostbyname", "gethostbyaddr"):
        aside = _aside(getattr(socket, name), tpool.execute)
        setattr(socket, name, aside)
        setattr(green, name, aside)


def _aside(look_up: LookUp, execute: Callable[..., Any]) -> LookUp:
    def looked_up(host: str | bytes | None, *arguments: Any, **named: Any) -> Any:
        if host is None or _is_address(host):
            return look_up(host, *arguments, **named)
        return execute(look_up, host, *arguments, **named)

    return looked_up


def _is_address(host: str | bytes) -> bool:
    import socket

    text = host if isinstance(host, str) else host.decode("ascii", "replace")
    for family in (socket.AF_INET, socket.AF_INET6):
        with suppress(OSError):
            socket.inet_pton(family, text.partition("%")[0])
            return True
    return False
