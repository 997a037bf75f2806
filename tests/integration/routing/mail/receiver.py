"""A receiver of webhooks that answers what the test tells it, and remembers what it took."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

from whistle.webhooks import verify


@dataclass
class Receiver:
    """Answers each request with ``answer(number of the letter)``."""

    answer: Callable[[int], int] = lambda _: 204
    requests: list[tuple[int, dict[str, str], bytes]] = field(default_factory=list)
    taken: list[int] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}/in"

    def verified(self, secret: str, now: Any) -> list[str]:
        """The ids of everything that came, each checked with this secret."""
        return [verify(body, headers, secret=secret, now=now) for _, headers, body in self.requests]

    def __enter__(self) -> Self:
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                number = int(json.loads(body)["sequence"])
                status = receiver.answer(number)
                receiver.requests.append((number, dict(self.headers), body))
                if 200 <= status < 300:
                    receiver.taken.append(number)
                self.send_response(status)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                return

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join(10)
        self._server.server_close()
