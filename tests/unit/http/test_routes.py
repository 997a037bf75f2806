"""
Routes, answers, keys: the pure parts around a call.
"""

from __future__ import annotations

import datetime as dt
import json
import socket
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from threading import Event

import pytest
from marshmallow import Schema, fields

from whistle.auth import Tokens
from whistle.clock import SystemClock
from whistle.errors import Malformed, Misconfigured, NotFound, Refused
from whistle.http.answers import cookie_text, make_answer
from whistle.http.health import Health
from whistle.http.idempotency import fingerprint, read_key
from whistle.http.openapi import document
from whistle.http.router import Router
from whistle.http.routes import Cookie, Request, Response, RouteSpec, redirect
from whistle.http.server import HttpServer
from whistle.http.settings import HttpSettings
from whistle.http.staticfiles import StaticFiles

REQUEST = Request(
    method="POST", url="http://w/cases", target="/cases", route="/cases", request_id="r", remote="::1"
)
SPEC = RouteSpec(method="POST", path="/cases", service="intake", name="file_case", status=201)


class Body(Schema):
    text = fields.String(required=True)


@dataclass(frozen=True)
class Filed:
    case_no: str
    at: dt.datetime
    points: Decimal


@pytest.mark.parametrize(
    "wrong",
    [
        {"method": "FETCH"},
        {"method": "get"},
        {"path": "cases"},
        {"method": "GET", "body": Body},
        {"body": Body, "raw": ("text/csv",)},
        {"role": "emperor"},
    ],
)
def test_a_route_without_sense_stops_the_start(wrong: dict[str, object]) -> None:
    """It is refused where it is declared."""
    with pytest.raises(Misconfigured):
        RouteSpec(**({"method": "POST", "path": "/cases"} | wrong))  # type: ignore[arg-type]


def test_the_kind_follows_the_method_unless_given() -> None:
    """A search by POST may say that it only reads."""
    assert ("write", "read") == (SPEC.kind, RouteSpec(method="GET", path="/").kind)
    assert "read" == RouteSpec(method="POST", path="/search", kind="read").kind


def test_two_routes_cannot_share_an_address() -> None:
    """The message names both owners."""
    router = Router()
    router.add(SPEC, lambda _: None)
    with pytest.raises(Misconfigured, match=r"intake\.file_case and points\.earn"):
        router.add(replace(SPEC, service="points", name="earn"), lambda _: None)
    with pytest.raises(Misconfigured):
        router.add(replace(SPEC, path="/<nonsense:x>"), lambda _: None)


def test_addresses_are_found_with_and_without_variables() -> None:
    """A trailing slash does not matter; a wrong method names the right ones."""
    router = Router()
    router.add(SPEC, lambda _: None)
    router.add(RouteSpec(method="GET", path="/cases/<case_no>"), lambda _: None)
    assert SPEC is router.find("POST", "/cases")[0].spec
    assert SPEC is router.find("POST", "/cases/")[0].spec
    assert {"case_no": "26-1"} == router.find("HEAD", "/cases/26-1")[1]
    with pytest.raises(NotFound):
        router.find("GET", "/nowhere")
    with pytest.raises(Refused) as caught:
        router.find("TRACE", "/cases/26-1")
    assert (405, "GET, HEAD") == (caught.value.status, caught.value.detail["allow"])


def test_answers_come_from_whatever_a_method_returns() -> None:
    """Dataclass, mapping, list, text, bytes, nothing."""
    filed = Filed("26-00421-7", dt.datetime(2026, 3, 1, tzinfo=dt.UTC), Decimal("0.5"))
    answer = make_answer(filed, SPEC, None, REQUEST)
    assert 201 == answer.status
    assert {"case_no": "26-00421-7", "at": "2026-03-01T00:00:00+00:00", "points": "0.5"} == json.loads(
        answer.body
    )
    read = replace(SPEC, status=200)
    assert (204, b"") == ((empty := make_answer(None, read, None, REQUEST)).status, empty.body)
    assert '["路灯"]'.encode() == make_answer(["路灯"], read, None, REQUEST).body
    page = make_answer(Response("<p>路</p>"), read, None, REQUEST)
    assert (("Content-Type", "text/html; charset=utf-8"),) == page.headers
    assert (303, b"") == ((moved := make_answer(redirect("/x"), read, None, REQUEST)).status, moved.body)
    assert b'[{"text":"a"}]' == make_answer([{"text": "a", "secret": 1}], read, Body(), REQUEST).body


def test_answers_without_a_form_are_defects() -> None:
    """Objects, NaN and line ends in headers raise; they become a 500, never a broken answer."""
    for wrong in (
        object(),
        {"a": float("nan")},
        Response("x", headers={"X": "a\r\nb"}),
        Response("x", headers={"X": "路"}),
    ):
        with pytest.raises((TypeError, ValueError)):
            make_answer(wrong, SPEC, None, REQUEST)


