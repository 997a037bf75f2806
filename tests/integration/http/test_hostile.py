"""
What callers do wrong, in error or on purpose, on real sockets: each gets its own clear answer and costs the others nothing.
"""

from __future__ import annotations

import socket
import struct
import time
from collections.abc import Callable

import pytest

from tests.integration.http.house import Caller, House, request
from whistle.testing.waiting import wait_for

HEAD = b"POST /api/v1/cases HTTP/1.1\r\nHost: w\r\nContent-Type: application/json\r\n"
GOOD = '{"text": "路灯不亮"}'.encode()


def works(house: House) -> bool:
    """Does an ordinary request still get its answer?"""
    return house.post("/api/v1/cases", {"text": "好"}).status == 201


@pytest.mark.parametrize(
    ("lines", "status"),
    [
        (b"Transfer-Encoding: chunked\r\n", 411),
        (b"Transfer-Encoding: gzip, chunked\r\n", 411),
        (b"Transfer-Encoding : chunked\r\n", 400),
        (b"Transfer-Encoding: chunked\r\nContent-Length: 5\r\n", 400),
        (b"Content-Length: 5\r\nContent-Length: 6\r\n", 400),
        (b"Content-Length: 5\r\nContent-Length: 5\r\n", 400),
        (b"Content-Length: 5, 5\r\n", 400),
        (b"Content-Length: -5\r\n", 400),
        (b"Content-Length: +5\r\n", 400),
        (b"Content-Length: 0x5\r\n", 400),
        (b"Content-Length: five\r\n", 400),
        (b"Content-Length: \r\n", 400),
        (b"Content-Length: 99999999999999999999\r\n", 400),
        (b"Content-Length: 5\r\nHost: other\r\n", 400),
        (b"Content-Length: 5\r\n folded: yes\r\n", 400),
        (b"Content-Length: 5\r\nX-Bad: a\x00b\r\n", 400),
        (b"Content-Length: 5\r\nX-Bad: a\rb\r\n", 400),
        (b"Content-Length: 5\r\n: nameless\r\n", 400),
        (b"Content-Length: 5\r\nno colon\r\n", 400),
        (b"Content-Length: 5\r\nExpect: the-impossible\r\n", 417),
        (b"Content-Length: 5\nX: y\r\n", 400),
    ],
)
def test_ambiguous_heads_are_refused(house: House, lines: bytes, status: int) -> None:
    """A head that two readers could understand differently is refused, and the connection closed."""
    caller = house.call()
    caller.send(HEAD + lines + b"\r\n" + b"hello")
    reply = caller.reply()
    assert status == reply.status
    assert "close" == reply.headers["connection"]
    assert "application/problem+json" == reply.headers["content-type"]
    assert caller.ended()


@pytest.mark.parametrize(
    ("data", "status"),
    [
        (b"GET / HTTP/1.1\r\n\r\n", 400),
        (b"GET / HTTP/2.0\r\nHost: w\r\n\r\n", 505),
        (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505),
        (b"GET /\r\n\r\n", 400),
        (b"GET  / HTTP/1.1\r\nHost: w\r\n\r\n", 400),
        (b"GET nowhere HTTP/1.1\r\nHost: w\r\n\r\n", 400),
        (b"CONNECT w:443 HTTP/1.1\r\nHost: w\r\n\r\n", 400),
        (b"GET /\xe8\xb7\xaf HTTP/1.1\r\nHost: w\r\n\r\n", 400),
        (b"GET /%ff%fe HTTP/1.1\r\nHost: w\r\n\r\n", 400),
        (b"GET /a%00b HTTP/1.1\r\nHost: w\r\n\r\n", 400),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 400),
        (b"GET / HTTP/1.1\nHost: w\n\n", 400),
        (b"\x00" * 100, 400),
    ],
)
def test_what_is_no_request_is_refused_at_once(house: House, data: bytes, status: int) -> None:
    """Bytes that can become no HTTP/1.1 request are answered without waiting for more."""
    started = time.monotonic()
    assert status == house.raw(data).status
    assert 5 > time.monotonic() - started


