"""
What lawful callers get, on real sockets.
"""

from __future__ import annotations

import datetime as dt
import json
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from openapi_spec_validator import validate

from tests.integration.http.house import HERE, SECRET, House, open_house, request
from whistle.auth import Tokens
from whistle.clock import SystemClock
from whistle.testing.waiting import wait_for


def token(role: str, scope: str = "*") -> str:
    return Tokens(SECRET, SystemClock()).issue(sub="li.wei", role=role, scope=scope)


def test_requests_on_a_kept_connection_are_answered_in_order(house: House) -> None:
    """Three requests sent at once on one connection get three answers in their order."""
    body = '{"text": "路灯不亮"}'.encode()
    caller = house.call()
    caller.send(
        request("GET", "/api/v1/cases?limit=7")
        + request("POST", "/api/v1/cases", body=body, content_type="application/json; charset=UTF-8")
        + request("GET", "/api/v1/cases/26-00421-7")
    )
    first, second, third = caller.reply(), caller.reply(), caller.reply()
    assert {"limit": 7, "who": None} == first.json()
    assert (201, "路灯不亮") == (second.status, second.json()["text"])
    assert {"case_no": "26-00421-7", "text": "路灯不亮"} == third.json()
    assert "路灯不亮".encode() in third.body


def test_http_1_0_and_close_are_honoured(house: House) -> None:
    """An old client, or one that says so, finds the connection closed after the answer."""
    for head in (b"GET / HTTP/1.0\r\n\r\n", b"GET / HTTP/1.1\r\nHost: w\r\nConnection: close\r\n\r\n"):
        caller = house.call()
        caller.send(head)
        assert "close" == caller.reply().headers["connection"]
        assert caller.ended()


def test_head_has_the_headers_of_get_and_no_body(house: House) -> None:
    """HEAD tells the length and sends nothing; the connection goes on."""
    caller = house.call()
    caller.send(request("HEAD", "/") + request("GET", "/"))
    head, get = caller.reply(bodiless=True), caller.reply()
    assert (200, get.headers["content-length"]) == (head.status, head.headers["content-length"])
    assert b"<h1>zh</h1>" == get.body


@pytest.mark.parametrize("method", ["OPTIONS", "TRACE", "BREW", "DELETE"])
def test_other_methods_are_refused_with_what_is_allowed(house: House, method: str) -> None:
    """405 names the methods of the address."""
    reply = house.ask(method, "/api/v1/cases")
    assert (405, "GET, HEAD, POST") == (reply.status, reply.headers["allow"])


def test_every_answer_has_the_security_headers_and_no_banner(house: House) -> None:
    """Pages, JSON and problems alike."""
    for path in ("/", "/api/v1/cases", "/nowhere", "/boom"):
        headers = house.ask("GET", path).headers
        assert "nosniff" == headers["x-content-type-options"]
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert "unsafe" not in headers["content-security-policy"]
        assert "same-origin" == headers["referrer-policy"]
        assert "no-store" == headers["cache-control"]
        assert "server" not in headers


def test_wrong_fields_are_answered_by_name_in_both_languages(house: House) -> None:
    """Unknown, missing and mistyped fields each have their path and their reason."""
    reply = house.post(
        "/api/v1/cases", {"count": "many", "contact": {"phone": "x"}, "colour": 1, "tags": ["a", 2]}
    )
    assert 422 == reply.status
    assert {
        "text": ["必填 / Missing data for required field."],
        "count": ["应为整数 / Not a valid integer."],
        "contact.phone": ["格式不对 / String does not match expected pattern."],
        "colour": ["没有这个字段 / Unknown field."],
        "tags.1": ["应为文本 / Not a valid string."],
    } == reply.json()["errors"]


