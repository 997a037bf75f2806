"""
HTTP/1.1 on the wire: reading a request's head strictly, writing an answer's head (RFC 9112).

Strict on purpose: whatever two readers could understand differently (chunked bodies, two lengths, folded headers, bare
line feeds, spaces before a colon) is refused, so that a proxy in front of us and we never disagree about where a request ends.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from email.utils import formatdate
from http import HTTPStatus
from urllib.parse import unquote_to_bytes

from whistle.errors import Refused
from whistle.http.settings import HttpSettings

_REQUEST_LINE = re.compile(r"([!#$%&'*+.^_`|~0-9A-Za-z-]{1,32}) ([!-~]+) HTTP/([0-9])\.([0-9])")
_HEADERS = re.compile(r"(?:[!#$%&'*+.^_`|~0-9A-Za-z-]+:[\t -~\x80-\xff]*\r\n)*")
_LENGTH = re.compile(r"[0-9]{1,18}")
_ONCE = frozenset(
    {"host", "content-length", "content-type", "authorization", "idempotency-key", "origin", "expect", "cookie",
     "if-none-match", "x-forwarded-proto"}
)  # fmt: skip
_PHRASES = {status.value: status.phrase for status in HTTPStatus}

SECURITY_HEADERS: Mapping[str, str] = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": (
        "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
        "form-action 'self'; frame-ancestors 'none'"
    ),
    "X-Frame-Options": "DENY",
    # not `no-referrer`: under it browsers send `Origin: null` with our own forms
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
}
_SECURITY_BLOCK = "".join(f"{name}: {value}\r\n" for name, value in SECURITY_HEADERS.items())


@dataclass(frozen=True, slots=True)
class Head:
    """A request line and headers (names in lower case); ``length`` is None without a Content-Length."""

    method: str
    path: str
    query: str = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)
    length: int | None
    keep_alive: bool
    expects_continue: bool


def read_head(raw: bytes, limits: HttpSettings) -> Head:
    """
    The head from its bytes, up to and with the line end of the last header (without the empty line).

    Raises :class:`Refused` with the HTTP status that fits.
    """
    text = raw.decode("latin-1")
    first, _, rest = text.partition("\r\n")
    method, target, version = _request_line(first, limits)
    headers = _headers(rest, limits)
    if "host" not in headers and version == "1.1":
        raise Refused("缺少 Host 头", "the Host header is missing")
    path, query = _target(target)
    connection = headers.get("connection", "").lower()
    return Head(
        method,
        path,
        query,
        headers,
        _length(headers),
        "close" not in connection if version == "1.1" else "keep-alive" in connection,
        _expects_continue(headers),
    )


def _request_line(line: str, limits: HttpSettings) -> tuple[str, str, str]:
    found = _REQUEST_LINE.fullmatch(line)
    if found is None:
        if any(char > "~" for char in line):
            raise Refused(
                "网址中有未转义的字符，请使用百分号编码",
                "the URL has unescaped characters; percent-encode them",
            )
        raise Refused("请求行无法识别", "the request line cannot be read")
    method, target, major, minor = found.groups()
    if major != "1" or minor not in "01":
        raise Refused("只支持 HTTP/1.1 与 1.0", "only HTTP/1.1 and 1.0 are spoken here", http_status=505)
    if len(target) > limits.max_target:
        raise too_long_target(limits)
    return method, target, f"{major}.{minor}"


def too_long_target(limits: HttpSettings) -> Refused:
    """The answer to a URL longer than allowed."""
    most = limits.max_target
    return Refused(f"网址太长，最多 {most} 字节", f"the URL is longer than {most} bytes", http_status=414)


def too_large_head(limits: HttpSettings) -> Refused:
    """The answer to headers larger or more than allowed."""
    return Refused(
        f"请求头太大，最多 {limits.max_head} 字节、{limits.max_headers} 行",
        f"the headers exceed {limits.max_head} bytes or {limits.max_headers} lines",
        http_status=431,
    )


def _headers(block: str, limits: HttpSettings) -> dict[str, str]:
    if not _HEADERS.fullmatch(block):
        raise Refused("请求头格式错误", "a header line cannot be read")
    lines = block.split("\r\n")[:-1]
    if len(lines) > limits.max_headers:
        raise too_large_head(limits)
    headers: dict[str, str] = {}
    for line in lines:
        name, _, value = line.partition(":")
        name, value = name.lower(), value.strip(" \t")
        if name not in headers:
            headers[name] = value
        elif name in _ONCE:
            raise Refused(f"请求头 {name} 出现多次", f"the header {name} came more than once")
        else:
            headers[name] += ", " + value
    return headers


def _target(target: str) -> tuple[str, str]:
    """Decoded path and raw query of a request target in origin form (or absolute form, which proxies send)."""
    if target[:7].lower() == "http://" or target[:8].lower() == "https://":
        target = "/" + target.split("://", 1)[1].partition("/")[2]
    elif target == "*":
        return "*", ""
    if not target.startswith("/") or "#" in target:
        raise Refused("网址无法识别", "the request target cannot be read")
    raw, _, query = target.partition("?")
    try:
        path = raw if "%" not in raw else unquote_to_bytes(raw).decode("utf-8")
    except UnicodeDecodeError as error:
        raise Refused("网址不是 UTF-8 编码", "the URL is not UTF-8") from error
    if "\x00" in path:
        raise Refused("网址含有空字符", "the URL holds a NUL character")
    return path, query


def _length(headers: Mapping[str, str]) -> int | None:
    if "transfer-encoding" in headers:
        raise Refused(
            "不接受 Transfer-Encoding，请发送 Content-Length",
            "Transfer-Encoding is not taken here; send a Content-Length",
            http_status=400 if "content-length" in headers else 411,
        )
    value = headers.get("content-length")
    if value is None:
        return None
    if not _LENGTH.fullmatch(value):
        raise Refused("Content-Length 无效", "the Content-Length is not a number of bytes")
    return int(value)


def _expects_continue(headers: Mapping[str, str]) -> bool:
    expected = headers.get("expect")
    if expected is None:
        return False
    if expected.lower() != "100-continue":
        raise Refused("不支持的 Expect", "this Expect is not supported", http_status=417)
    return True


class HttpDate:
    """The Date header, made once a second."""

    def __init__(self) -> None:
        self._second = 0
        self._text = ""

    def text(self) -> str:
        second = int(time.time())
        if second != self._second:
            self._second, self._text = second, formatdate(second, usegmt=True)
        return self._text


def write_head(status: int, *, headers: Iterable[tuple[str, str]], date: str, keep_alive: bool) -> bytes:
    """
    Status line and headers with the security headers; a header named in ``headers`` replaces the one of the same name.

    Headers are written as they are: :mod:`whistle.http.answers` has checked what services gave.
    """
    own = list(headers)
    names = {name.lower() for name, _ in own}
    if names.isdisjoint(_LOWER_SECURITY):
        security = _SECURITY_BLOCK
    else:
        security = "".join(
            f"{name}: {value}\r\n" for name, value in SECURITY_HEADERS.items() if name.lower() not in names
        )
    lines = "".join([f"{name}: {value}\r\n" for name, value in own])
    end = "\r\n" if keep_alive else "Connection: close\r\n\r\n"
    return f"HTTP/1.1 {status} {_PHRASES.get(status, '')}\r\nDate: {date}\r\n{lines}{security}{end}".encode(
        "latin-1"
    )


_LOWER_SECURITY = frozenset(name.lower() for name in SECURITY_HEADERS)
