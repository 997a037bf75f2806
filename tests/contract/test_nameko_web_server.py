"""What the stock web server of nameko (eventlet 0.41.3) lets a client do, on purpose or by a bad network."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Callable, Iterator

import pytest

from tests.contract.lab import RUN, Program
from whistle.testing import wait_for
from whistle.testing.servers import free_port

SERVICE = """
from nameko.web.handlers import http
class Service:
    name = "web"
    @http("POST", "/echo")
    def echo(self, request):
        return f"read {len(request.get_data())}"
    @http("GET", "/broken")
    def broken(self, request):
        raise ValueError("SELECT secret FROM people")
"""


class Web:
    """A stock service with two routes, and raw requests to it."""

    def __init__(self, start: Callable[..., Program], *, limit: str = "") -> None:
        self.port = free_port()
        self.program = start(SERVICE + RUN, limit=limit, WEB_SERVER_ADDRESS=f"127.0.0.1:{self.port}")
        self.program.hear("started")

    def send(self, request: bytes, *, half_close: bool = False) -> bytes:
        """Send raw bytes, read until the server ends the connection or is silent for two seconds."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=5) as connection:
            connection.sendall(request)
            if half_close:
                connection.shutdown(socket.SHUT_WR)
            connection.settimeout(2)
            answer = b""
            try:
                while piece := connection.recv(65536):
                    answer += piece
            except (TimeoutError, ConnectionError):
                pass
            return answer


@pytest.fixture
def web(run: Callable[..., Program]) -> Web:
    return Web(run)


@pytest.fixture
def idle() -> Iterator[list[socket.socket]]:
    """Connections that say nothing, closed after the test."""
    opened: list[socket.socket] = []
    yield opened
    for one in opened:
        one.close()


def post(*headers: str, body: bytes) -> bytes:
    lines = ["POST /echo HTTP/1.1", "Host: x", "Connection: close", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def test_running_out_of_file_descriptors_ends_the_process(
    run: Callable[..., Program], idle: list[socket.socket]
) -> None:
    """Some idle connections are enough: accept() fails, and its thread takes the container down."""
    web = Web(run, limit="ulimit -n 40")

    def dial() -> bool:
        with contextlib.suppress(OSError):
            idle.append(socket.create_connection(("127.0.0.1", web.port), timeout=1))
        return not web.program.running

    wait_for(dial, what="the end of the service")
    assert 1 == web.program.exit_code()
    assert "Too many open files" in web.program.errors.read_text()


def test_a_truncated_chunked_body_is_an_empty_one(web: Web) -> None:
    """The handler sees nothing of the lost half, and the client is told 200."""
    answer = web.send(post("Transfer-Encoding: chunked", body=b"400\r\nhalf a chunk"), half_close=True)

    assert answer.startswith(b"HTTP/1.1 200")
    assert answer.endswith(b"read 0")


def test_a_truncated_body_is_our_fault(web: Web) -> None:
    """A client that goes away in the middle is answered 500, not 400."""
    answer = web.send(post("Content-Length: 100", body=b"only this"), half_close=True)

    assert answer.startswith(b"HTTP/1.1 500")


def test_two_different_lengths_are_accepted(web: Web) -> None:
    """The first wins; a proxy that believes the second sees other requests (smuggling)."""
    answer = web.send(post("Content-Length: 4", "Content-Length: 9", body=b"four-five"))

    assert answer.startswith(b"HTTP/1.1 200")
    assert b"read 4" in answer


def test_no_body_is_too_large(web: Web) -> None:
    """Nothing limits what one request may put into memory."""
    size = 20_000_000
    answer = web.send(post(f"Content-Length: {size}", body=bytes(size)))

    assert b"read 20000000" in answer


def test_the_text_of_an_exception_goes_to_the_client(web: Web) -> None:
    """Whatever an error says, SQL and personal data included."""
    answer = web.send(b"GET /broken HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")

    assert answer.startswith(b"HTTP/1.1 500")
    assert b"SELECT secret FROM people" in answer
