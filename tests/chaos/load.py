"""Residents who do not give up: cases filed at full speed, each until it has its number."""

from __future__ import annotations

import http.client
import itertools
import json
import threading
import time
from typing import Any, Self

from whistle.simulation.samples import bodies
from whistle.testing import wait_for
from whistle.testing.platform import Platform

DISTRICT = "mawei"
_RUNS = itertools.count(1)


class Filing:
    """
    Files ``count`` cases in the background over several connections. A request that gets no 201 is sent again
    with the same Idempotency-Key, as a caller does who does not know what became of it.

    ``numbers`` are the cases by the title they were filed under, ``slowest`` the longest wait for a 201 in
    seconds.
    """

    def __init__(self, platform: Platform, count: int, *, workers: int = 4) -> None:
        self.count = count
        self.run = f"#{next(_RUNS)}-{id(self):x}"
        self.numbers: dict[str, str] = {}
        self.slowest = 0.0
        self.retried = 0
        self._platform = platform
        self._token = platform.token()
        self._todo = iter(self._bodies())
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._threads = [
            threading.Thread(target=self._work, name="filing", daemon=True) for _ in range(workers)
        ]

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join(30)

    @property
    def filed(self) -> int:
        """How many have their number."""
        return len(self.numbers)

    def wait_for(self, filed: int, *, timeout: float = 60.0) -> None:
        """Wait until so many have their number."""
        wait_for(
            lambda: self.filed >= filed,
            timeout=timeout,
            what=f"{filed} of {self.count} to be filed",
            every=0.002,
        )

    def wait(self, *, timeout: float = 60.0) -> None:
        """Wait until all have."""
        self.wait_for(self.count, timeout=timeout)

    def _bodies(self) -> Any:
        for number, body in enumerate(bodies(self.count, DISTRICT)):
            title = f"{body['title']} {self.run}-{number}"
            yield {**body, "title": title, "source_ref": title}

    def _work(self) -> None:
        while not self._stop.is_set():
            with self._lock:
                body = next(self._todo, None)
            if body is None:
                return
            self._insist(body)

    def _insist(self, body: dict[str, Any]) -> None:
        while not self._stop.is_set():
            begun = time.monotonic()
            number = self._try(body)
            if number is not None:
                with self._lock:
                    self.numbers[body["title"]] = number
                    self.slowest = max(self.slowest, time.monotonic() - begun)
                return
            with self._lock:
                self.retried += 1
            self._stop.wait(0.05)

    def _try(self, body: dict[str, Any]) -> str | None:
        """The number, or None if there was no 201."""
        connection = self._connection()
        headers = {
            "Authorization": f"Bearer {self._token}",
            "Content-Type": "application/json",
            "Idempotency-Key": body["title"].encode().hex()[-200:],
        }
        try:
            payload = json.dumps(body, ensure_ascii=False).encode()
            connection.request("POST", "/api/v1/cases", body=payload, headers=headers)
            answer = connection.getresponse()
            told = answer.read()
        except (OSError, http.client.HTTPException):
            connection.close()
            return None
        assert answer.status in (201, 503), (answer.status, told)
        return str(json.loads(told)["no"]) if answer.status == 201 else None

    def _connection(self) -> http.client.HTTPConnection:
        own = threading.current_thread()
        if not hasattr(own, "connection"):
            port = self._platform.part_for("/api/v1/cases").port
            own.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)  # type: ignore[attr-defined]
        return own.connection  # type: ignore[attr-defined]
