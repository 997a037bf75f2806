"""
The floor's door: bare eventlet.wsgi.
"""

from __future__ import annotations

import json
import threading
from collections import deque
from collections.abc import Callable
from typing import Any

from spine_parts.floor.bus import BATCH, Outbox


def serve(port: int, url: str, connect: Callable[[], Any]) -> None:
    """POST a case: group-committed like the platform's writes."""
    import eventlet
    import eventlet.event
    import eventlet.wsgi
    from psycopg2.extras import execute_values

    outbox, database = Outbox(url, connect), connect()
    waiting: deque[tuple[dict[str, Any], Any]] = deque()
    woken = threading.Event()

    def commit() -> None:
        number = 0
        while True:
            woken.wait()
            woken.clear()
            while waiting:
                batch = [waiting.popleft() for _ in range(min(BATCH, len(waiting)))]
                for body, _ in batch:
                    number += 1
                    body["no"] = f"26-{number:05d}-0"
                rows = Outbox.rows([("case.filed", body) for body, _ in batch])
                with database.cursor() as cursor:
                    cases = [
                        (b["no"], "filed", b["title"], b["text"], b["district"], "", 1, "{}")
                        for b, _ in batch
                    ]
                    execute_values(
                        cursor,
                        "INSERT INTO cases VALUES %s",
                        cases,
                        template="(%s,%s,%s,%s,%s,%s,%s,now(),%s)",
                        page_size=1000,
                    )
                    lines = [(b["no"], 1, "case.filed", "{}", "", "") for b, _ in batch]
                    execute_values(
                        cursor,
                        "INSERT INTO timeline VALUES %s",
                        lines,
                        template="(%s,%s,%s,%s,%s,%s,now())",
                        page_size=1000,
                    )
                    Outbox.write(cursor, rows)
                database.commit()
                outbox.publish(rows)
                for body, answered in batch:
                    answered.send(body["no"])

    def app(environ: dict[str, Any], start: Any) -> list[bytes]:
        answered = eventlet.event.Event()
        waiting.append((json.loads(environ["wsgi.input"].read()), answered))
        woken.set()
        raw = json.dumps({"no": answered.wait()}).encode()
        start("201 Created", [("Content-Type", "application/json"), ("Content-Length", str(len(raw)))])
        return [raw]

    threading.Thread(target=commit, daemon=True).start()
    eventlet.wsgi.server(eventlet.listen(("127.0.0.1", port)), app, log_output=False)
