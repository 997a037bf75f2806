"""
What a green process needs of its database driver (design §6).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import eventlet

from whistle.errors import DependencyDown, Misconfigured
from whistle.storage import Database


@contextmanager
def connect_deadline(seconds: float) -> Iterator[None]:
    """
    Bounds a connect; ``connect_timeout`` is ignored by a green psycopg2.

    Raises:
        DependencyDown: it took longer.
    """
    late = DependencyDown("连接数据库超时", f"no connection to the database within {seconds:.0f} s")
    with eventlet.Timeout(seconds, late):
        yield


def require_green_driver(database: Database[Any]) -> None:
    """
    Raises:
        Misconfigured: psycopg2 would block the whole process at every query.
    """
    if database.engine.dialect.name != "postgresql":
        return
    from psycopg2.extensions import get_wait_callback

    if get_wait_callback() is None:
        raise Misconfigured(
            "数据库驱动未与 eventlet 配合,整个进程会被阻塞",
            "psycopg2 is not green: the process was not monkey-patched first",
        )
