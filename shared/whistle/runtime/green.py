"""
What a green process needs of its database driver (design §6).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import eventlet

from whistle.errors import DependencyDown
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


def make_driver_green(database: Database[Any]) -> None:
    """Let psycopg2 wait as a green thread does, or it would block the whole process at every query."""
    if database.engine.dialect.name == "postgresql":
        from eventlet.support import psycopg2_patcher

        psycopg2_patcher.make_psycopg_green()