@pytest.mark.parametrize(
    ("body", "content_type", "status", "said"),
    [
        (b'{"text": "a",}', "application/json", 400, "line 1, column 14"),
        (b'{\n "text": x}', "application/json", 400, "line 2, column 10"),
        (b"", "application/json", 400, "empty"),
        (b'{"text": "a"}', "application/json; charset=gbk", 415, "gbk"),
        ('{"text": "路灯"}'.encode("gbk"), "application/json", 400, "looks like GBK"),
        (b'{"text": "a"}', "text/plain", 415, "text/plain"),
        (b'{"text": "a"}', "", 415, "content type"),
        (b'{"text": "a", "text": "b"}', "application/json", 400, "twice"),
        (b'{"text": NaN}', "application/json", 400, "NaN"),
        (b'{"count": ' + b"9" * 5000 + b"}", "application/json", 400, "5000 digits"),
        (b'{"count": 1e999}', "application/json", 400, "out of range"),
        (b"[" * 100_000, "application/json", 400, "deeper"),
        (b'{"text": "\\ud800"}', "application/json", 400, "surrogate"),
        (b'{"text": "a\\u0000b"}', "application/json", 400, "NUL"),
        (b'["text"]', "application/json", 422, "not valid"),
    ],
)
def test_unreadable_bodies_say_what_and_where(
    house: House, body: bytes, content_type: str, status: int, said: str
) -> None:
    """Each kind of broken body has its own answer."""
    headers = {"content_type": content_type} if content_type else {}
    reply = house.ask("POST", "/api/v1/cases", body=body, **headers)
    assert status == reply.status
    assert said in reply.json()["detail_en"]


def test_problems_are_pages_for_browsers_and_their_type_explains_itself(house: House) -> None:
    """A browser gets a page, Chinese first; `type` leads to an explanation in both languages."""
    page = house.ask("GET", "/nowhere", accept="text/html,application/xhtml+xml,*/*;q=0.8")
    assert (404, "text/html; charset=utf-8") == (page.status, page.headers["content-type"])
    assert page.body.decode().index("没有找到") < page.body.decode().index("Not found")
    english = house.ask("GET", "/nowhere", accept="text/html", accept_language="en-GB,en;q=0.9,zh;q=0.5")
    assert english.body.decode().index("Not found") < english.body.decode().index("没有找到")
    kind = house.ask("GET", "/nowhere").json()["type"]
    assert "地址或编号不存在" in house.ask("GET", kind).body.decode()
    assert 404 == house.ask("GET", "/problems/none-such").status
    assert b"<script>" not in house.ask("GET", "/invalid", accept="text/html").body


def test_errors_of_handlers_have_their_status_and_facts(house: House) -> None:
    """The error's own text, facts and Retry-After reach the client."""
    refused, down = house.ask("GET", "/refuse"), house.ask("GET", "/down")
    assert (409, "closed", "已经办结") == (refused.status, refused.json()["state"], refused.json()["detail"])
    assert (503, "2") == (down.status, down.headers["retry-after"])


def test_staff_routes_want_a_token_of_the_right_role(house: House) -> None:
    """No token 401, too low a role 403, enough 200; a forged one 401 even where none is needed."""
    assert "Bearer" in house.ask("GET", "/staff").headers["www-authenticate"]
    assert 401 == house.ask("GET", "/staff").status
    assert 403 == house.ask("GET", "/staff", authorization=f"Bearer {token('worker')}").status
    assert "li.wei" == house.ask("GET", "/staff", authorization=f"Bearer {token('city')}").json()["who"]
    assert 401 == house.ask("GET", "/api/v1/cases", authorization="Bearer forged").status
    assert 401 == house.ask("GET", "/staff", authorization="Basic bGk6d2Vp").status


def test_the_login_link_sets_a_cookie_and_leads_to_the_front_page(house: House) -> None:
    """The cookie is HttpOnly, lives as long as the token and opens staff pages; a bad link is refused."""
    reply = house.ask("GET", f"/login?token={token('city')}")
    assert (303, "/") == (reply.status, reply.headers["location"])
    cookie = reply.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Max-Age=43" in cookie
    assert 200 == house.ask("GET", "/staff", cookie=cookie.split(";")[0]).status
    assert 401 == house.ask("GET", "/login?token=forged").status
    assert "Max-Age=0" in house.ask("POST", "/logout").headers["set-cookie"]


