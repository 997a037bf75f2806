"""A desk at which people call the points service's interface, as the web server would: checked, in a unit of work, answered."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
from typing import Any

from whistle.auth import Principal
from whistle.http.routes import Request
from whistle.http.validation import load, strict
from whistle.runtime.web import RouteEntry
from whistle.storage import Job, run_together
from whistle_points.domain import Caps, Item, Scheme, Schemes, Validity
from whistle_points.rules import Rules
from whistle_points.service import PointsService
from whistle_points.settings import PointsSettings
from whistle_points.tools import Tools

VOLUNTEER = Item(
    id="volunteer",
    name="志愿服务",
    tenths=10,
    unit="hour",
    caps=Caps(event=20, day=30, month=60, year=100),
    evidence=("photo",),
    claims=frozenset({"self", "peer", "organisation"}),
    activity=True,
)
ADVICE = Item(id="advice", name="建言献策", tenths=5, claims=frozenset({"self"}), who=frozenset({"党员"}))
ABSENT = Item(id="absent", name="无故缺席", tenths=-20, claims=frozenset({"organisation"}))
SCHEME = Scheme(
    district="mawei",
    version=1,
    name="马尾积分办法",
    valid_from=dt.date(2026, 1, 1),
    items={item.id: item for item in (VOLUNTEER, ADVICE, ABSENT)},
    validity=Validity(mode="months", months=36),
    appeal_days=5,
    pickup_days=3,
    order_limit=3,
    text_hash="a" * 64,
)
RULES = Rules({"mawei": Schemes((SCHEME,))})
PHOTO = {"kind": "photo", "sha256": "0" * 64}


class Desk:
    """Calls routes of the service by the name of their method; ``by`` is who calls."""

    def __init__(self, database, *, rules=RULES):
        self.database = database
        self.clock = database.clock
        self.service: Any = PointsService()
        self.tools = Tools(rules=rules, settings=PointsSettings(page=50), database=database, secret="s" * 32)
        vars(self.service)["tools"] = self.tools  # as the container does

    def job(
        self, name: str, body: dict[str, Any] | None = None, *, by="clerk", role="admin", path=None, **query
    ):
        """What a request runs, and the schema of its answer."""
        entry = next(
            one for one in getattr(PointsService, name).nameko_entrypoints if isinstance(one, RouteEntry)
        )
        spec = entry.spec
        request = Request(
            method=spec.method,
            url="/",
            target="/",
            route=spec.path,
            request_id="1",
            remote="127.0.0.1",
            path=path or {},
            query=load(spec.query(), query, what_zh="查询", what_en="query") if spec.query else query,
            body=load(strict(spec.body()), body or {}, what_zh="内容", what_en="body") if spec.body else None,
            principal=Principal(sub=by, role=role, scope="mawei"),
        )
        return Job(run=lambda unit: self._answer(unit, name, request, spec))

    def _answer(self, unit, name, request, spec):
        found = getattr(self.service, name)(unit, request)
        return spec.answer().dump(found) if spec.answer else found

    def call(self, name: str, body: dict[str, Any] | None = None, **options):
        """The answer as JSON; raises what the caller would be told."""
        job = self.job(name, body, **options)
        result = run_together(self.database, [job])[job]
        if result.error:
            raise result.error
        return (
            json.loads(json.dumps(result.value, default=str))
            if not _is_response(result.value)
            else result.value
        )

    def read(self, name: str, **options):
        """Like :meth:`call`, without writing."""
        with self.database.read() as unit:
            return self.job(name, **options).run(unit)

    def sweep(self):
        from whistle_points import handlers

        while handlers.sweep(self.tools):
            pass

    def enrol(self, *members: str, groups=("党员",)):
        for member in members:
            self.call("put_member", {"member": member, "name": f"党员{member}", "groups": list(groups)})

    def claim(self, member="m-1", item="volunteer", *, by="worker", **body):
        day = str(body.pop("day", self.clock.now().date()))
        given = {"member": member, "item": item, "day": day, "evidence": [PHOTO], **body}
        return self.call("post_claim", given, by=by)

    def earn(self, member="m-1", *, points=2, day=None):
        """A claim of hours that somebody else approves."""
        made = self.claim(member, hundredths=points * 100, **({"day": day} if day else {}))
        return self.call("post_review", {"approve": True}, by="reviewer", path={"claim": made["id"]})["award"]

    def balance(self, member="m-1", **query):
        return self.read("show_balance", path={"member": member}, **query)


def _is_response(value):
    return dataclasses.is_dataclass(value)