def test_cookies_are_safe_by_themselves() -> None:
    """HttpOnly and SameSite always, Secure over https, no separators inside."""
    assert "a=b; Path=/; HttpOnly; SameSite=Lax; Max-Age=5; Secure" == cookie_text(
        Cookie(name="a", value="b", max_age=5), secure=True
    )
    with pytest.raises(ValueError, match="cannot be written"):
        cookie_text(Cookie(name="a", value="b; Domain=evil"), secure=False)


def test_a_fingerprint_is_that_of_the_meaning() -> None:
    """Order of fields does not count; body, path and method do."""
    one = replace(REQUEST, payload={"a": 1, "b": [1, 2]})
    assert fingerprint(one) == fingerprint(
        replace(REQUEST, payload={"b": [1, 2], "a": 1}, idempotency_key="k")
    )
    different = {
        fingerprint(other)
        for other in (
            one,
            replace(one, payload={"a": 1, "b": [2, 1]}),
            replace(one, target="/other"),
            replace(one, method="PUT"),
            replace(REQUEST, body=b"raw"),
            replace(REQUEST, body=b"raw2"),
        )
    }
    assert 6 == len(different)


@pytest.mark.parametrize("key", ["", "k" * 256, "a b", "键", "a\x7f"])
def test_keys_are_visible_ascii(key: str) -> None:
    """One to 255 of them."""
    assert "k-1" == read_key("k-1")
    with pytest.raises(Malformed):
        read_key(key)


def test_a_request_does_not_show_what_people_wrote() -> None:
    """Its repr, which ends up in logs, has no contents."""
    request = replace(
        REQUEST, body={"phone": "13800000000"}, payload={"phone": "13800000000"}, headers={"a": "13800000000"}
    )
    assert "13800000000" not in repr(request)


def test_a_check_that_hangs_is_reported_in_time_and_not_started_twice() -> None:
    """Readiness answers within the limit; the hanging check runs once however often it is asked for."""
    started: list[int] = []
    gate = Event()

    def hang() -> None:
        started.append(1)
        gate.wait()

    checks = Health(timeout=0.05)
    checks.add("stuck", hang)
    first, second = checks.ready(), checks.ready()
    gate.set()
    assert ["0.05 秒内没有回应 / no answer within 0.05 s"] * 2 == [first[0].reason, second[0].reason]
    assert [1] == started


def test_a_check_that_raises_shows_no_foreign_text() -> None:
    """Errors of ours speak; of others only the class is shown (their text may hold a password)."""

    def broken() -> None:
        raise ConnectionError("postgresql://whistle:hunter2@db")

    def ours() -> None:
        raise Misconfigured("缺少迁移", "a migration is missing")

    checks = Health()
    checks.add("database", broken, alive=True)
    checks.add("migrations", ours)
    assert ["ConnectionError", "缺少迁移 / a migration is missing"] == [
        found.reason for found in checks.ready()
    ]
    assert ["database"] == [found.name for found in checks.alive()]


def test_links_out_of_the_static_folder_are_not_followed(tmp_path: Path) -> None:
    """A symlink in the folder gives nothing away."""
    inside, outside = tmp_path / "static", tmp_path / "secret.txt"
    inside.mkdir()
    outside.write_text("secret")
    (inside / "link.txt").symlink_to(outside)
    (inside / "a.js").write_text("1")
    files = StaticFiles()
    files.add("intake", inside)
    assert b"1" == files.serve(replace(REQUEST, path={"service": "intake", "name": "a.js"})).body
    with pytest.raises(NotFound):
        files.serve(replace(REQUEST, path={"service": "intake", "name": "link.txt"}))
    with pytest.raises(Misconfigured):
        files.add("intake", tmp_path / "none")


def test_the_api_document_writes_variables_its_own_way() -> None:
    """Converters become schemas; an operation's name is unique."""
    specs = [
        RouteSpec(method="GET", path="/a/<int:id>/<uuid:other>/<path:rest>", service="x", name="show"),
        RouteSpec(method="GET", path="/b", service="x", name="show"),
    ]
    paths = document(specs, version="1")["paths"]
    show = paths["/a/{id}/{other}/{rest}"]["get"]
    assert ["integer", "string", "string"] == [one["schema"]["type"] for one in show["parameters"]]
    assert ["x.show", "x.show_2"] == [show["operationId"], paths["/b"]["get"]["operationId"]]


def test_the_server_also_runs_on_real_threads() -> None:
    """Nothing in it needs eventlet: the day that goes, this stays."""
    clock = SystemClock()
    server = HttpServer(HttpSettings(port=0), Tokens("0123456789abcdefghijklmnopqrstuvwxyz", clock), clock)
    server.register(RouteSpec(method="GET", path="/"), lambda _: {"ok": True})
    server.start()
    with socket.create_connection(("127.0.0.1", server.port), timeout=5) as sock:
        sock.sendall(b"GET / HTTP/1.1\r\nHost: w\r\n\r\n")
        assert sock.recv(65536).endswith(b'{"ok":true}')
        assert server.stop(5)
        assert b"" == sock.recv(1)
    assert 0 == server.connections
