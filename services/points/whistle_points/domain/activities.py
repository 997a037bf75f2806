"""
Activities: who joins, who waits, who was there for how long (S1-7, S1-19, S1-20).
"""

from __future__ import annotations

import datetime as dt
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Literal

ActivityState = Literal["planned", "cancelled", "closed"]
SignupState = Literal["joined", "waiting", "left"]
KINDS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "volunteer-day": ("党员志愿服务日", "monthly volunteer day"),
        "volunteer": ("志愿服务", "volunteer work"),
        "night-patrol": ("夜间平安巡逻", "night patrol"),
        "flood-duty": ("防汛抗台", "flood and typhoon duty"),
        "advice": ("建言献策", "advice"),
    }
)
"""What activities are by default; a district may name others."""
WINDOW = 30
"""Seconds for which a check-in code is shown; the one before is still taken, for slow hands."""
TICKET = dt.timedelta(minutes=5)
"""How long whoever scanned a code has time to say who they are."""
EARLY = dt.timedelta(hours=1)
"""How long before the beginning and after the end somebody may check in and out."""


@dataclass(frozen=True, kw_only=True)
class Activity:
    """One activity; ``item`` is what it earns, ``capacity`` None: everybody may come."""

    id: str
    scheme: str
    kind: str
    title: str
    item: str
    place: str
    starts_at: dt.datetime
    ends_at: dt.datetime
    capacity: int | None
    planned_by: str
    state: ActivityState = "planned"
    version: int = 1


@dataclass(frozen=True, kw_only=True)
class Signup:
    """
    A member's part in an activity; ``key`` is ``<activity>/<member>``, ``place`` counts who came first.

    ``minutes`` is what somebody confirmed, ``revision`` how often that was said. ``device``: a mark of the phone that checked in,
    by which one phone for many people is noticed; nothing else is known of it. ``came_proven``, ``went_proven``: it was the
    member's own phone (by the member's card), or somebody at the desk who entered it; not just a number that anybody may type.
    """

    key: str
    activity: str
    scheme: str
    member: str
    place: int
    state: SignupState
    came_at: dt.datetime | None = None
    went_at: dt.datetime | None = None
    came_proven: bool = False
    went_proven: bool = False
    device: str | None = None
    minutes: int | None = None
    confirmed_by: str | None = None
    revision: int = 0
    version: int = 1

    @property
    def proven(self) -> bool:
        """Were both, coming and going, proven?"""
        return self.came_proven and self.went_proven

    def scanned(self, now: dt.datetime, *, proven: bool) -> Signup:
        """
        Come (the first time) or go (after that). A proven coming takes the place of one that anybody may have typed; what was
        proven stays when a bare number is typed.
        """
        if self.came_at is None or (proven and not self.came_proven):
            return replace(self, came_at=now, came_proven=proven, went_at=None, went_proven=False)
        if self.went_proven and not proven:
            return self
        return replace(self, went_at=now, went_proven=proven)

    def present(self, activity: Activity) -> int | None:
        """Minutes between check-in and check-out, inside of the activity's time; None without both."""
        if self.came_at is None or self.went_at is None:
            return None
        first, last = max(self.came_at, activity.starts_at), min(self.went_at, activity.ends_at)
        return max(0, int((last - first).total_seconds()) // 60)


@dataclass(frozen=True, kw_only=True)
class Attendance:
    """The last that the ledger was told of a member's time in an activity, and what was booked for it."""

    key: str
    scheme: str
    revision: int
    minutes: int
    award: str | None
    version: int = 1


@dataclass(frozen=True, kw_only=True)
class Skill:
    """What a member can do (专业特长), and what shows it. ``key`` is ``<scheme>/<member>/<skill>``."""

    key: str
    scheme: str
    member: str
    skill: str
    proof: str = ""
    seen_by: str = ""
    valid_until: dt.date | None = None
    version: int = 1


def checkin_code(secret: str, activity: str, at: dt.datetime) -> str:
    """The code that is shown at this moment, as text for a QR picture or to be typed: ``<window>.<10 hex digits>``."""
    window = int(at.timestamp()) // WINDOW
    return f"{window:x}.{_mac(secret, activity, window)}"


def code_age(secret: str, activity: str, code: str, at: dt.datetime) -> int | None:
    """How many windows ago a code was shown (0: now); None if it is none of this activity's."""
    window, _, mac = code.strip().partition(".")
    try:
        shown = int(window, 16)
    except ValueError:
        return None
    if not mac.isascii() or not hmac.compare_digest(_mac(secret, activity, shown), mac):
        return None
    return int(at.timestamp()) // WINDOW - shown


def checkin_ticket(secret: str, activity: str, at: dt.datetime) -> str:
    """Proof that somebody had a good code at this moment: ``<second>.<10 hex digits>``."""
    second = int(at.timestamp())
    return f"{second:x}.{_mac(secret, f'ticket/{activity}', second)}"


def ticket_holds(secret: str, activity: str, ticket: str, at: dt.datetime) -> bool:
    """Is this a ticket of the activity, not older than :data:`TICKET`?"""
    second, _, mac = ticket.strip().partition(".")
    try:
        given = int(second, 16)
    except ValueError:
        return False
    known = mac.isascii() and hmac.compare_digest(_mac(secret, f"ticket/{activity}", given), mac)
    return known and 0 <= at.timestamp() - given < TICKET.total_seconds() + 1


def _mac(secret: str, activity: str, window: int) -> str:
    return hmac.digest(secret.encode(), f"check-in v1\n{activity}\n{window}".encode(), "sha256").hex()[:10]
