"""
The rules of a district for everybody to read (S1-18): what earns how much, how it is reckoned, what it is exchanged for.
"""

from __future__ import annotations

from whistle.errors import NotFound
from whistle.http.look import Look
from whistle.http.routes import Request, Response
from whistle_points import domain
from whistle_points.store import PointsUnit, page_of, rewards
from whistle_points.tools import Tools

MOST = 200


def show_rules(unit: PointsUnit, request: Request, *, look: Look, tools: Tools) -> Response:
    """The scheme that is in force on a day, its other versions, and what is on offer. Raises NotFound: no such district."""
    query, today = request.query, domain.day_of(unit.now)
    district = str(query["district"] or next(iter(sorted(tools.names)), ""))
    if district not in tools.names:
        raise NotFound("没有这个区", "there is no such district", district=district)
    found = tools.rules.at(district, query["at"] or today)
    offered, _ = page_of(unit, rewards, exact={"scheme": district}, after=None, limit=MOST)
    return look.page(
        request,
        "rules.html",
        keep={"district": district, "at": str(query["at"] or "")},
        district=district,
        names=dict(sorted(tools.names.items())),
        rules=found,
        text=domain.rule_text(found, domain.formula_at(today)),
        versions=tools.rules.of(district).versions,
        offered=[
            one
            for one in offered
            if one["valid_from"] <= today and (one["valid_to"] is None or one["valid_to"] >= today)
        ],
    )
