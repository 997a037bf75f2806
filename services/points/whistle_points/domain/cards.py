"""
A member's card (党员码): a personal link, as QR picture or text, by which a phone says whose it is; the light proof at a check-in.

The text is a MAC over the member's number and the number of the card: nothing has to be stored, and a new card ends the old one.
"""

from __future__ import annotations

import base64
import binascii
import hmac
from dataclasses import dataclass
from urllib.parse import quote

_HEX = 32


@dataclass(frozen=True, kw_only=True)
class Card:
    """Whose it is, and which of the member's cards (counted from 0)."""

    scheme: str
    member: str
    number: int


def card_text(secret: str, card: Card) -> str:
    """``<base64url>.<32 hex digits>``: letters, digits and ``._-`` only, good for a link and a cookie."""
    plain = f"{card.number}/{card.scheme}/{card.member}".encode()
    return f"{base64.urlsafe_b64encode(plain).decode().rstrip('=')}.{_mac(secret, plain)}"


def read_card(secret: str, text: str) -> Card | None:
    """The inverse of :func:`card_text`; None if it is not ours. Whether it still counts, the member's file says."""
    packed, _, mac = text.strip().partition(".")
    try:
        plain = base64.b64decode(packed + "=" * (-len(packed) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    if not mac.isascii() or not hmac.compare_digest(_mac(secret, plain), mac):
        return None
    number, scheme, member = plain.decode().split("/", 2)
    return Card(scheme=scheme, member=member, number=int(number))


def card_path(text: str) -> str:
    """Where a card leads, at any platform."""
    return f"/points/card?card={quote(text)}"


def _mac(secret: str, plain: bytes) -> str:
    return hmac.digest(secret.encode(), b"member card v1\n" + plain, "sha256").hex()[:_HEX]
