"""
One process of the floor.
"""

from __future__ import annotations

import sys
from typing import Any

from spine_parts.floor.bus import consume
from spine_parts.floor.steps import follow, notify, route
from spine_parts.floor.web import serve


def main() -> None:
    role, port, url, database_url = sys.argv[1:]
    if role == "http":
        import eventlet

        eventlet.monkey_patch()
    import psycopg2

    def connect() -> Any:
        return psycopg2.connect(database_url)

    if role == "http":
        serve(int(port), url, connect)
    consume(role, url, connect, {"route": route, "follow": follow, "notify": notify}[role])


if __name__ == "__main__":
    main()
