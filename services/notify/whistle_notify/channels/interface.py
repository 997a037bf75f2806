"""
What a channel is.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol, Self, runtime_checkable

from whistle.privacy import mask_phone
from whistle.settings import Settings
from whistle_notify.domain import Contact


@dataclass(frozen=True, kw_only=True)
class Letter:
    """
    One text on its way to one recipient. ``notice`` is the same each time it is tried, ``attempt`` counts the tries from 1: a try
    that was cut off may have arrived.
    """

    notice: str
    purpose: str
    title: str
    text: str
    contact: Contact = field(repr=False)
    at: dt.datetime
    attempt: int = 1


class Channel(Protocol):
    """
    One way to reach people. Called outside of any transaction, from one thread at a time; may take some seconds at most.
    """

    name: str

    @classmethod
    def of(cls, settings: Settings) -> Self | None:
        """The channel as configured, or None if it is not. Raises Misconfigured."""
        ...

    def can_reach(self, contact: Contact) -> bool:
        """True if this channel could deliver to somebody with these contact data."""
        ...

    def send(self, letter: Letter) -> None:
        """
        Deliver.

        Raises:
            Transient: the next try may succeed. Rejected: this address never takes it.
        """
        ...


@runtime_checkable
class BatchChannel(Protocol):
    """A channel that can deliver many letters for the price of one."""

    def send_all(self, letters: Sequence[Letter]) -> None:
        """Deliver all of them or raise Transient for all of them; those that arrived at an earlier try are left out."""
        ...


def masked(contact: Contact) -> str:
    """The address as it may be shown: ``138****5678``, ``l***@example.cn``; addresses inside the house as they are."""
    for name in ("staff", "party", "member"):
        if contact.get(name):
            return f"{name}:{contact[name]}"
    if email := contact.get("email"):
        return f"{email[:1]}***@{email.rpartition('@')[2]}"
    if wecom := contact.get("wecom"):
        return f"wecom:{wecom[:1]}***"
    return mask_phone(contact.get("phone", ""))
