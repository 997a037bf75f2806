"""
Processor time of a database server's processes, from /proc (Linux; elsewhere 0).
"""

from __future__ import annotations

import os
from pathlib import Path

import sqlalchemy as sa


def seconds_of(engine: sa.Engine) -> float:
    """Seconds that the server's processes used so far; SQLite has none: it works in ours."""
    if engine.dialect.name != "postgresql" or not Path("/proc").exists():
        return 0.0
    with engine.connect() as connection:
        backend = connection.scalar(sa.text("SELECT pg_backend_pid()"))
    postmaster = _stat(backend)[1]
    children = Path(f"/proc/{postmaster}/task/{postmaster}/children").read_text().split()
    ticks = sum(sum(int(ticks) for ticks in _stat(pid)[11:13]) for pid in (postmaster, *children))
    return ticks / os.sysconf("SC_CLK_TCK")


def _stat(pid: int | str) -> list[str]:
    """What /proc tells of a process behind its name: state, parent … user and system ticks (proc(5))."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