def test_a_cookie_counts_for_writing_only_in_forms_of_our_own_pages(house: House) -> None:
    """JSON with a cookie is not logged in; a form is if it comes from this origin, and is refused from another."""
    cookie = f"whistle_token={token('city')}"
    form = {"content_type": "application/x-www-form-urlencoded", "cookie": cookie}
    assert 401 == house.post("/staff", {"text": "a"}, cookie=cookie).status
    assert 401 == house.ask("POST", "/staff-form", body=b"text=a", **form).status
    assert (
        200 == house.ask("POST", "/staff-form", body=b"text=a", origin="http://whistle.test", **form).status
    )
    assert (
        200 == house.ask("POST", "/staff-form", body=b"text=a", sec_fetch_site="same-origin", **form).status
    )
    for headers in ({"origin": "http://evil.test"}, {"sec_fetch_site": "cross-site"}, {"origin": "null"}):
        assert 403 == house.ask("POST", "/staff-form", body=b"text=a", **form, **headers).status
        assert 403 == house.ask("POST", "/form", body=b"text=a", **form, **headers).status


def test_forms_become_what_json_would_be(house: House) -> None:
    """A form's text, repeated and dotted fields pass the same schema; nobody needs a token where no role is asked."""
    body = b"text=%E8%B7%AF%E7%81%AF&tags=a&contact.phone=13800000000&count=5&empty="
    reply = house.ask("POST", "/form", body=body, content_type="application/x-www-form-urlencoded")
    assert "<p>路灯 nobody ['a']</p>" == reply.body.decode()


def test_the_language_is_chosen_by_link_and_remembered(house: House) -> None:
    """``?lang=en`` switches a page and sets a cookie, which then counts more than the browser's wish."""
    reply = house.ask("GET", "/?lang=en&from=singlemessage")
    assert b"<h1>en</h1>" == reply.body
    cookie = reply.headers["set-cookie"].split(";")[0]
    assert b"<h1>en</h1>" == house.ask("GET", "/", cookie=cookie, accept_language="zh-CN").body


def test_uploads_arrive_as_bytes_of_the_named_types_only(house: House) -> None:
    """A raw route takes its media types and its own size."""
    assert (
        3_000_000
        == house.ask("POST", "/upload", body=b"x" * 3_000_000, content_type="text/csv").json()["bytes"]
    )
    assert 415 == house.ask("POST", "/upload", body=b"x", content_type="image/png").status
    assert 400 == house.ask("POST", "/upload", content_type="text/csv").status


def test_a_bad_idempotency_key_is_refused(house: House) -> None:
    """Longer than 255 characters is no key."""
    assert 201 == house.post("/api/v1/cases", {"text": "a"}, idempotency_key="k" * 255).status
    assert 400 == house.post("/api/v1/cases", {"text": "a"}, idempotency_key="k" * 256).status


def test_queries_are_checked_by_name(house: House) -> None:
    """Out of range and unknown parameters are named."""
    reply = house.ask("GET", "/api/v1/cases?limit=1000&sort=x")
    assert {"limit", "sort"} == set(reply.json()["errors"])
    assert {"limit"} == set(house.ask("GET", "/api/v1/cases?limit=").json()["errors"])


def test_health_names_each_check(house: House) -> None:
    """Alive although not ready; readiness says which check fails and why."""
    assert {"ok": True, "checks": []} == house.ask("GET", "/livez").json()
    reply = house.ask("GET", "/readyz")
    assert 503 == reply.status
    assert [
        {"name": "database", "ok": True, "reason": None},
        {"name": "broker", "ok": False, "reason": "连不上 / cannot be reached"},
    ] == reply.json()["checks"]
    assert {"name": "whistle", "version": "1.2.3", "services": ["intake"]} == house.ask(
        "GET", "/version"
    ).json()