def test_the_absolute_form_and_leading_line_ends_are_understood(house: House) -> None:
    """What proxies and old clients lawfully send is served."""
    assert 200 == house.raw(b"\r\nGET http://w/api/v1/cases HTTP/1.1\r\nHost: w\r\n\r\n").status


def test_long_urls_large_heads_and_many_headers_are_refused(house: House) -> None:
    """414 for the URL, 431 for the headers, both while they are still coming."""
    assert 414 == house.raw(b"GET /" + b"a" * 9000 + b" HTTP/1.1\r\nHost: w\r\n\r\n").status
    assert 414 == house.raw(b"GET /" + b"a" * 100_000).status
    assert 431 == house.raw(b"GET / HTTP/1.1\r\nHost: w\r\n" + b"X-A: b\r\n" * 200 + b"\r\n").status
    assert 431 == house.raw(b"GET / HTTP/1.1\r\nHost: w\r\nX-A: " + b"b" * 40_000).status


def test_slow_headers_are_cut(open_one: Callable[..., House]) -> None:
    """A head that drips is answered 408 when its time is up, however regular the drops."""
    house = open_one(header_timeout=0.5)
    caller = house.call()
    answer = caller.drip(b"GET / HTTP/1.1\r\nHost: w\r\n" + b"X-A: b\r\n" * 100, every=0.05)
    assert answer.startswith(b"HTTP/1.1 408 ")
    assert works(house)


def test_slow_bodies_are_cut(open_one: Callable[..., House]) -> None:
    """A body that drips is answered 408 when its time is up."""
    house = open_one(body_timeout=0.5)
    caller = house.call()
    caller.send(HEAD + b"Content-Length: 500\r\n\r\n")
    assert caller.drip(b"x" * 400, every=0.05).startswith(b"HTTP/1.1 408 ")
    assert works(house)


def test_a_silent_connection_is_closed_without_a_word(open_one: Callable[..., House]) -> None:
    """Neither a fresh nor a kept connection may stay silent for ever."""
    house = open_one(header_timeout=0.3, idle_timeout=0.3)
    fresh, kept = house.call(), house.call()
    kept.send(request("GET", "/"))
    assert 200 == kept.reply().status
    assert fresh.ended()
    assert kept.ended()


def test_a_caller_that_does_not_read_is_cut(open_one: Callable[..., House]) -> None:
    """An answer nobody takes holds its connection only until its time is up."""
    house = open_one(write_timeout=0.3, min_rate=1_000_000_000)
    caller = house.call()
    caller.send(request("GET", "/large"))
    wait_for(lambda: b"whistle_http_connections 1.0" in house.ask("GET", "/metrics").body)
    assert works(house)
    caller.close()


def test_large_bodies_are_refused_before_they_are_read(house: House) -> None:
    """Two megabytes where one is allowed: 413 says what is allowed."""
    reply = house.raw(HEAD + b"Content-Length: 2000000\r\n\r\n" + b"x" * 2_000_000)
    assert (413, 1024 * 1024) == (reply.status, reply.json()["limit"])


def test_a_300_megabyte_body_is_never_held(house: House) -> None:
    """A body far beyond the limit leaves the memory where it was."""
    works(house)
    before = house.resident_megabytes()
    caller = house.call()
    caller.send(HEAD + b"Content-Length: 300000000\r\n\r\n")
    sent = caller.send_until_refused(b"x" * 1_000_000, times=300)
    assert 300 > sent
    assert 20 > house.resident_megabytes() - before
    assert works(house)


def test_all_bodies_together_are_limited(open_one: Callable[..., House]) -> None:
    """A second large body at the same time is answered 503 with Retry-After, a later one is taken."""
    house = open_one(max_bodies=15_000_000)
    head = b"POST /upload HTTP/1.1\r\nHost: w\r\nContent-Type: text/csv\r\nContent-Length: 10000000\r\n\r\n"
    first, second = house.call(), house.call()
    first.send(head + b"x")
    first.send(b"x")

    def refused() -> bool:
        second = house.call()
        second.send(head)
        second.sock.settimeout(0.2)
        try:
            return second.reply().status == 503
        except TimeoutError:
            return False
        finally:
            second.close()

    assert wait_for(refused)
    first.send(b"x" * 9_999_998)
    assert 10_000_000 == first.reply().json()["bytes"]
    assert 10_000_000 == wait_for(lambda: house.raw(head + b"x" * 10_000_000).json().get("bytes"))
    second.close()


