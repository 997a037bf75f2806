"""
Rewards: what points are exchanged for, what is in stock, and how an order is fetched with a code (S1-21).
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

OrderState = Literal["held", "settled", "voided", "lapsed"]
ORDER_STATES: Mapping[OrderState, tuple[str, str]] = MappingProxyType(
    {
        "held": ("待领", "to be fetched"),
        "settled": ("已领取", "fetched"),
        "voided": ("已取消", "given up"),
        "lapsed": ("逾期未领", "lapsed"),
    }
)
StockReason = Literal["received", "written-off", "counted"]
STOCK_REASONS: tuple[StockReason, ...] = ("received", "written-off", "counted")
_ALPHABET = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", "0123456789ABCDEFGHJKMNPQRSTVWXYZ")
"""From base32's letters to Crockford's, which nobody mistakes for one another."""


@dataclass(frozen=True, kw_only=True)
class Reward:
    """
    A good or service. ``on_hand`` is what lies at the ``point``, of which ``reserved`` are ordered.

    ``price`` in tenths. ``sponsor``: who gives it (共建单位). ``per_member``: how many a member may ever have.
    """

    id: str
    scheme: str
    code: str
    name: str
    price: int
    point: str
    sponsor: str = ""
    unit: str = "份"
    per_member: int | None = None
    valid_from: dt.date
    valid_to: dt.date | None = None
    on_hand: int = 0
    reserved: int = 0
    version: int = 1

    @property
    def left(self) -> int:
        """How many may still be ordered."""
        return self.on_hand - self.reserved

    def on_offer(self, day: dt.date) -> bool:
        """Is it exchanged on this day?"""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


@dataclass(frozen=True, kw_only=True)
class Order:
    """
    An order; its ``id`` is that of its hold. ``number`` is what people say, ``code_hash`` what is left of the pick-up code.

    ``proxy``: who may fetch it instead of the member. ``clerk``: who handed it out.
    """

    id: str
    scheme: str
    number: int
    member: str
    reward: str
    quantity: int
    tenths: int
    point: str
    state: OrderState
    code_hash: str
    ordered_at: dt.datetime
    ordered_by: str
    due_at: dt.datetime
    proxy: str = ""
    ended_at: dt.datetime | None = None
    clerk: str | None = None
    taker: str | None = None
    version: int = 1


def pickup_code(secret: str, order_id: str) -> str:
    """The eight characters by which an order is fetched; made from the order and the platform's secret, stored nowhere."""
    digest = hmac.digest(secret.encode(), b"pick-up code v1\n" + order_id.encode(), "sha256")
    return base64.b32encode(digest)[:8].decode().translate(_ALPHABET)


def code_hash(secret: str, scheme: str, code: str) -> str:
    """What is stored of a code, and found by it; small letters, blanks and what is read wrong (O, I, L) do not matter."""
    plain = "".join(code.split()).replace("-", "").upper().translate(str.maketrans("OIL", "011"))
    return hmac.new(
        secret.encode(), f"pick-up hash v1\n{scheme}\n{plain}".encode(), hashlib.sha256
    ).hexdigest()
