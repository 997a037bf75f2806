"""One POST on real sockets: to receivers that answer, redirect, are silent, slow or talk nonsense."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator

import pytest

from whistle.webhooks import Guard, Unreached, post

HERE = Guard.of(["127.0.0.0/8"], plain=True)


@contextlib.contextmanager
def receiver(answer: Callable[[socket.socket], None]) -> Iterator[tuple[str, list[bytes]]]:
    """A server for one connection; its URL and what it was sent."""
    seen: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(10)

        def serve() -> None:
            with contextlib.suppress(OSError):
                line, _ = server.accept()
                with line:
                    line.settimeout(10)
                    data = b""
                    while not data.endswith(b"{}"):
                        data += line.recv(4096)
                    seen.append(data)
                    answer(line)

        thread = threading.Thread(target=serve)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}/hook?a=1", seen
        server.shutdown(socket.SHUT_RDWR)  # whoever still waits for a caller
    thread.join(10)


def says(text: bytes) -> Callable[[socket.socket], None]:
    return lambda line: line.sendall(text)


def test_the_message_arrives_as_it_is():
    """Path, query, headers, length, body; 2xx counts."""
    with receiver(says(b"HTTP/1.1 204 No Content\r\n\r\n")) as (url, seen):
        assert post(url, b"{}", {"webhook-id": "m1"}, guard=HERE).ok
    head, _, body = seen[0].partition(b"\r\n\r\n")
    assert b"{}" == body
    assert head.startswith(b"POST /hook?a=1 HTTP/1.1\r\nHost: 127.0.0.1:")
    assert b"webhook-id: m1" in head.split(b"\r\n")
    assert b"Content-Length: 2" in head.split(b"\r\n")


def test_a_redirect_is_an_answer_and_nobody_follows_it():
    """302 to the metadata address is a failure like any other."""
    text = b"HTTP/1.1 302 Found\r\nLocation: http://169.254.169.254/\r\nRetry-After: 7\r\n\r\n"
    with receiver(says(text)) as (url, _):
        answer = post(url, b"{}", {}, guard=HERE)
    assert (302, False, 7.0) == (answer.status, answer.ok, answer.retry_after)


def test_an_interim_answer_is_passed_over():
    """100 Continue is not the answer."""
    with receiver(says(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 410 Gone\r\n\r\n")) as (url, _):
        assert 410 == post(url, b"{}", {}, guard=HERE).status


@pytest.mark.parametrize(
    "text", [b"", b"SSH-2.0-x\r\n\r\n", b"HTTP/1.1 abc\r\n\r\n", b"HTTP/1.1 200 OK\r\nx: " + b"x" * 40_000]
)
def test_nonsense_is_no_answer(text):
    """Closed, not HTTP, headers without end."""
    with receiver(says(text)) as (url, _), pytest.raises(Unreached):
        post(url, b"{}", {}, guard=HERE)


def test_a_receiver_that_drips_is_given_up_at_the_deadline():
    """One byte at a time resets no timeout: time is counted from the beginning."""
    given_up = threading.Event()

    def drip(line: socket.socket) -> None:
        while not given_up.wait(0.02):
            line.sendall(b"H")

    with receiver(drip) as (url, _):
        with pytest.raises(Unreached, match="no answer in time"):
            post(url, b"{}", {}, guard=HERE, seconds=0.3)
        given_up.set()


def test_no_address_of_this_machine_is_called_unless_allowed():
    """Nothing is connected to."""
    with receiver(says(b"HTTP/1.1 200 OK\r\n\r\n")) as (url, seen):
        with pytest.raises(Unreached, match="not public"):
            post(url, b"{}", {}, guard=Guard(plain=True))
        with pytest.raises(Unreached):
            post(url, b"{}", {}, guard=Guard.of(["127.0.0.0/8"]))  # plain http
    assert [] == seen
