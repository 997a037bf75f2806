"""
One party: how it is reached and how far it is; what it was sent, for itself to read; sending again; tracing a leak.
"""

from __future__ import annotations

import json
from typing import Any

from whistle.auth import Principal
from whistle.contracts.plugin import Party
from whistle.errors import Forbidden, Invalid, NotFound, Unauthenticated
from whistle.http.routes import Request
from whistle.topology import party_user
from whistle_routing.domain import views
from whistle_routing.handlers import mail
from whistle_routing.handlers.telling import default_way
from whistle_routing.office import PostOffice
from whistle_routing.schemas.parties import read_filter
from whistle_routing.store import RoutingUnit
from whistle_routing.store.mail import party_key
from whistle_routing.store.mail_marks import pledges_on
from whistle_routing.tools import Tools


def get_party(unit: RoutingUnit, request: Request, *, tools: Tools) -> Any:
    """How far the party is, how it was reached since when, what is parked; for itself and its district."""
    party = _party(request, tools)
    check_caller(unit, request, party)
    district = request.path["district"]
    (standing,) = mail.standings(unit, {district: {party.id: party}})
    return {
        **standing,
        "ways": [
            vars(reach) | {"filter": reach.filter.to_json() if reach.filter else None}
            for reach in unit.mail.reaches_of(district, party.id)
        ],
        "parked_letters": unit.mail.parked_of(district, party.id),
    }


def list_letters(unit: RoutingUnit, request: Request, *, tools: Tools) -> Any:
    """A page of what the party was sent, in order; for itself and its district."""
    party, query = _party(request, tools), request.query
    check_caller(unit, request, party)
    district = request.path["district"]
    letters = unit.mail.after(district, party.id, sequence=query["after"], limit=query["limit"])
    return {
        "messages": [
            {
                "sequence": letter.sequence,
                "sent_at": letter.sent_at,
                "acked_at": letter.acked_at,
                "event": json.loads(letter.body),
            }
            for letter in letters
        ],
        "next": letters[-1].sequence if len(letters) == query["limit"] else None,
    }


def post_replay(unit: RoutingUnit, request: Request, *, tools: Tools, office: PostOffice) -> Any:
    """
    Send the party its messages again, a page of them on its queue, all over its webhook.

    Raises:
        Invalid: a number and a time. NotFound, NotAllowedNow: nothing to send, or no way to.
    """
    party, body = _party(request, tools), request.body
    check_caller(unit, request, party)
    if len(body) > 1:
        raise Invalid("编号与时间只能选一", "either a number or a time", fields={"since": ["?"]})
    district = request.path["district"]
    reach = unit.mail.reach_of(district, party.id)
    done = mail.replay(
        unit,
        district,
        party.id,
        way=reach.way if reach else default_way(party),
        start=body.get("sequence") or body.get("since"),
        party_queues=office.party_queues,
    )
    return vars(done)


def put_way(unit: RoutingUnit, request: Request, *, tools: Tools, office: PostOffice) -> Any:
    """Reach the party in another way; the answer holds a new webhook's secret, which is shown this once."""
    party, body = _party(request, tools), request.body
    who = _staff(request, "district")
    wish = mail.Wish(
        district=request.path["district"],
        party=party.id,
        way=body["way"],
        url=body.get("url"),
        filter=read_filter(body.get("filter")),
        as_pack="filter" in body and body["filter"] is None,
        by=who.sub,
        why=body["why"],
    )
    handed = mail.set_way(unit, wish, keys=office.keys, guard=office.guard)
    return {"way": handed.reach.way, "url": handed.reach.url, "secret": handed.secret}


def post_pledge(unit: RoutingUnit, request: Request, *, tools: Tools) -> Any:
    """Record a pledge that the party signed."""
    party, who = _party(request, tools), _staff(request, "community")
    district = request.path["district"]
    mail.pledge(unit, district, party.id, **request.body, by=who.sub)
    return {"district": district, "party": party.id, **request.body}


def list_pledges(unit: RoutingUnit, request: Request) -> Any:
    """The pledges of a district that hold today."""
    _staff(request, "worker")
    return {"pledges": pledges_on(unit, request.path["district"], unit.now.date())}


def post_trace(unit: RoutingUnit, request: Request) -> Any:
    """For whom the copies were made whose marks a text holds."""
    district = request.path["district"]
    _staff(request, "district")
    letters = unit.mail.traced(views.marks_in(request.body["text"]))
    return {
        "letters": [
            {
                name: getattr(letter, name)
                for name in ("district", "party", "sequence", "case_no", "sent_at", "watermark")
            }
            for letter in letters
            if letter.district == district
        ]
    }


def check_caller(unit: RoutingUnit, request: Request, party: Party) -> None:
    """
    The party itself with its token, or staff of the district.

    Raises:
        Forbidden: somebody else. Unauthenticated: the token was changed or taken back.
    """
    who, district = request.principal, request.path["district"]
    if who is None or who.role != "party":
        _staff(request, "worker")
        return
    if check_token(unit, who) != (district, party.id):
        raise _outside()


def check_token(unit: RoutingUnit, who: Principal) -> tuple[str, str]:
    """
    District and id of the party whose token this is.

    Raises:
        Unauthenticated: the token was changed or taken back.
    """
    district, _, party = who.scope.partition("/")
    user, _, number = who.sub.partition("#")
    counts = unit.mail.key_number(party_key(district, party))
    if user != party_user(district, party) or counts < 1 or number != str(counts):
        raise Unauthenticated("令牌已更换或收回", "the token was changed or taken back")
    return district, party


def _staff(request: Request, role: str) -> Principal:
    who = request.principal
    if who is None or not who.may(role) or not who.covers(request.path["district"]):
        raise _outside()
    return who


def _party(request: Request, tools: Tools) -> Party:
    found = tools.parties.get(request.path["district"], {}).get(request.path["party"])
    if found is None:
        if request.principal is not None and request.principal.role == "party":
            raise _outside()
        raise NotFound("没有这个单位", "there is no such party")
    return found


def _outside() -> Forbidden:
    return Forbidden("没有这个单位,或不在您的权限范围", "no such party within your scope")