def test_metrics_count_by_route_pattern(house: House) -> None:
    """The route's pattern is the label, never a case number."""
    house.ask("GET", "/api/v1/cases/26-00421-7")
    text = house.ask("GET", "/metrics").body.decode()
    assert 'whistle_http_requests_total{method="GET",route="/api/v1/cases/<case_no>"' in text
    assert "26-00421-7" not in text


def test_metrics_are_for_the_machine_itself_and_for_who_may(house: House, tmp_path: Path) -> None:
    """From elsewhere, a proxy on this machine included, with a token of the role metrics or admin only; or if set open."""
    ways: tuple[dict[str, Any], ...] = ({"x_forwarded_for": "203.0.113.7"}, {"forwarded": "for=203.0.113.7"})
    for proxied in ways:
        assert 401 == house.ask("GET", "/metrics", **proxied).status
        for role, status in (("resident", 403), ("city", 403), ("metrics", 200), ("admin", 200)):
            bearer = f"Bearer {token(role)}"
            assert status == house.ask("GET", "/metrics", authorization=bearer, **proxied).status
    assert 200 == house.ask("GET", "/metrics").status
    with open_house(tmp_path, trusted_proxies=["127.0.0.1"]) as behind:
        assert 401 == behind.ask("GET", "/metrics", x_forwarded_for="203.0.113.7").status
    with open_house(tmp_path, metrics_open=True) as opened:
        assert 200 == opened.ask("GET", "/metrics", x_forwarded_for="203.0.113.7").status


def test_the_api_document_is_valid_openapi(house: House) -> None:
    """The whole document and each service's own are valid OpenAPI 3.1 and name bodies, problems, keys and roles."""
    whole = house.ask("GET", "/openapi.json").json()
    validate(whole)
    own = house.ask("GET", "/openapi.json?service=intake").json()
    validate(own)
    assert "/livez" in whole["paths"]
    assert "/livez" not in own["paths"]
    assert "/form" not in own["paths"]
    post = own["paths"]["/api/v1/cases"]["post"]
    assert {"$ref": "#/components/parameters/IdempotencyKey"} in post["parameters"]
    assert {"$ref": "#/components/responses/Problem422"} == post["responses"]["422"]
    assert "3.1.0" == own["openapi"]
    assert "street" == own["paths"]["/staff"]["get"]["x-required-role"]
    assert "/api/v1/cases/{case_no}" in own["paths"]
    assert 404 == house.ask("GET", "/openapi.json?service=none").status


def test_static_files_come_with_an_etag_and_nothing_else_comes(house: House) -> None:
    """304 for what the caller has; no way out of the folder, no hidden files."""
    reply = house.ask("GET", "/static/intake/css/page.css")
    assert (200, "text/css; charset=utf-8") == (reply.status, reply.headers["content-type"])
    assert "max-age" in reply.headers["cache-control"]
    again = house.ask("GET", "/static/intake/css/page.css", if_none_match=reply.headers["etag"])
    assert (304, b"") == (again.status, again.body)
    for name in (
        "../running.py",
        "%2e%2e/running.py",
        "css/../../running.py",
        "/etc/passwd",
        ".hidden",
        "css",
        "",
    ):
        assert 404 == house.ask("GET", f"/static/intake/{name}").status
    assert 404 == house.ask("GET", "/static/other/css/page.css").status


def test_the_access_log_has_patterns_and_no_contents(house: House) -> None:
    """One line a request with route, status and case number; no query, body, token or unknown path in it."""
    secret = "13912345678"
    house.ask("GET", f"/api/v1/cases/26-00421-7?phone={secret}", cookie=f"x={secret}")
    house.post("/api/v1/cases", {"text": secret})
    house.ask("GET", f"/{secret}")
    reference = house.ask("GET", f"/login?token={secret}").headers["x-request-id"]
    wait_for(lambda: any(line.get("request_id") == reference for line in house.logged()))
    lines = [line for line in house.logged() if line["event"] == "http.request"]
    shown = next(line for line in lines if line["route"] == "/api/v1/cases/<case_no>" and "case_no" in line)
    assert ("GET", 200, "26-00421-7", "intake") == (
        shown["method"],
        shown["status"],
        shown["case_no"],
        shown["service"],
    )
    assert secret not in json.dumps(lines)


