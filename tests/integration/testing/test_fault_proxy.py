"""whistle.testing.fault_proxy, against an echo server."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Iterator

import pytest

from whistle.testing.fault_proxy import FaultProxy


@pytest.fixture
def echo() -> Iterator[int]:
    """Port of a server that sends back what it gets."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve(connection: socket.socket) -> None:
        with connection, contextlib.suppress(ConnectionError):
            while data := connection.recv(65536):
                connection.sendall(data)

    def accept() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=serve, args=(connection,), daemon=True).start()

    thread = threading.Thread(target=accept, daemon=True)
    thread.start()
    yield listener.getsockname()[1]
    listener.shutdown(socket.SHUT_RDWR)
    listener.close()
    thread.join(5)


@pytest.fixture
def proxy(echo: int) -> Iterator[FaultProxy]:
    with FaultProxy(echo) as made:
        yield made


def dial(proxy: FaultProxy) -> socket.socket:
    return socket.create_connection(("127.0.0.1", proxy.port), timeout=5)


def ask(connection: socket.socket, text: bytes = b"ping") -> bytes:
    connection.sendall(text)
    return connection.recv(1024)


def test_passes_both_ways(proxy: FaultProxy) -> None:
    """Without a fault it is not noticed, the end of a connection included."""
    with dial(proxy) as client:
        assert b"ping" == ask(client)
        client.shutdown(socket.SHUT_WR)
        assert b"" == client.recv(1)


def test_a_cut_is_silent_and_heals(proxy: FaultProxy) -> None:
    """Nothing arrives and nothing is closed; afterwards the held back bytes arrive."""
    with dial(proxy) as client:
        assert b"ping" == ask(client)
        proxy.cut()
        client.settimeout(0.3)
        with pytest.raises(TimeoutError):
            ask(client, b"held back")
        proxy.heal()
        client.settimeout(5)
        assert b"held back" == client.recv(1024)


def test_a_cut_holds_new_connections_too(proxy: FaultProxy) -> None:
    """Who dials during a cut gets no answer, and no error either."""
    proxy.cut()
    with dial(proxy) as client:
        client.settimeout(0.3)
        with pytest.raises(TimeoutError):
            ask(client)


def test_resets_what_is_open_and_takes_new_ones(proxy: FaultProxy) -> None:
    """A reset is an error for the client, not an orderly end."""
    with dial(proxy) as client:
        assert b"ping" == ask(client)
        proxy.reset()
        with pytest.raises(ConnectionError):
            client.recv(1)
    with dial(proxy) as client:
        assert b"ping" == ask(client)


def test_refuses_until_healed(proxy: FaultProxy) -> None:
    """While it refuses, nobody gets through."""
    proxy.refuse()
    with (
        pytest.raises(ConnectionError),
        dial(proxy) as client,
    ):  # the reset may come before the dialling is through
        ask(client)
    proxy.heal()
    with dial(proxy) as client:
        assert b"ping" == ask(client)


def test_delays(proxy: FaultProxy) -> None:
    """Each direction takes its time."""
    with dial(proxy) as client:
        proxy.delay(0.1)
        began = time.monotonic()
        assert b"ping" == ask(client)
        assert time.monotonic() - began >= 0.2


def test_rewrites_an_address(proxy: FaultProxy) -> None:
    """The client under test gets the proxy's address with its own login and path."""
    expected = f"amqp://u:p@127.0.0.1:{proxy.port}/v"

    assert expected == proxy.url("amqp://u:p@10.0.0.1:5672/v")
