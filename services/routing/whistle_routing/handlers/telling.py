"""
Telling a party: a message is built for its kind, numbered, written into the dispatch log and put on the way it is reached by.
"""

from __future__ import annotations

import secrets
from dataclasses import replace

from whistle import topology
from whistle.contracts import DispatchSent, Message, encode, new_event
from whistle.contracts.parties import Way
from whistle.contracts.plugin import Party
from whistle_routing.domain import Job, PartyBook, views
from whistle_routing.domain.mail import Letter
from whistle_routing.domain.views import Privacy
from whistle_routing.store import RoutingUnit
from whistle_routing.store.mail import feed_key
from whistle_routing.tools import Tools


def tell_party(
    unit: RoutingUnit,
    party: Party,
    message: Message,
    *,
    district: str,
    tools: Tools,
    case: Job | None = None,
    level: str | None = None,
) -> None:
    """
    Send a party a message, if it wants such messages.

    Args:
        case: what the message is about; its record says who may know what. level: how serious the case is, for filters.
    """
    reach = unit.mail.reach_of(district, party.id)
    about = message if isinstance(message, DispatchSent) else None
    chosen = reach.filter if reach is not None else None
    wanted = chosen if chosen is not None else tools.declared_filter(district, party.id)
    if not wanted.wants(
        message=message.name,
        handling_class=about.handling_class if about else None,
        level=level,
        category=about.category if about else None,
    ):
        return
    mark = secrets.token_hex(5)
    built = views.for_party(message, kind=party.kind, privacy=_privacy(case, about), mark=mark)
    letter = _letter(unit, built, district=district, party=party.id, case=case, mark=mark)
    letter = replace(letter, way=reach.way if reach else default_way(party))
    unit.mail.add(letter)
    if letter.way == "amqp" and tools.party_queues:
        unit.mail.post(letter)
    elif letter.way == "webhook":
        unit.wake("deliver_webhooks")


def tell(
    unit: RoutingUnit, message: Message, *, district: str, party: str, case_no: str, tools: Tools
) -> None:
    """The services, and the party itself."""
    unit.emit(message, district=district, case_no=case_no, party=party)
    known = tools.parties.get(district, {}).get(party)
    if known is not None:
        tell_party(unit, known, message, district=district, tools=tools, case=unit.jobs.get(case_no))


def default_way(party: Party) -> Way:
    """The way that the pack names."""
    return "amqp" if party.channel == "queue" else "pages"


def _privacy(case: Job | None, about: DispatchSent | None) -> Privacy:
    if case is None:
        return Privacy()
    return Privacy(
        report=views.is_report(case.tags, (about.category if about else None) or case.category),
        consent=case.consent,
        callback=case.callback,
    )


def _letter(
    unit: RoutingUnit, message: Message, *, district: str, party: str, case: Job | None, mark: str
) -> Letter:
    cause = unit.cause
    key = feed_key(district, party)
    book = unit.books.get(key) or PartyBook(key=key, version=0, sequence=0)
    unit.books.put(replace(book, sequence=book.sequence + 1, version=book.version + 1))
    event = new_event(
        message,
        source=unit.service,
        district=district,
        time=unit.now,
        party=party,
        case_no=case.no if case else None,
        sequence=book.sequence + 1,
        cause=cause.id if cause else None,
        traceparent=cause.traceparent if cause else None,
    )
    return Letter(
        id=event.id,
        district=district,
        party=party,
        sequence=book.sequence + 1,
        type=event.type,
        routing_key=topology.dispatch_key(message, district=district, party=party),
        case_no=event.case_no,
        traceparent=event.traceparent,
        sent_at=unit.now,
        way="pages",
        watermark=mark,
        body=encode(event).decode(),
    )
