"""
Requests per second of a small JSON POST on kept-alive connections: whistle.http beside a bare eventlet.wsgi application.

Both run in the same run, each in a process of its own, asked by the same client (plain sockets, some connections in turn), so that
the ratio means something on any machine. ``python bench/http_floor.py [--seconds N] [--connections N] [--json]``
"""

from __future__ import annotations

import argparse
import json
import os
import selectors
import socket
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BODY = json.dumps({"text": "幸福路 12 号路灯不亮", "grid": "350105001", "n": 3}, ensure_ascii=False).encode()
REQUEST = (
    b"POST /api/v1/cases HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
    b"Accept: application/json\r\nUser-Agent: bench\r\nContent-Length: %d\r\n\r\n" % len(BODY)
) + BODY

BARE = """
import eventlet; eventlet.monkey_patch()
import eventlet.wsgi, json
def app(environ, start_response):
    body = json.loads(environ["wsgi.input"].read())
    answer = json.dumps({"ok": True, "text": body["text"]}, ensure_ascii=False).encode()
    start_response("201 Created", [("Content-Type", "application/json")])
    return [answer]
listener = eventlet.listen(("127.0.0.1", 0))
print(listener.getsockname()[1], flush=True)
eventlet.wsgi.server(listener, app, log_output=False)
"""

OURS = """
import eventlet; eventlet.monkey_patch()
import sys, threading
sys.path.insert(0, sys.argv[1])
import structlog
from marshmallow import Schema, fields
from whistle.auth import Tokens
from whistle.clock import SystemClock
from whistle.http.routes import RouteSpec
from whistle.http.server import HttpServer
from whistle.http.settings import HttpSettings
quiet = sys.argv[2] == "quiet"
structlog.configure(
    processors=[structlog.processors.add_log_level, structlog.processors.TimeStamper(fmt="iso", utc=True),
                structlog.processors.JSONRenderer()],
    wrapper_class=structlog.make_filtering_bound_logger(30 if quiet else 20),
    logger_factory=structlog.WriteLoggerFactory(open("/dev/null", "w")),
)
class Body(Schema):
    text = fields.String(required=True)
    grid = fields.String()
    n = fields.Integer()
server = HttpServer(HttpSettings(port=0), Tokens("abcdefghijklmnopqrstuvwxyz0123456789", SystemClock()), SystemClock())
spec = RouteSpec(method="POST", path="/api/v1/cases", body=Body, status=201)
server.register(spec, lambda request: {"ok": True, "text": request.body["text"]})
server.start()
print(server.port, flush=True)
threading.Event().wait()
"""


@dataclass(frozen=True)
class Finding:
    """One server measured: requests/s, and its CPU in microseconds a request."""

    server: str
    requests_per_second: int
    cpu_us: int
    p50_ms: float
    p99_ms: float


def measure(name: str, code: str, arguments: list[str], *, seconds: float, connections: int) -> Finding:
    """Start the server, warm it up, ask it for some seconds, end it."""
    command = [sys.executable, "-W", "ignore", "-c", code, *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            port = int(process.stdout.readline())
            ask(port, seconds=0.5, connections=connections)
            before = cpu_seconds(process.pid)
            started = time.monotonic()
            waits = ask(port, seconds=seconds, connections=connections)
            took = time.monotonic() - started
            cpu = cpu_seconds(process.pid) - before
        finally:
            process.terminate()
    waits.sort()
    return Finding(
        name,
        round(len(waits) / took),
        round(cpu / len(waits) * 1e6),
        round(waits[len(waits) // 2] * 1000, 2),
        round(waits[len(waits) * 99 // 100] * 1000, 2),
    )


def cpu_seconds(pid: int) -> float:
    """User and system time of a process so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def ask(port: int, *, seconds: float, connections: int) -> list[float]:
    """Seconds that each answer took; every connection asks again as soon as it has its answer."""
    waits: list[float] = []
    selector = selectors.DefaultSelector()
    asked: dict[socket.socket, float] = {}
    for _ in range(connections):
        sock = socket.create_connection(("127.0.0.1", port))
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        selector.register(sock, selectors.EVENT_READ)
        asked[sock] = time.monotonic()
        sock.sendall(REQUEST)
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        for key, _ in selector.select(1):
            sock = key.fileobj  # type: ignore[assignment]
            answer = sock.recv(65536)
            assert answer.startswith(b"HTTP/1.1 201"), answer[:200]
            now = time.monotonic()
            waits.append(now - asked[sock])
            asked[sock] = now
            sock.sendall(REQUEST)
    for sock in asked:
        sock.close()
    return waits


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=3)
    parser.add_argument("--connections", type=int, default=8)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    shared = str(ROOT / "shared")
    findings = [
        measure(name, code, arguments, seconds=options.seconds, connections=options.connections)
        for name, code, arguments in (
            ("bare eventlet.wsgi", BARE, []),
            ("whistle.http, no access log", OURS, [shared, "quiet"]),
            ("whistle.http", OURS, [shared, "log"]),
        )
    ]
    floor = findings[0].requests_per_second
    if options.json:
        rows = [asdict(one) | {"of_floor": round(one.requests_per_second / floor, 2)} for one in findings]
        print(json.dumps({"bench": "http_floor", "findings": rows}, ensure_ascii=False))
        return
    for one in findings:
        print(
            f"{one.server:30} {one.requests_per_second:7} req/s  {one.requests_per_second / floor:5.0%} of the floor  "
            f"{one.cpu_us:5} µs CPU  p50 {one.p50_ms} ms  p99 {one.p99_ms} ms"
        )


if __name__ == "__main__":
    main()
