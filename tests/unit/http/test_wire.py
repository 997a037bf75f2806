"""
Heads on the wire.
"""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from whistle.errors import Misconfigured, Refused
from whistle.http.settings import HttpSettings
from whistle.http.wire import Head, HttpDate, read_head, write_head

LIMITS = HttpSettings()


def head(text: str) -> Head:
    return read_head(text.encode("latin-1"), LIMITS)


def test_a_head_is_taken_apart() -> None:
    """Path decoded, query raw, names in lower case, repeated headers joined."""
    found = head(
        "POST /a/%E8%B7%AF?x=%41 HTTP/1.1\r\nHost: w\r\nAccept: a\r\nACCEPT:  b \r\nContent-Length: 007\r\n"
    )
    assert ("POST", "/a/路", "x=%41", 7, True, False) == (
        found.method,
        found.path,
        found.query,
        found.length,
        found.keep_alive,
        found.expects_continue,
    )
    assert {"host": "w", "accept": "a, b", "content-length": "007"} == dict(found.headers)


@pytest.mark.parametrize(
    ("version", "connection", "kept"),
    [("1.1", "", True), ("1.1", "Close", False), ("1.0", "", False), ("1.0", "Keep-Alive", True)],
)
def test_connections_are_kept_as_the_version_says(version: str, connection: str, kept: bool) -> None:
    """1.1 keeps unless told otherwise, 1.0 closes unless told otherwise."""
    line = f"Connection: {connection}\r\n" if connection else ""
    assert kept is head(f"GET / HTTP/{version}\r\nHost: w\r\n{line}").keep_alive


@pytest.mark.parametrize(
    "name", ["Host", "Content-Length", "Authorization", "Cookie", "Idempotency-Key", "Content-Type", "Origin"]
)
def test_headers_that_decide_something_come_once(name: str) -> None:
    """Two of them are refused, even if they are alike."""
    rest = "" if name == "Host" else "Host: w\r\n"
    with pytest.raises(Refused, match="more than once"):
        head(f"GET / HTTP/1.1\r\n{rest}{name}: 1\r\n{name}: 1\r\n")


@given(
    st.binary(max_size=300)
    | st.text(st.sampled_from("GET /:%\r\n HTPhost1.0a\t"), max_size=80).map(str.encode)
)
@example(b"GET / HTTP/1.1\r\nHost: w\r\nX:" + b" " * 30_000 + b"\r\n")
@example(b"GET /" + b"%" * 5000 + b" HTTP/1.1\r\nHost: w\r\n")
def test_any_bytes_are_a_head_or_refused(raw: bytes) -> None:
    """Nothing but Refused comes out of foreign bytes."""
    with suppress(Refused):
        found = read_head(raw, LIMITS)
        assert found.path == "*" or found.path.startswith("/")


def test_answers_carry_the_security_headers_unless_replaced() -> None:
    """A header that an answer names itself comes once."""
    plain = write_head(200, headers=(), date="now", keep_alive=True)
    assert plain.startswith(b"HTTP/1.1 200 OK\r\nDate: now\r\n")
    assert b"Cache-Control: no-store\r\n" in plain
    assert b"Connection" not in plain
    cached = write_head(200, headers=[("cache-control", "public")], date="now", keep_alive=False)
    assert 1 == cached.lower().count(b"cache-control")
    assert b"X-Content-Type-Options: nosniff\r\n" in cached
    assert cached.endswith(b"Connection: close\r\n\r\n")


@pytest.mark.parametrize(
    ("address", "host", "port"),
    [
        ("127.0.0.1:8000", "127.0.0.1", 8000),
        (":80", "0.0.0.0", 80),
        ("[::1]:0", "::1", 0),
        ("whistle.local:65535", "whistle.local", 65535),
    ],
)
def test_an_address_is_host_and_port(address: str, host: str, port: int) -> None:
    """As WHISTLE_HTTP has it."""
    settings = HttpSettings.listening_on(address, max_body=5)
    assert (host, port, 5) == (settings.host, settings.port, settings.max_body)


@pytest.mark.parametrize(
    "address", ["", "8000", "localhost", "h:", "h:http", "h:65536", "::1:80", "h:-1", "h:８０"]
)
def test_other_addresses_stop_the_start(address: str) -> None:
    """The message names the setting."""
    with pytest.raises(Misconfigured, match="WHISTLE_HTTP"):
        HttpSettings.listening_on(address)


def test_the_date_is_that_of_http() -> None:
    """In GMT, as RFC 9110 writes it."""
    assert HttpDate().text().endswith(" GMT")
