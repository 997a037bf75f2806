"""
Members' cards: handed out, ended by a new one, and read from a phone.
"""

from __future__ import annotations

from dataclasses import replace

from whistle_points import domain
from whistle_points.domain import Member
from whistle_points.domain.cards import Card, card_text, read_card
from whistle_points.handlers.claiming import member_of
from whistle_points.store import PointsUnit


def hand_out_card(unit: PointsUnit, scheme: str, member: str, *, secret: str, renew: bool = False) -> str:
    """
    The text of a member's card; ``renew``: of a new one, which ends the one before (lost, or passed on).

    Raises:
        UnknownMember.
    """
    found = member_of(unit, scheme, member)
    if renew:
        found = replace(found, card=found.card + 1, version=found.version + 1)
        unit.members.put(found)
    return card_text(secret, _card(found))


def holder_of(unit: PointsUnit, text: str, *, secret: str) -> Member | None:
    """Whose card this is; None for a card that is not ours, was ended, or whose member left."""
    card = read_card(secret, text)
    found = unit.members.get(domain.member_key(card.scheme, card.member)) if card else None
    return found if found is not None and _card(found) == card and found.state != "left" else None


def _card(member: Member) -> Card:
    return Card(scheme=member.scheme, member=member.member, number=member.card)
