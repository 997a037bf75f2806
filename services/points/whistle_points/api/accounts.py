"""
Members' accounts: balance, entries, what expires when; the roll; and whether the books are right.
"""

from __future__ import annotations

from typing import Any

from whistle.http.routes import Request
from whistle_points import domain, handlers
from whistle_points.api.access import address_of, scheme_of, write
from whistle_points.store import (
    PointsUnit,
    log_after,
    page_of_members,
    ranking,
    read_balance,
    read_member,
    verify,
)
from whistle_points.tools import Tools

TIES = "同分同名次,按编号排列 / equal scores share a place, by number"


def show_member(unit: PointsUnit, request: Request, *, tools: Tools) -> dict[str, Any]:
    """A member's balance and a page of entries, newest first."""
    query = request.query
    scheme = scheme_of(request, query["district"])
    page = read_member(
        unit,
        scheme=scheme,
        member=request.path["member"],
        before=query["after"],
        limit=min(query["limit"] or tools.settings.page, tools.settings.page),
    )
    return {
        "member": request.path["member"],
        "district": scheme,
        "tenths": page.tenths,
        "points": domain.points(page.tenths),
        "entries": page.entries,
        "next": page.next,
    }


def show_balance(unit: PointsUnit, request: Request) -> dict[str, Any]:
    """What a member has, now or as it was. Raises UnknownMember."""
    query, member = request.query, request.path["member"]
    scheme = scheme_of(request, query["district"])
    handlers.member_of(unit, scheme, member)
    year = query["year"] or domain.day_of(query["at"] or unit.now).year
    found = read_balance(
        unit, scheme=scheme, member=member, year=year, at=query["at"], known_at=query["known_at"]
    )
    expiring = [{"month": month, "tenths": tenths} for month, tenths in found.expiring]
    return {**vars(found), "member": member, "district": scheme, "year": year, "expiring": expiring}


def put_member(unit: PointsUnit, request: Request) -> Any:
    """Enter a member on the roll, or change what is known."""
    given = {name: value for name, value in request.body.items() if name not in ("district", "dry_run")}
    return write(unit, request, lambda scheme, _by: handlers.put_member(unit, scheme, given))


def hand_out_card(unit: PointsUnit, request: Request, *, tools: Tools) -> Any:
    """The link of a member's card; with ``renew`` of a new one."""
    member, renew = request.path["member"], request.body["renew"]

    def run(scheme: str, _by: str) -> Any:
        text = handlers.hand_out_card(unit, scheme, member, secret=tools.secret, renew=renew)
        return {"member": member, "link": address_of(request.url, text)}

    return write(unit, request, run)


def list_members(unit: PointsUnit, request: Request) -> Any:
    """A page of the roll."""
    query = request.query
    scheme = scheme_of(request, query["district"])
    rows, following = page_of_members(unit, scheme=scheme, after=query["after"], limit=query["limit"])
    return {"members": rows, "next": following}


def show_scheme(unit: PointsUnit, request: Request, *, tools: Tools) -> Any:
    """The version of the scheme that is in force on a day."""
    scheme = scheme_of(request, request.query["district"])
    found = tools.rules.at(scheme, request.query["at"] or domain.day_of(unit.now))
    items = [
        {
            "id": item.id,
            "name": item.name,
            "tenths": item.tenths,
            "unit": item.unit,
            "criteria": item.criteria,
            "caps": vars(item.caps),
            "evidence": list(item.evidence),
            "who": sorted(item.who),
            "claims": sorted(item.claims),
            "ratings": {rating or "unrated": tenths for rating, tenths in item.ratings.items()},
        }
        for item in found.items.values()
    ]
    return {
        "district": scheme,
        "version": found.version,
        "name": found.name,
        "valid_from": found.valid_from.isoformat(),
        "validity": found.validity.mode,
        "publish": found.publish,
        "appeal_days": found.appeal_days,
        "pickup_days": found.pickup_days,
        "spend": found.spend,
        "text_hash": found.text_hash,
        "items": items,
    }


def reverse(unit: PointsUnit, request: Request, *, tools: Tools) -> Any:
    """Take a transfer back, once."""

    def run(scheme: str, by: str) -> Any:
        fact = domain.Fact(scheme=scheme, cause=f"user:{by}", effective_at=unit.now, recorded_at=unit.now)
        return handlers.reverse_once(
            unit,
            unit.book(scheme),
            request.path["transfer"],
            fact=fact,
            reason=request.body["reason"],
            rules=tools.rules,
        )

    return write(unit, request, run)


def show_log(unit: PointsUnit, request: Request) -> Any:
    """Transfers in the order of the chain."""
    query = request.query
    scheme = scheme_of(request, query["district"])
    found = log_after(unit, scheme=scheme, after=query["after"], limit=query["limit"])
    return {"transfers": found, "next": found[-1]["seq"] if len(found) == query["limit"] else None}


def show_ranking(unit: PointsUnit, request: Request) -> Any:
    """Who was awarded most in a period."""
    query = request.query
    scheme = scheme_of(request, query["district"])
    first, last = handlers.days_of(query["period"])
    ranks = ranking(unit, scheme=scheme, first=first, last=last, limit=query["limit"], branch=query["branch"])
    return {"period": query["period"], "ties": TIES, "ranks": ranks}


def show_differences(unit: PointsUnit) -> dict[str, Any]:
    """What ``verify`` finds."""
    differences = verify(unit)
    return {"ok": not differences, "differences": differences}