def test_stopping_finishes_what_runs_and_takes_no_more(open_one: Callable[..., House]) -> None:
    """On SIGTERM idle connections end, a running request gets its answer, new callers are refused, the exit is clean."""
    house = open_one()
    idle, busy, helper = house.call(), house.call(), house.call()
    idle.send(request("GET", "/"))
    idle.reply()
    busy.send(request("GET", "/wait"))
    wait_for(lambda: house.ask("GET", "/waiting").json()["waiting"] == 1)
    helper.send(b"POST /gate HTTP/1.1\r\nHost: w\r\nContent-Length: 1\r\n")
    wait_for(lambda: b"whistle_http_connections 4.0" in house.ask("GET", "/metrics").body)
    house.process.terminate()
    assert idle.ended()
    assert wait_for(house.refuses)
    helper.send(b"\r\nx")
    assert "close" == helper.reply().headers["connection"]
    assert ({"waited": True}, "close") == ((reply := busy.reply()).json(), reply.headers["connection"])
    assert 0 == house.process.wait(10)


def test_stopping_cuts_what_does_not_end(open_one: Callable[..., House]) -> None:
    """A request that hangs beyond the grace period is cut, and the exit says so."""
    house = open_one()
    busy = house.call()
    busy.send(request("GET", "/wait"))
    wait_for(lambda: house.ask("GET", "/waiting").json()["waiting"] == 1)
    assert 1 == house.stop()


def test_a_port_in_use_is_one_clear_line(house: House, tmp_path: Path) -> None:
    """The start fails with one line that names the address and the setting."""
    command = [
        sys.executable,
        "-W",
        "ignore",
        str(HERE / "running.py"),
        json.dumps({"port": house.port}),
        "0",
    ]
    environment = {"PYTHONPATH": str(HERE.parents[2] / "shared"), "WHISTLE_SECRET_KEY": SECRET}
    done = subprocess.run(command, capture_output=True, text=True, timeout=30, env=environment, check=False)
    assert (2, 1) == (done.returncode, len(done.stderr.splitlines()))
    assert f"127.0.0.1:{house.port}" in done.stderr
    assert "WHISTLE_HTTP" in done.stderr


def test_addresses_behind_a_trusted_proxy_are_believed_and_others_are_not(tmp_path: Path) -> None:
    """Only a trusted proxy may say that a request came over https, which makes cookies Secure."""
    link = f"/login?token={token('city')}"
    with open_house(tmp_path, trusted_proxies=["127.0.0.1"]) as house:
        assert "Secure" in house.ask("GET", link, x_forwarded_proto="https").headers["set-cookie"]
    with open_house(tmp_path) as house:
        assert "Secure" not in house.ask("GET", link, x_forwarded_proto="https").headers["set-cookie"]


def test_it_listens_on_ipv6(tmp_path: Path) -> None:
    """The host may be an IPv6 address."""
    with (
        open_house(tmp_path, host="::1") as house,
        socket.create_connection(("::1", house.port), timeout=5) as sock,
    ):
        sock.sendall(request("GET", "/"))
        assert sock.recv(12) == b"HTTP/1.1 200"


def test_an_expired_token_is_refused(house: House) -> None:
    """A token past its end and the leeway is no token."""
    expired = Tokens(SECRET, SystemClock()).issue(
        sub="li.wei", role="city", scope="*", ttl=dt.timedelta(seconds=-120)
    )
    assert "expired" in house.ask("GET", "/staff", authorization=f"Bearer {expired}").json()["detail_en"]
