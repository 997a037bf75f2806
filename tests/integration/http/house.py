"""
A real server in a process of its own (green, as in production), and a caller that speaks raw sockets.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
SHARED = HERE.parents[2] / "shared"
SECRET = "0123456789-a-secret-of-the-tests-0123456789"
PATIENCE = 15.0


@dataclass(frozen=True)
class Reply:
    """One answer, taken apart."""

    status: int
    headers: dict[str, str]
    body: bytes
    head: str = field(repr=False, default="")

    def json(self) -> Any:
        return json.loads(self.body)


class Caller:
    """One connection, byte by byte."""

    def __init__(self, port: int) -> None:
        self.sock = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)
        self.buffer = b""

    def send(self, data: bytes) -> None:
        self.sock.sendall(data)

    def half_close(self) -> None:
        self.sock.shutdown(socket.SHUT_WR)

    def close(self) -> None:
        self.sock.close()

    def ended(self) -> bool:
        """Has the server closed the connection? Waits for it."""
        try:
            return self.sock.recv(1) == b""
        except ConnectionResetError:
            return True

    def send_until_refused(self, data: bytes, *, times: int) -> int:
        """Send the same bytes again and again until the server has closed; how often it worked."""
        for count in range(times):
            try:
                self.sock.sendall(data)
            except OSError:
                return count
        return times

    def drip(self, data: bytes, *, every: float) -> bytes:
        """Send byte by byte with pauses until the server says something or closes; gives back what it said."""
        self.sock.settimeout(every)
        for index in range(len(data)):
            try:
                self.sock.sendall(data[index : index + 1])
                return self.sock.recv(65536)
            except TimeoutError:
                continue
            except (BrokenPipeError, ConnectionResetError):
                return b""
        raise AssertionError("the server waited for every byte")

    def reply(self, *, bodiless: bool = False) -> Reply:
        """The next answer."""
        while b"\r\n\r\n" not in self.buffer:
            self._more()
        raw, _, self.buffer = self.buffer.partition(b"\r\n\r\n")
        head = raw.decode("latin-1")
        first, *lines = head.split("\r\n")
        headers = {line.partition(": ")[0].lower(): line.partition(": ")[2] for line in lines}
        status = int(first.split(" ")[1])
        length = 0 if bodiless or status in (100, 204, 304) else int(headers["content-length"])
        while len(self.buffer) < length:
            self._more()
        body, self.buffer = self.buffer[:length], self.buffer[length:]
        return Reply(status, headers, body, head)

    def _more(self) -> None:
        data = self.sock.recv(65536)
        assert data, f"the server closed after {self.buffer!r}"
        self.buffer += data


@dataclass
class House:
    """A running server under test."""

    process: subprocess.Popen[str]
    port: int
    log: Path
    callers: list[Caller] = field(default_factory=list)

    def call(self) -> Caller:
        """A fresh connection, closed with the house at the latest."""
        self.callers.append(Caller(self.port))
        return self.callers[-1]

    def raw(self, data: bytes, *, half_close: bool = False, bodiless: bool = False) -> Reply:
        """Send these bytes on a fresh connection and read one answer."""
        caller = self.call()
        try:
            caller.send(data)
            if half_close:
                caller.half_close()
            return caller.reply(bodiless=bodiless)
        finally:
            caller.close()

    def ask(self, method: str, path: str, *, body: bytes = b"", **headers: str) -> Reply:
        """An ordinary request; ``content_type="…"`` becomes a header."""
        return self.raw(request(method, path, body=body, **headers), bodiless=method == "HEAD")

    def post(self, path: str, value: Any, **headers: str) -> Reply:
        return self.ask(
            "POST", path, body=json.dumps(value).encode(), content_type="application/json", **headers
        )

    def logged(self) -> list[dict[str, Any]]:
        """The lines of the log so far."""
        lines = self.log.read_text(encoding="utf-8").splitlines()
        return [json.loads(line) for line in lines if line.startswith("{")]

    def resident_megabytes(self) -> float:
        pages = int(Path(f"/proc/{self.process.pid}/statm").read_text().split()[1])
        return pages * resource.getpagesize() / 1e6

    def refuses(self) -> bool:
        """Does nobody listen on the port any more?"""
        try:
            Caller(self.port).close()
        except ConnectionRefusedError:
            return True
        return False

    def stop(self) -> int:
        """SIGTERM, as a supervisor does it; the exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(PATIENCE)


def request(method: str, path: str, *, body: bytes = b"", **headers: str) -> bytes:
    """The bytes of a proper request."""
    lines = [f"{method} {path} HTTP/1.1", "Host: whistle.test"]
    lines += [f"{name.replace('_', '-').title()}: {value}" for name, value in headers.items()]
    if body or method in ("POST", "PUT", "PATCH"):
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


@contextmanager
def open_house(folder: Path, *, descriptors: int | None = None, **settings: Any) -> Iterator[House]:
    """Start the server of ``running.py`` with these settings; end it by its pid."""
    log = folder / "log.jsonl"
    command = [
        sys.executable,
        "-W",
        "ignore",
        str(HERE / "running.py"),
        json.dumps(settings),
        str(descriptors or 0),
    ]
    environment = {**os.environ, "PYTHONPATH": str(SHARED), "WHISTLE_SECRET_KEY": SECRET}
    with log.open("w") as errors:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, text=True, env=environment)
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line.strip().isdigit(), log.read_text()
        house = House(process, int(line), log)
        yield house
        for caller in house.callers:
            caller.close()
    finally:
        if process.poll() is None:
            process.kill()
        process.wait(PATIENCE)
        process.communicate()
