"""
Letters are sent again, exactly as they were: from a number, from a time, or from the first that is parked.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import Any

from whistle.contracts.parties import Way
from whistle.errors import NotAllowedNow, NotFound
from whistle_routing.store import RoutingUnit
from whistle_routing.store.mail import party_key

PAGE = 500


@dataclass(frozen=True, kw_only=True)
class Replayed:
    """``count`` letters from number ``first`` to ``last`` go out again; ``following``: where the next page begins."""

    first: int
    last: int
    count: int
    following: int | None = None


def replay(
    unit: RoutingUnit,
    district: str,
    party: str,
    *,
    way: Way,
    start: int | dt.datetime | None,
    party_queues: bool = True,
) -> Replayed:
    """
    Send a party its letters again; on the queue a page of them, over its webhook all.

    Args:
        start: a number, a time, or None: from the first letter that is parked.

    Raises:
        NotFound: there is none from there on. NotAllowedNow: the party is not sent anything.
    """
    first, last = _first(unit, district, party, start), unit.mail.last(district, party)
    if first is None or first > last:
        raise NotFound("从那里起没有可重发的消息", "there is nothing to send again from there on")
    if way == "webhook":
        return _rewind(unit, district, party, first=first, last=last)
    if way != "amqp" or not party_queues:
        raise NotAllowedNow(
            "该单位用网页办理,不接收消息", "this party works on the pages, nothing is sent to it"
        )
    letters = unit.mail.after(district, party, sequence=first - 1, limit=PAGE)
    for letter in letters:
        unit.mail.post(letter)
    reached = letters[-1].sequence
    return Replayed(
        first=first, last=reached, count=len(letters), following=reached + 1 if reached < last else None
    )


def replay_all(
    database: Any,
    district: str,
    party: str,
    *,
    way: Way,
    start: int | dt.datetime | None,
    party_queues: bool = True,
) -> Replayed:
    """The same, page after page, each in a transaction of its own. Raises as :func:`replay`."""
    pages: list[Replayed] = []
    following: int | dt.datetime | None = start
    while True:
        with database.write() as unit:
            pages.append(replay(unit, district, party, way=way, start=following, party_queues=party_queues))
        if pages[-1].following is None:
            count = sum(page.count for page in pages)
            return Replayed(first=pages[0].first, last=pages[-1].last, count=count)
        following = pages[-1].following


def _first(unit: RoutingUnit, district: str, party: str, start: int | dt.datetime | None) -> int | None:
    if isinstance(start, dt.datetime):
        return unit.mail.first_since(district, party, start)
    if isinstance(start, int):
        letters = unit.mail.after(district, party, sequence=start - 1, limit=1)
        return letters[0].sequence if letters else None
    parked = unit.mail.parked_of(district, party, limit=1)
    return parked[0]["sequence"] if parked else None


def _rewind(unit: RoutingUnit, district: str, party: str, *, first: int, last: int) -> Replayed:
    hook = unit.mail.hooks.get(party_key(district, party))
    if hook is None or hook.state != "active":
        raise NotAllowedNow("该单位的网络回调已结束", "the webhook of this party has ended")
    unit.mail.hooks.put(
        replace(
            hook,
            delivered=min(first - 1, hook.delivered),
            attempts=0,
            not_before=unit.now,
            leased_until=unit.now,
            version=hook.version + 1,
        )
    )
    unit.mail.unpark(district, party, first=first)
    unit.wake("deliver_webhooks")
    return Replayed(first=first, last=last, count=last - first + 1)
