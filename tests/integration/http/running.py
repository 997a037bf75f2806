"""
The server under test: ``python running.py SETTINGS_JSON DESCRIPTORS``; prints its port, stops on SIGTERM.
"""

# ruff: noqa: E402 — everything is imported after the patching

from __future__ import annotations

import eventlet

eventlet.monkey_patch()

import json
import os
import resource
import signal
import socket
import sys
import threading
from pathlib import Path

import structlog
from marshmallow import Schema, fields, validate
from prometheus_client import CollectorRegistry

from whistle.auth import Tokens
from whistle.clock import SystemClock
from whistle.errors import DependencyDown, Invalid, Misconfigured, NotAllowedNow
from whistle.http import standard
from whistle.http.health import Health
from whistle.http.metrics import HttpMetrics
from whistle.http.routes import HTML, Request, Response, RouteSpec
from whistle.http.server import HttpServer
from whistle.http.settings import HttpSettings
from whistle.log import add_facts

structlog.configure(
    processors=[
        add_facts,
        structlog.processors.add_log_level,
        structlog.processors.format_exc_info,
        structlog.processors.JSONRenderer(ensure_ascii=False),
    ],
    logger_factory=structlog.WriteLoggerFactory(sys.stderr),
)


class Contact(Schema):
    phone = fields.String(required=True, validate=validate.Regexp(r"1\d{10}"))


class CaseBody(Schema):
    text = fields.String(required=True, validate=validate.Length(min=1, max=500))
    count = fields.Integer()
    contact = fields.Nested(Contact)
    tags = fields.List(fields.String())


class CaseAnswer(Schema):
    case_no = fields.String(required=True)
    text = fields.String(required=True)


class ListQuery(Schema):
    limit = fields.Integer(validate=validate.Range(min=1, max=100), load_default=20)


class Handlers:
    """What a service would do."""

    def __init__(self) -> None:
        self.gate = threading.Event()
        self.waiting = 0

    def file_case(self, request: Request):
        return {"case_no": "26-00421-7", "text": request.body["text"], "count": request.body.get("count")}

    def list_cases(self, request: Request):
        return {"limit": request.query["limit"], "who": request.principal.sub if request.principal else None}

    def show_case(self, request: Request):
        return {"case_no": request.path["case_no"], "text": "路灯不亮"}

    def boom(self, _request: Request):
        raise ValueError("SELECT secret FROM contacts WHERE phone='13800000000'")

    def leave(self, _request: Request):
        raise SystemExit(3)

    def late(self, _request: Request):
        raise eventlet.Timeout(1)

    def down(self, _request: Request):
        raise DependencyDown("数据库不可用", "the database is down")

    def refuse(self, _request: Request):
        raise NotAllowedNow("已经办结", "it is closed already", state="closed")

    def invalid(self, _request: Request):
        raise Invalid("有误", "not valid", fields={"<b>": ["<script>坏 / bad"]})

    def wait(self, _request: Request):
        self.waiting += 1
        self.gate.wait()
        return {"waited": True}

    def open_gate(self, _request: Request):
        self.gate.set()

    def count_waiting(self, _request: Request):
        return {"waiting": self.waiting}

    def page(self, request: Request):
        return Response(f"<h1>{request.language}</h1>")

    def form(self, request: Request):
        who = request.principal.sub if request.principal else "nobody"
        return Response(f"<p>{request.body['text']} {who} {request.body.get('tags')}</p>")

    def upload(self, request: Request):
        return {"bytes": len(request.body)}

    def large(self, _request: Request):
        return Response(b"x" * 30_000_000, content_type="text/plain")

    def broken_header(self, _request: Request):
        return Response("x", headers={"X-Name": "a\r\nSet-Cookie: evil=1"})


def specs(handlers: Handlers):
    def route(method: str, path: str, call, **rest):
        return RouteSpec(method=method, path=path, **rest).bound_to(
            service="intake", name=call.__name__
        ), call

    return (
        route("POST", "/api/v1/cases", handlers.file_case, body=CaseBody, status=201),
        route("GET", "/api/v1/cases", handlers.list_cases, query=ListQuery),
        route("GET", "/api/v1/cases/<case_no>", handlers.show_case, answer=CaseAnswer),
        route("GET", "/staff", handlers.list_cases, query=ListQuery, role="street"),
        route("POST", "/staff", handlers.file_case, body=CaseBody, role="worker"),
        route("GET", "/boom", handlers.boom),
        route("GET", "/leave", handlers.leave),
        route("GET", "/late", handlers.late),
        route("GET", "/down", handlers.down),
        route("GET", "/refuse", handlers.refuse),
        route("GET", "/invalid", handlers.invalid),
        route("GET", "/wait", handlers.wait),
        route("POST", "/gate", handlers.open_gate),
        route("GET", "/waiting", handlers.count_waiting),
        route("GET", "/", handlers.page, answer_type=HTML),
        route("POST", "/form", handlers.form, body=CaseBody, form=True, answer_type=HTML),
        route(
            "POST", "/staff-form", handlers.form, body=CaseBody, form=True, answer_type=HTML, role="worker"
        ),
        route("POST", "/upload", handlers.upload, raw=("text/csv",), max_body=20_000_000),
        route("GET", "/large", handlers.large),
        route("GET", "/broken-header", handlers.broken_header),
    )


def main() -> int:
    settings = HttpSettings(**{"port": 0, **json.loads(sys.argv[1])})
    clock = SystemClock()
    registry = CollectorRegistry()
    server = HttpServer(
        settings, Tokens(os.environ["WHISTLE_SECRET_KEY"], clock), clock, observer=HttpMetrics(registry)
    )
    for spec, call in specs(Handlers()):
        server.register(spec, call)
    checks = Health()
    checks.add("database", lambda: None)
    checks.add("broker", lambda: "连不上 / cannot be reached")
    static = {"intake": Path(__file__).parent / "static"}
    standard.attach(server, checks=checks, registry=registry, version="1.2.3", static=static)
    # a byte on a socket wakes eventlet's hub; an event set by a signal handler would be seen only at its next timer
    stop, signalled = socket.socketpair()
    signal.signal(signal.SIGTERM, lambda *_: signalled.send(b"x") and None)
    try:
        server.start()
    except Misconfigured as error:
        print(error, file=sys.stderr)
        return 2
    if int(sys.argv[2]):
        resource.setrlimit(resource.RLIMIT_NOFILE, (int(sys.argv[2]), int(sys.argv[2])))
    print(server.port, flush=True)
    stop.recv(1)
    return 0 if server.stop(grace=1.0) else 1


if __name__ == "__main__":
    sys.exit(main())
