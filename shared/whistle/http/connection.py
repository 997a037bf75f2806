"""
One connection: heads and bodies from the socket within limits of size and time, answers back.

A slow or broken caller costs one thread and one buffer until a deadline on the monotonic clock, whatever it does between.
"""

from __future__ import annotations

import socket
import time
from contextlib import suppress
from typing import Protocol

from whistle.errors import Malformed, Refused, Transient
from whistle.http.answers import Answer
from whistle.http.app import Application
from whistle.http.settings import HttpSettings
from whistle.http.wire import Head, HttpDate, read_head, too_large_head, too_long_target, write_head

_CHUNK = 64 * 1024
_DRAIN = 64 * 1024  # an unread body up to this size is read away, so that the connection can be kept
_LINGER_BYTES = 16 * 1024 * 1024
_LINGER_SECONDS = 2.0
_CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
_BODILESS = frozenset({204, 304})


class Gone(Exception):
    """The caller went away or said nothing in time; nobody is there to answer."""


class House(Protocol):
    """What a connection asks of its server."""

    settings: HttpSettings
    app: Application
    date: HttpDate

    @property
    def stopping(self) -> bool: ...

    def reserve(self, size: int) -> bool: ...

    def release(self, size: int) -> None: ...


class Connection:
    """Serves one socket until it closes. ``idle`` is true while no request is under way."""

    def __init__(self, sock: socket.socket, peer: str, house: House) -> None:
        self._sock = sock
        self._peer = peer
        self._house = house
        self._limits = house.settings
        self._buffer = bytearray()
        self._unread = 0
        self._awaits_continue = False
        self.idle = True
        self.served = 0

    def serve(self) -> None:
        """Request after request, until either side closes. Raises nothing that the network can cause."""
        try:
            while self._serve_one():
                self.served += 1
                if self._buffer:
                    time.sleep(0)  # pipelined requests take turns with other connections
        except (Gone, OSError):
            pass
        finally:
            self.hang_up()
            self._sock.close()

    def hang_up(self) -> None:
        """
        End the conversation, from any thread: the one that serves wakes up and closes the socket.

        Only that one may: under eventlet, whoever waits on a descriptor that another thread closed is never woken.
        """
        with suppress(OSError):
            self._sock.shutdown(socket.SHUT_RDWR)

    def _serve_one(self) -> bool:
        self.idle = True
        # in this order: a server that stops sets its flag first and looks for idle connections then
        if self._house.stopping:
            return False
        try:
            raw = self._read_head()
            head = read_head(raw, self._limits)
        except Refused as error:
            self._send(self._house.app.refuse(error), method="GET", keep_alive=False)
            self._linger()
            return False
        self._unread = head.length or 0
        self._awaits_continue = head.expects_continue
        answer = self._house.app.handle(head, peer=self._peer, take_body=lambda: self._take_body(head))
        wanted = head.keep_alive and not self._house.stopping
        keep_alive = self._drained(wait=wanted) and wanted
        self._send(answer, method=head.method, keep_alive=keep_alive)
        if self._unread:
            self._linger()
        return keep_alive

    # --- reading ------------------------------------------------------------------------------------------------

    def _read_head(self) -> bytes:
        """Request line and headers. The clock runs from accept or, on a kept connection, from the first byte."""
        limits, buffer = self._limits, self._buffer
        deadline = time.monotonic() + (limits.idle_timeout if self.served else limits.header_timeout)
        started = bool(buffer)
        searched = 0
        while True:
            if buffer:
                while buffer.startswith(b"\r\n"):
                    del buffer[:2]
                end = buffer.find(b"\r\n\r\n", max(0, searched - 3))
                if 0 <= end <= limits.max_head:
                    raw = bytes(buffer[: end + 2])
                    del buffer[: end + 4]
                    self.idle = False
                    return raw
                self._check_unfinished_head()
                searched = len(buffer)
                if not started:
                    started, self.idle = True, False
                    if self.served:
                        deadline = time.monotonic() + limits.header_timeout
            self._receive(deadline, started=started)

    def _check_unfinished_head(self) -> None:
        """Refuse early what more bytes cannot heal."""
        buffer, limits = self._buffer, self._limits
        if buffer and not (buffer[:1].isalpha() or buffer == b"\r"):
            raise Refused(
                "这不是 HTTP 请求（是否误用了 https？）", "this is no HTTP request (https to a plain port?)"
            )
        if buffer.count(b"\n") != buffer.count(b"\r\n"):
            raise Refused("请求头须以 CRLF 换行", "lines of the head must end with CRLF")
        if b"\r\n" not in buffer[: limits.max_target + 64] and len(buffer) > limits.max_target + 64:
            raise too_long_target(limits)
        if len(buffer) > limits.max_head:
            raise too_large_head(limits)

    def _receive(self, deadline: float, *, started: bool) -> None:
        try:
            data = self._recv(deadline)
        except TimeoutError:
            if not started:
                raise Gone from None
            raise Refused("请求头发送太慢", "the head took too long", http_status=408) from None
        if not data:
            raise Gone
        self._buffer += data

    def _recv(self, deadline: float, size: int = _CHUNK) -> bytes:
        left = deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        self._sock.settimeout(left)
        return self._sock.recv(size)

    def _take_body(self, head: Head) -> bytes:
        """The whole body, whose size the caller has checked. Raises Malformed if it ends early, Refused if too slow."""
        length = head.length or 0
        if not self._house.reserve(length):
            raise Transient("服务器繁忙，请稍后再试", "too many bodies are being received; try again")
        try:
            return self._read_body(length)
        finally:
            self._house.release(length)

    def _read_body(self, length: int) -> bytes:
        limits, buffer = self._limits, self._buffer
        if self._awaits_continue and len(buffer) < length:
            self._sock.sendall(_CONTINUE)
        self._awaits_continue = False
        deadline = time.monotonic() + limits.body_timeout + length / limits.min_rate
        while len(buffer) < length:
            try:
                data = self._recv(deadline)
            except TimeoutError:
                raise Refused("请求体发送太慢", "the body took too long", http_status=408) from None
            if not data:
                raise Malformed(
                    f"请求体不完整：应有 {length} 字节，只收到 {len(buffer)} 字节",
                    f"the body is truncated: {len(buffer)} of {length} bytes came",
                )
            buffer += data
        body = bytes(buffer[:length])
        del buffer[:length]
        self._unread = 0
        return body

    def _drained(self, *, wait: bool) -> bool:
        """
        Get rid of a body that nobody read, if it is here already or (``wait``) small and on its way; else the connection
        cannot be kept.
        """
        if not self._unread:
            return True
        here = self._unread <= len(self._buffer)
        if not here and (not wait or self._unread > _DRAIN or self._awaits_continue):
            return False
        try:
            self._read_body(self._unread)
        except (Refused, Malformed):
            return False
        return True

    # --- writing ------------------------------------------------------------------------------------------------

    def _send(self, answer: Answer, *, method: str, keep_alive: bool) -> None:
        bodiless = answer.status in _BODILESS
        headers = answer.headers if bodiless else (*answer.headers, ("Content-Length", str(len(answer.body))))
        head = write_head(answer.status, headers=headers, date=self._house.date.text(), keep_alive=keep_alive)
        data = memoryview(head if bodiless or method == "HEAD" else head + answer.body)
        deadline = time.monotonic() + self._limits.write_timeout + len(data) / self._limits.min_rate
        while data:
            left = deadline - time.monotonic()
            if left <= 0:
                raise Gone
            self._sock.settimeout(left)
            data = data[self._sock.send(data) :]

    def _linger(self) -> None:
        """
        Let a caller that is still sending read its answer: closing with unread bytes would reset the connection and
        take the answer away. Reads into nothing, bounded in bytes and time.
        """
        self._sock.shutdown(socket.SHUT_WR)
        deadline = time.monotonic() + _LINGER_SECONDS
        left = _LINGER_BYTES
        while left > 0:
            data = self._recv(deadline)
            if not data:
                return
            left -= len(data)
