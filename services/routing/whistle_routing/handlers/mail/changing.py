"""
How a party is reached is changed; secrets and tokens are made, shown once and kept sealed or not at all.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field, replace

from whistle.auth import Tokens
from whistle.contracts import REGISTRY
from whistle.contracts.parties import Way
from whistle.contracts.plugin import HANDLING_CLASSES, LEVELS
from whistle.errors import Invalid, NotAllowedNow
from whistle.ids import new_id
from whistle.privacy import KeyRing
from whistle.topology import party_user
from whistle.webhooks import Guard, new_secret
from whistle_routing.domain import mail
from whistle_routing.domain.mail import NO_FILTER, Filter, Hook, Reach
from whistle_routing.store import RoutingUnit
from whistle_routing.store.mail import party_key
from whistle_routing.store.mail_marks import record_pledge

TOKEN_LIFE = dt.timedelta(days=365)
OVERLAP = dt.timedelta(hours=24)
"""How long the secret before a rotation still signs, unless told otherwise."""


@dataclass(frozen=True, kw_only=True)
class Wish:
    """
    How a party wants to be reached from now on; ``filter`` None: as before, that is what was chosen here, else what its pack says;
    ``as_pack``: what was chosen here does not hold any more.
    """

    district: str
    party: str
    way: Way
    url: str | None = None
    filter: Filter | None = None
    as_pack: bool = False
    by: str
    why: str = ""


@dataclass(frozen=True, kw_only=True)
class Handed:
    """What is handed over to the party, this once; ``secret`` None: nothing new was made."""

    reach: Reach
    secret: str | None = field(repr=False)


def set_way(unit: RoutingUnit, wish: Wish, *, keys: KeyRing, guard: Guard) -> Handed:
    """
    Reach a party in another way, or with another filter, from now on. A webhook that was ended begins again with the letters that
    come from now on; what it missed can be sent again.

    Raises:
        Invalid: no webhook without a URL, a URL that may not be called, an unknown word in the filter.
    """
    if (wish.way == "webhook") != bool(wish.url):
        raise Invalid(
            "网络回调需要网址,其他方式不要",
            "a webhook needs a URL, the other ways have none",
            fields={"url": ["?"]},
        )
    before = unit.mail.reach_of(wish.district, wish.party)
    wanted = None if wish.as_pack else wish.filter or (before.filter if before else None)
    _check_filter(wanted or NO_FILTER)
    reach = Reach(
        id=new_id(),
        district=wish.district,
        party=wish.party,
        way=wish.way,
        url=wish.url,
        filter=wanted,
        start=unit.now,
        end=None,
        by=wish.by[:200],
        why=wish.why[:500],
    )
    unit.mail.change_reach(reach)
    hook = unit.mail.hooks.get(party_key(wish.district, wish.party))
    if wish.url is None:
        if hook is not None:
            unit.mail.hooks.put(replace(hook, state="ended", error=None, version=hook.version + 1))
        return Handed(reach=reach, secret=None)
    guard.read(wish.url)
    made, secret = _hook(unit, hook, reach, keys=keys)
    unit.mail.hooks.put(made)
    return Handed(reach=reach, secret=secret)


def _hook(unit: RoutingUnit, hook: Hook | None, reach: Reach, *, keys: KeyRing) -> tuple[Hook, str | None]:
    url = reach.url or ""
    last = unit.mail.last(reach.district, reach.party)
    if hook is not None:
        delivered = hook.delivered if hook.state == "active" else last
        made = replace(
            hook,
            url=url,
            state="active",
            delivered=delivered,
            attempts=0,
            error=None,
            version=hook.version + 1,
        )
        return replace(made, not_before=unit.now), None
    secret = new_secret()
    made = Hook(
        key=party_key(reach.district, reach.party),
        version=1,
        district=reach.district,
        party=reach.party,
        url=url,
        secrets=({"sealed": keys.seal({"secret": secret}), "until": None},),
        state="active",
        delivered=last,
        attempts=0,
        not_before=unit.now,
        leased_until=unit.now,
    )
    return made, secret


def rotate(
    unit: RoutingUnit, district: str, party: str, *, keys: KeyRing, overlap: dt.timedelta = OVERLAP
) -> str:
    """
    A new secret for a party's webhook; the one before it signs beside it for ``overlap``.

    Raises:
        NotAllowedNow: the party has no webhook.
    """
    hook = unit.mail.hooks.get(party_key(district, party))
    if hook is None or hook.state != "active":
        raise NotAllowedNow("该单位没有网络回调", "this party has no webhook")
    secret = new_secret()
    unit.mail.hooks.put(mail.rotated(hook, keys.seal({"secret": secret}), now=unit.now, overlap=overlap))
    return secret


def end_way(unit: RoutingUnit, district: str, party: str, *, by: str) -> None:
    """Nothing is sent to the party any more, its token does not count: its work is on the pages."""
    hook = unit.mail.hooks.get(party_key(district, party))
    if hook is not None:
        unit.mail.hooks.put(replace(hook, state="ended", error=None, version=hook.version + 1))
    before = unit.mail.reach_of(district, party)
    pages = Reach(
        id=new_id(),
        district=district,
        party=party,
        way="pages",
        url=None,
        filter=before.filter if before else None,
        start=unit.now,
        end=None,
        by=by[:200],
        why="removed",
    )
    unit.mail.change_reach(pages)
    take_token(unit, district, party)


def give_token(unit: RoutingUnit, district: str, party: str, *, tokens: Tokens) -> str:
    """A token with which the party acts over HTTP, for a year; the one before it does not count any more."""
    key = party_key(district, party)
    number = abs(unit.mail.key_number(key)) + 1
    unit.mail.set_key_number(key, number)
    subject = f"{party_user(district, party)}#{number}"
    return tokens.issue(sub=subject, role="party", scope=f"{district}/{party}", ttl=TOKEN_LIFE)


def take_token(unit: RoutingUnit, district: str, party: str) -> None:
    """No token of the party counts any more."""
    key = party_key(district, party)
    # kept as a negative number: the next token must not have the number of one that was taken back
    unit.mail.set_key_number(key, -abs(unit.mail.key_number(key)))


def _check_filter(wanted: Filter) -> None:
    known: dict[str, set[str]] = {
        "messages": {message.name for message in REGISTRY.values()},
        "classes": {*HANDLING_CLASSES},
        "levels": {*LEVELS},
    }  # categories are what a plugin makes them
    wrong = {
        name: [f"未知 / unknown: {', '.join(sorted(unknown))}"]
        for name, words in known.items()
        if (unknown := set(getattr(wanted, name)) - words)
    }
    if wrong:
        raise Invalid(
            f"订阅筛选里有未知的词:{'; '.join(text for texts in wrong.values() for text in texts)}",
            "the filter names something unknown",
            fields=wrong,
        )


def pledge(
    unit: RoutingUnit,
    district: str,
    party: str,
    *,
    signed_on: dt.date,
    ends_on: dt.date | None,
    signed_by: str,
    terms: str,
    by: str,
) -> None:
    """
    Record a co-building pledge that a party signed (共驻联建承诺书, S1-6); one of the same day is replaced.

    Raises:
        Invalid: it would end before it begins.
    """
    if ends_on is not None and ends_on <= signed_on:
        raise Invalid(
            "承诺书的截止日应晚于签订日",
            "a pledge ends after the day it is signed",
            fields={"ends_on": ["?"]},
        )
    row = {"signed_on": signed_on, "ends_on": ends_on, "signed_by": signed_by[:100], "terms": terms[:2000]}
    record_pledge(unit, {"district": district, "party": party, **row}, by=by)