def test_a_truncated_body_is_malformed(house: House) -> None:
    """A body that ends early is told so, with the numbers; nothing is handled."""
    reply = house.raw(HEAD + b"Content-Length: 100\r\n\r\n" + GOOD, half_close=True)
    assert 400 == reply.status
    assert "/problems/malformed" == reply.json()["type"]
    assert "100" in reply.json()["detail_en"]


def test_a_reset_in_the_middle_harms_nobody(house: House) -> None:
    """A caller that resets its connection is forgotten."""
    caller = house.call()
    caller.send(HEAD + b"Content-Length: 100\r\n\r\n")
    caller.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    caller.close()
    assert works(house)


def test_the_connection_limit_answers_503(open_one: Callable[..., House]) -> None:
    """One connection too many is told so at once; when another leaves there is room again."""
    house = open_one(max_connections=3)
    guests = [house.call() for _ in range(3)]
    for guest in guests:
        guest.send(request("GET", "/"))
        assert 200 == guest.reply().status
    reply = house.raw(b"")
    assert (503, "2") == (reply.status, reply.headers["retry-after"])
    guests.pop().close()
    assert wait_for(lambda: _status(house) == 201)


def _status(house: House) -> int:
    try:
        return house.post("/api/v1/cases", {"text": "好"}).status
    except (OSError, AssertionError):
        return 0


def test_running_out_of_descriptors_does_not_end_the_service(open_one: Callable[..., House]) -> None:
    """With every descriptor taken by idle connections, new callers still get an answer, and the process lives."""
    house = open_one(descriptors=60)
    guests: list[Caller] = [house.call() for _ in range(150)]
    assert wait_for(lambda: any(line["event"] == "http.out_of_descriptors" for line in house.logged()))
    assert wait_for(lambda: _status(house) == 201)
    for guest in guests:
        guest.close()
    assert wait_for(lambda: _status(house) == 201)
    assert None is house.process.poll()


def test_bodies_where_none_belongs_are_refused(house: House) -> None:
    """A GET with a body is refused and the connection closed, so that the body is never taken for a request."""
    caller = house.call()
    caller.send(request("GET", "/api/v1/cases", body=b"GET /boom HTTP/1.1\r\nHost: w\r\n\r\n"))
    assert 400 == caller.reply().status
    unknown = house.call()
    unknown.send(request("POST", "/nowhere", body=b"GET /boom HTTP/1.1\r\nHost: w\r\n\r\n"))
    assert 404 == unknown.reply().status
    unknown.send(request("GET", "/"))
    assert 200 == unknown.reply().status


def test_a_continue_is_asked_for_only_when_the_body_is_wanted(house: House) -> None:
    """``Expect: 100-continue`` gets its 100 for a good request, and 413 without a 100 for a large one."""
    caller = house.call()
    caller.send(HEAD + b"Expect: 100-continue\r\nContent-Length: %d\r\n\r\n" % len(GOOD))
    assert 100 == caller.reply().status
    caller.send(GOOD)
    assert 201 == caller.reply().status
    assert 413 == house.raw(HEAD + b"Expect: 100-continue\r\nContent-Length: 2000000\r\n\r\n").status


@pytest.mark.parametrize("path", ["/boom", "/leave", "/late", "/broken-header"])
def test_defects_give_a_reference_and_no_text(house: House, path: str) -> None:
    """Whatever a handler raises, a client sees a reference; the traceback is in the log under it."""
    reply = house.ask("GET", path)
    assert 500 == reply.status
    assert b"SELECT" not in reply.body
    assert b"Traceback" not in reply.body
    reference = reply.json()["instance"].removeprefix("urn:uuid:")
    failures = [
        line for line in house.logged() if line["event"] == "http.failed" and line["request_id"] == reference
    ]
    assert 1 == len(failures)
    assert "Traceback" in failures[0]["exception"]
    assert works(house)
