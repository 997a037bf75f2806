"""
Makes a process green; called before anything else is imported that could hold on to a lock or a socket.
"""

from __future__ import annotations


def patch() -> None:
    """Replace the standard library's blocking parts by eventlet's; the database driver waits until somebody uses one."""
    import eventlet

    eventlet.monkey_patch(psycopg=False)
