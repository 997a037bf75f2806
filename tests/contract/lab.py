"""
A bench for the stock libraries: nameko services in processes of their own, and a bare broker client beside them.

eventlet patches a whole process, so nothing of it ever runs in the one that runs the tests.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pika

from whistle.testing import wait_for

PRELUDE = """
import os
write = os.write  # eventlet's takes one writer at a time
import eventlet
eventlet.monkey_patch()
import json, logging, sys, time
logging.basicConfig(level=logging.WARNING)
config = json.loads(os.environ["LAB_CONFIG"])
def say(*words):
    write(1, json.dumps(words).encode() + b"\\n")
from kombu import Exchange, Queue
from nameko.messaging import Consumer, Publisher, consume
work = Queue("work", Exchange("work", type="topic", durable=True), routing_key="work", durable=True)
"""

RUN = """
from nameko.runners import ServiceRunner
runner = ServiceRunner(config)
runner.add_service(Service)
runner.start()
say("started")
runner.wait()
"""


class Program:
    """A Python process that talks in lines of JSON (``say``); what it writes to stderr is kept for the failure."""

    def __init__(self, source: str, *, config: dict[str, Any], folder: Path, limit: str = "") -> None:
        script = folder / f"program{len(list(folder.iterdir()))}.py"
        script.write_text(PRELUDE + source)
        self.errors = script.with_suffix(".err")
        self.said: list[list[Any]] = []
        command = [sys.executable, "-W", "ignore", str(script)]
        if limit:  # a shell's ulimit, for this process only
            command = ["sh", "-c", f'{limit}; exec "$@"', "sh", *command]
        with self.errors.open("wb") as errors:
            self.process = subprocess.Popen(
                command,
                stdout=subprocess.PIPE,
                stderr=errors,
                cwd=folder,
                env={**os.environ, "LAB_CONFIG": json.dumps(config)},
            )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.said.append(json.loads(line))

    def heard(self, *words: Any) -> list[list[Any]]:
        """All lines so far that begin with these words."""
        return [line for line in self.said if line[: len(words)] == list(words)]

    def hear(self, *words: Any, times: int = 1, timeout: float = 15) -> list[Any]:
        """Wait until it has said this so often; the line that did it."""
        lines = wait_for(
            lambda: self.heard(*words)[times - 1 :],
            timeout=timeout,
            what=f"{times} × {words}; it said {self.said[-5:]}, stderr in {self.errors}",
        )
        return lines[0]

    def exit_code(self, *, timeout: float = 15) -> int:
        """Wait until the process ends by itself."""
        return self.process.wait(timeout)

    @property
    def running(self) -> bool:
        return self.process.poll() is None

    def kill(self) -> None:
        """Kill -9 and read what it said to the end."""
        self.process.kill()
        self.process.wait(10)
        self._reader.join(10)
        if self.process.stdout is not None:
            self.process.stdout.close()


class Bus:
    """A broker client with no kit around it, one vhost."""

    def __init__(self, url: str) -> None:
        self.url = url
        parameters = pika.URLParameters(url)
        parameters.socket_timeout = parameters.stack_timeout = 5
        self._connection = pika.BlockingConnection(parameters)
        self._channel = self._connection.channel()

    def declare(self, queue: str = "work", **arguments: Any) -> None:
        """A durable queue bound to the exchange of its own name."""
        self._channel.exchange_declare(queue, "topic", durable=True)
        self._channel.queue_declare(queue, durable=True, arguments=arguments or None)
        self._channel.queue_bind(queue, queue, queue)

    def publish(self, body: bytes, *, queue: str = "work", **properties: Any) -> None:
        properties.setdefault("content_type", "application/json")
        self._channel.basic_publish(queue, queue, body, pika.BasicProperties(**properties))

    def consumers(self, queue: str = "work") -> int:
        return self._channel.queue_declare(queue, passive=True).method.consumer_count

    def left(self, queue: str = "work") -> int:
        """Messages in a queue once nobody consumes from it any more: those that nobody acknowledged."""
        wait_for(lambda: not self.consumers(queue), what=f"the end of the consumers of {queue}")
        return self._channel.queue_declare(queue, passive=True).method.message_count

    def get(self, queue: str = "work") -> tuple[Any, Any, bytes]:
        """Take one message: delivery, properties, body."""
        return wait_for(lambda: self._get(queue), what=f"a message in {queue}")

    def _get(self, queue: str) -> tuple[Any, Any, bytes] | None:
        delivery, properties, body = self._channel.basic_get(queue, auto_ack=True)
        return None if delivery is None else (delivery, properties, body)

    def delete(self, queue: str) -> None:
        self._channel.queue_delete(queue)

    def close(self) -> None:
        if self._connection.is_open:
            self._connection.close()
