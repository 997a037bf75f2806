"""
Claims, reviews, publications, appeals.
"""

from __future__ import annotations

from typing import Any

from whistle.errors import NotFound
from whistle.http.routes import Request
from whistle_points import domain, handlers
from whistle_points.api.access import scheme_of, write
from whistle_points.store import PointsUnit, appeals, claims, page_of, publications
from whistle_points.tools import Tools


def post_claim(unit: PointsUnit, request: Request, *, tools: Tools) -> Any:
    """Enter what a member did."""
    body = request.body

    def run(scheme: str, by: str) -> Any:
        saying = handlers.Saying(
            scheme=scheme,
            member=body["member"],
            item=body["item"],
            assessor=body["assessor"],
            hundredths=body["hundredths"],
            day=body["day"],
            evidence=tuple(body["evidence"]),
            note=body["note"],
            by=by,
        )
        return handlers.submit(unit, saying, rules=tools.rules)

    return write(unit, request, run)


def post_review(unit: PointsUnit, request: Request, *, tools: Tools) -> Any:
    """Find that a claim is right or not; what is right is booked."""
    body = request.body

    def run(scheme: str, by: str) -> Any:
        claim, award = handlers.review(
            unit,
            request.path["claim"],
            scheme=scheme,
            approve=body["approve"],
            hundredths=body["hundredths"],
            reason=body["reason"],
            by=by,
            rules=tools.rules,
        )
        return {"claim": claim, "award": award}

    return write(unit, request, run)


def list_claims(unit: PointsUnit, request: Request) -> Any:
    """Newest first."""
    return _page(unit, request, claims, "claims", "state", "member")


def post_publication(unit: PointsUnit, request: Request, *, tools: Tools) -> Any:
    """Make a period's list public."""

    def run(scheme: str, by: str) -> Any:
        return handlers.publish(
            unit,
            scheme=scheme,
            period=request.body["period"],
            by=by,
            rules=tools.rules,
            working=tools.working,
        )

    return write(unit, request, run)


def list_publications(unit: PointsUnit, request: Request, *, tools: Tools) -> Any:
    """Newest first, and what is late."""
    found = _page(unit, request, publications, "publications")
    scheme = scheme_of(request, request.query["district"])
    return {**found, "due": handlers.publication_due(unit, scheme, tools.rules)}


def show_publication(unit: PointsUnit, request: Request) -> Any:
    """A list as it was made public. Raises NotFound."""
    found = unit.publications.get(request.path["publication"])
    if found is None or found.scheme != scheme_of(request, request.query["district"]):
        raise NotFound("没有这份公示", "there is no such list")
    return found


def post_appeal(unit: PointsUnit, request: Request) -> Any:
    """Dispute an entry."""
    body = request.body
    return write(
        unit,
        request,
        lambda scheme, by: handlers.appeal(unit, body["award"], scheme=scheme, text=body["text"], by=by),
    )


def post_decision(unit: PointsUnit, request: Request, *, tools: Tools) -> Any:
    """Decide an appeal."""
    body = request.body

    def run(scheme: str, by: str) -> domain.Appeal:
        ruling = handlers.Ruling(
            outcome=body["outcome"], reason=body["reason"], by=by, tenths=body["points"] or 0
        )
        return handlers.decide(unit, request.path["appeal"], ruling, scheme=scheme, rules=tools.rules)

    return write(unit, request, run)


def list_appeals(unit: PointsUnit, request: Request) -> Any:
    """Newest first."""
    return _page(unit, request, appeals, "appeals", "state")


def _page(unit: PointsUnit, request: Request, table: Any, name: str, *filters: str) -> dict[str, Any]:
    query = request.query
    exact = {
        "scheme": scheme_of(request, query["district"]),
        **{column: query[column] for column in filters},
    }
    rows, following = page_of(unit, table, exact=exact, after=query["after"], limit=query["limit"])
    return {name: rows, "next": following}
