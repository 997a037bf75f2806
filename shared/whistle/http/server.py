"""
The listener: one socket for all services of a process. Survives being out of file descriptors, limits its guests, stops in order.
"""

from __future__ import annotations

import errno
import socket
import threading
import time
from contextlib import suppress

import structlog

from whistle.auth import Tokens
from whistle.clock import Clock
from whistle.errors import Misconfigured, Transient
from whistle.http import login, problems
from whistle.http.app import Application, Observer
from whistle.http.connection import Connection
from whistle.http.routes import Call, RouteSpec
from whistle.http.settings import HttpSettings
from whistle.http.wire import HttpDate, write_head

_log = structlog.get_logger("whistle.http")
_FULL = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM})
_PAUSE = 0.05
_SHED = 32


class HttpServer:
    """
    A hardened HTTP/1.1 server. Routes are registered, then it is started.

    Args:
        settings: address and limits.
        tokens: verifies callers.
        clock: the time of day, for cookies (limits are measured on the monotonic clock).
        observer: counts requests, see :mod:`whistle.http.metrics`.
    """

    def __init__(
        self, settings: HttpSettings, tokens: Tokens, clock: Clock, *, observer: Observer | None = None
    ) -> None:
        self.settings = settings
        self.app = Application(settings, tokens, observer)
        self.date = HttpDate()
        self._listener: socket.socket | None = None
        self._connections: set[Connection] = set()
        self._lock = threading.Lock()
        self._empty = threading.Event()
        self._stop = threading.Event()
        self._bodies = 0
        self.register(problems.EXPLAIN, problems.explain)
        for spec, call in login.routes(tokens, clock):
            self.register(spec, call)

    # --- what services see ------------------------------------------------------------------------------------------

    def register(self, spec: RouteSpec, call: Call) -> None:
        """Add a route. Raises :class:`Misconfigured` if its method and path are taken."""
        self.app.router.add(spec, call)

    def specs(self) -> tuple[RouteSpec, ...]:
        """Every registered route."""
        return self.app.router.specs()

    @property
    def port(self) -> int:
        """The port in use; 0 before the start."""
        return int(self._listener.getsockname()[1]) if self._listener else 0

    @property
    def url(self) -> str:
        """The origin under which this listener answers: ``http://127.0.0.1:8000``."""
        host = f"[{self.settings.host}]" if ":" in self.settings.host else self.settings.host
        return f"http://{host}:{self.port}"

    @property
    def connections(self) -> int:
        """How many are open now."""
        return len(self._connections)

    def start(self) -> None:
        """Listen and accept in a thread of its own. Raises :class:`Misconfigured` if the address cannot be had."""
        self._stop.clear()
        self._empty.clear()
        self._listener = _listen(self.settings)
        threading.Thread(target=self._accept, args=(self._listener,), name="http-accept", daemon=True).start()
        _log.info("http.listening", url=self.url)

    def stop(self, grace: float = 10.0) -> bool:
        """
        Accept no more, close idle connections, let running requests finish for ``grace`` seconds, cut the rest.

        Returns whether all requests had finished.
        """
        self._stop.set()
        if self._listener is not None:
            with suppress(OSError):
                self._listener.shutdown(
                    socket.SHUT_RDWR
                )  # refuses callers from now on, and wakes the accepting thread
        for connection in list(self._connections):
            if connection.idle:
                connection.hang_up()
        with self._lock:
            if not self._connections:
                self._empty.set()
        finished = self._empty.wait(grace)
        for connection in list(self._connections):
            connection.hang_up()
        _log.info("http.stopped", finished=finished)
        self._listener = None
        return finished

    # --- what connections ask -----------------------------------------------------------------------------------------

    @property
    def stopping(self) -> bool:
        """Is the server on its way out? Answers then close their connections."""
        return self._stop.is_set()

    def reserve(self, size: int) -> bool:
        """Room for a body of that size, if all bodies together stay within the limit."""
        with self._lock:
            if self._bodies + size > self.settings.max_bodies and self._bodies:
                return False
            self._bodies += size
            return True

    def release(self, size: int) -> None:
        """Give back what :meth:`reserve` gave."""
        with self._lock:
            self._bodies -= size

    # --- accepting ----------------------------------------------------------------------------------------------------

    def _accept(self, listener: socket.socket) -> None:
        """Accept until stopped. No error of one accept ends the service."""
        while not self._stop.is_set():
            try:
                sock, address = listener.accept()
            except OSError as error:
                if not self._stop.is_set():
                    self._accept_failed(error)
                continue
            try:
                self._admit(sock, str(address[0]))
            except Exception:  # noqa: BLE001 — one guest must not close the house
                _log.exception("http.admit_failed")
                sock.close()
        listener.close()

    def _accept_failed(self, error: OSError) -> None:
        if error.errno in _FULL:
            idle = [connection for connection in self._connections if connection.idle][:_SHED]
            _log.error(
                "http.out_of_descriptors",
                error=str(error),
                shed=len(idle),
                connections=len(self._connections),
            )
            for connection in idle:
                connection.hang_up()
        else:
            _log.warning("http.accept_failed", error=str(error))
        time.sleep(_PAUSE)  # a full table would otherwise spin

    def _admit(self, sock: socket.socket, peer: str) -> None:
        if self._stop.is_set():
            sock.close()
            return
        if len(self._connections) >= self.settings.max_connections:
            self._turn_away(sock)
            return
        connection = Connection(sock, peer, self)
        with self._lock:
            self._connections.add(connection)
        try:
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()
        except RuntimeError:
            self._left(connection)
            raise

    def _serve(self, connection: Connection) -> None:
        try:
            connection.serve()
        except Exception:  # noqa: BLE001 — a defect of ours ends one connection
            _log.exception("http.connection_failed")
        finally:
            self._left(connection)

    def _left(self, connection: Connection) -> None:
        with self._lock:
            self._connections.discard(connection)
            if self._stop.is_set() and not self._connections:
                self._empty.set()

    def _turn_away(self, sock: socket.socket) -> None:
        """503 without reading: costs no thread. What has come already is read away, so that the answer arrives."""
        error = Transient("连接数已满，请稍后再试", "too many connections; try again later")
        answer = self.app.refuse(error)
        headers = (*answer.headers, ("Content-Length", str(len(answer.body))))
        try:
            sock.setblocking(False)
            sock.send(
                write_head(answer.status, headers=headers, date=self.date.text(), keep_alive=False)
                + answer.body
            )
            sock.shutdown(socket.SHUT_WR)
            sock.recv(65536)
        except OSError:
            pass
        finally:
            sock.close()


def _listen(settings: HttpSettings) -> socket.socket:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    where = f"{settings.host}:{settings.port}"
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # accepted sockets inherit it
        listener.bind((settings.host, settings.port))
        listener.listen(settings.backlog)
    except (OSError, OverflowError) as error:
        listener.close()
        if getattr(error, "errno", None) == errno.EADDRINUSE:
            raise Misconfigured(
                f"端口已被占用：{where}；用 WHISTLE_HTTP 换一个",
                f"the port is in use: {where}; set WHISTLE_HTTP to another",
            ) from error
        reason = getattr(error, "strerror", None) or str(error)
        raise Misconfigured(
            f"无法监听 {where}：{reason}；请检查 WHISTLE_HTTP",
            f"cannot listen on {where}: {reason}; check WHISTLE_HTTP",
        ) from error
    return listener
