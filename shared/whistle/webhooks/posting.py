"""
One POST with an end: to an address that was checked, no redirects, limits on time and size.

Written on plain sockets, because only here each of connecting, the handshake, writing and reading counts against the same
deadline: with a library's timeouts, which are per read, a receiver that sends one byte at a time holds a worker for hours.
"""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from whistle.errors import Invalid, Refused
from whistle.webhooks.guard import Guard, Target

SECONDS = 15.0
"""For one POST, from resolving the name to the end of the answer's headers."""
MAX_HEAD = 16 * 1024
_USER_AGENT = "whistle-webhooks/1"


class Unreached(Exception):
    """No answer: refused, not reachable, too slow, not HTTP. The text names nothing of the message."""


@dataclass(frozen=True)
class Answer:
    """``status`` of HTTP; ``retry_after`` in seconds if the receiver named some. The body is not read."""

    status: int
    retry_after: float | None = None

    @property
    def ok(self) -> bool:
        return 200 <= self.status < 300


def post(
    url: str,
    body: bytes,
    headers: Mapping[str, str],
    *,
    guard: Guard,
    seconds: float = SECONDS,
    monotonic: Callable[[], float] = time.monotonic,
    trust: ssl.SSLContext | None = None,
) -> Answer:
    """
    Send ``body`` and read the head of the answer.

    Args:
        trust: whose certificates count; default: the system's authorities.

    Raises:
        Unreached: no answer in time, or an address that may not be called.
    """
    until = monotonic() + seconds

    def left() -> float:
        rest = until - monotonic()
        if rest <= 0:
            raise TimeoutError("no answer in time")
        return rest

    try:
        target = guard.read(url)
        address = guard.addresses(target)[0]
        with socket.create_connection((address, target.port), timeout=left()) as plain:
            plain.settimeout(left())
            if not target.secure:
                return _exchange(plain, _request(target, body, headers), left)
            context = trust or ssl.create_default_context()
            with context.wrap_socket(plain, server_hostname=target.host) as sealed:
                return _exchange(sealed, _request(target, body, headers), left)
    except (Refused, Invalid) as error:
        raise Unreached(error.en) from None
    except ssl.SSLCertVerificationError as error:
        raise Unreached(f"certificate not trusted: {error.verify_message}"[:200]) from None
    except TimeoutError:
        raise Unreached("no answer in time") from None
    except (OSError, ValueError) as error:
        raise Unreached(f"{type(error).__name__}: {error}"[:200]) from None


def _request(target: Target, body: bytes, headers: Mapping[str, str]) -> bytes:
    lines = [f"POST {target.target} HTTP/1.1", f"Host: {target.authority}", f"User-Agent: {_USER_AGENT}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    lines += [f"Content-Length: {len(body)}", "Connection: close", "", ""]
    return "\r\n".join(lines).encode("ascii") + body


def _exchange(line: socket.socket, request: bytes, left: Callable[[], float]) -> Answer:
    line.settimeout(left())
    line.sendall(request)
    seen = b""
    while True:
        head, found, rest = seen.partition(b"\r\n\r\n")
        if found:
            answer = _read(head)
            if answer.status >= 200:
                return answer
            seen = rest  # 100 Continue and its like come before the answer
            continue
        if len(seen) > MAX_HEAD:
            raise ValueError("the answer's headers are too long")
        line.settimeout(left())
        more = line.recv(4096)
        if not more:
            raise ValueError("closed without an answer")
        seen += more


def _read(head: bytes) -> Answer:
    first, *rest = head.decode("latin-1").split("\r\n")
    version, _, status = first.partition(" ")
    if not version.startswith("HTTP/1.") or not status[:3].isdecimal():
        raise ValueError("the answer is not HTTP")
    fields = {name.strip().lower(): value.strip() for name, _, value in (row.partition(":") for row in rest)}
    pause = fields.get("retry-after", "")
    return Answer(int(status[:3]), float(pause) if pause.isdecimal() and len(pause) < 8 else None)
