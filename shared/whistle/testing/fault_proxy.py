"""A TCP proxy that breaks: silent cuts, resets, refusals and delay between a client and a server."""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

_RESET_ON_CLOSE = struct.pack("ii", 1, 0)


class FaultProxy:
    """
    Listens on a port of 127.0.0.1 of its own and forwards to ``127.0.0.1:port``, until told otherwise.

    A context manager. Threads, no eventlet: it runs in the test's process, not in the one under test.
    """

    def __init__(self, port: int, *, host: str = "127.0.0.1") -> None:
        self._upstream = (host, port)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._flowing = threading.Event()
        self._flowing.set()
        self._stopped = threading.Event()
        self._refusing = False
        self._delay = 0.0
        self._lock = threading.Lock()
        self._sockets: set[socket.socket] = set()
        self.port: int = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, name="fault-proxy", daemon=True).start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def url(self, url: str) -> str:
        """The same address, but through this proxy."""
        parts = urlsplit(url)
        login, at, _ = parts.netloc.rpartition("@")
        return parts._replace(netloc=f"{login}{at}127.0.0.1:{self.port}").geturl()

    # --- faults ---------------------------------------------------------------------------------------------------

    def cut(self) -> None:
        """
        Silence, in both directions, for new connections too; nothing is closed and what is sent waits.

        The kernel of the proxy still takes bytes until its buffers are full: nobody sees a TCP timeout.
        """
        self._flowing.clear()

    def delay(self, seconds: float) -> None:
        """Every piece of data comes so much later."""
        self._delay = seconds

    def reset(self) -> None:
        """End all present connections with a TCP reset; new ones are welcome."""
        with self._lock:
            doomed = list(self._sockets)
            self._sockets.clear()
        for one in doomed:
            _reset(one)

    def refuse(self) -> None:
        """Reset all connections, and every new one as soon as it comes."""
        self._refusing = True
        self.reset()

    def heal(self) -> None:
        """End of cut, delay and refusal; what was held back arrives now."""
        self._refusing = False
        self._delay = 0.0
        self._flowing.set()

    def close(self) -> None:
        """Stop listening and end all connections."""
        self._stopped.set()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self.reset()
        self._flowing.set()

    # --- inside ---------------------------------------------------------------------------------------------------

    def _accept(self) -> None:
        while not self._stopped.is_set():
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._connect, args=(client,), name="fault-proxy", daemon=True).start()

    def _connect(self, client: socket.socket) -> None:
        self._keep(client)
        self._flowing.wait()
        try:
            if self._refusing:
                raise ConnectionRefusedError
            server = socket.create_connection(self._upstream, timeout=10)
            server.settimeout(None)
        except OSError:
            self._drop(client)
            return
        self._keep(server)
        back = threading.Thread(target=self._pump, args=(server, client), name="fault-proxy", daemon=True)
        back.start()
        self._pump(client, server)
        back.join()
        for one in (client, server):
            with self._lock:
                self._sockets.discard(one)
            one.close()

    def _pump(self, source: socket.socket, target: socket.socket) -> None:
        """Forward until the source ends; its end is forwarded too, when the wire is not cut."""
        try:
            while data := source.recv(65536):
                self._stopped.wait(self._delay)
                self._flowing.wait()
                target.sendall(data)
            self._flowing.wait()
            if self._keeps(source):
                target.shutdown(socket.SHUT_WR)
        except OSError:
            self._drop(source)
            self._drop(target)

    def _keep(self, one: socket.socket) -> None:
        with self._lock:
            self._sockets.add(one)

    def _keeps(self, one: socket.socket) -> bool:
        """False when it ended because we reset it: that must not look like an orderly end to the other side."""
        with self._lock:
            return one in self._sockets

    def _drop(self, one: socket.socket) -> None:
        with self._lock:
            self._sockets.discard(one)
        _reset(one)


def _reset(one: socket.socket) -> None:
    """Close with RST, and wake whoever is blocked in ``recv`` on it."""
    with contextlib.suppress(OSError):
        one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
    with contextlib.suppress(OSError):
        one.shutdown(socket.SHUT_RD)
    with contextlib.suppress(OSError):
        one.close()
