"""
Amounts and accounts. An amount is an integer in tenths of a point, so that items of half a point add up exactly.

The chart of accounts of one scheme: ``issue`` (the source, goes negative), ``member:<id>:earned`` (what a member may spend),
``member:<id>:hold`` (ordered, not fetched yet), ``member:<id>:debt`` (0 or negative: taken back after it was spent),
``spent:<what for>``, ``expired``, ``penalty``.
"""

from __future__ import annotations

import re

ISSUE = "issue"
EXPIRED = "expired"
PENALTY = "penalty"
MOST = 10_000_000
"""No single movement is larger: a million points."""
_MEMBER = re.compile(r"[\w.-]{1,60}")
_POINTS = re.compile(r"(-?)(\d{1,9})(?:\.(\d))?")


def earned_account(member: str) -> str:
    """The account of what a member has earned and not spent."""
    return f"member:{member}:earned"


def hold_account(member: str) -> str:
    """The account of what a member has ordered and not fetched yet."""
    return f"member:{member}:hold"


def debt_account(member: str) -> str:
    """The account of what a member owes; never above 0."""
    return f"member:{member}:debt"


def spent_account(reward: str) -> str:
    """The account of what was spent for a reward."""
    return f"spent:{reward}"


def is_member(name: str) -> bool:
    """Can this be a member's number: 1 to 60 letters (any script), digits, ``_ . -``?"""
    return _MEMBER.fullmatch(name) is not None


def points(tenths: int) -> str:
    """Tenths as people write points: ``2``, ``0.5``, ``-1.5``."""
    whole, tenth = divmod(abs(tenths), 10)
    return ("-" if tenths < 0 else "") + (f"{whole}.{tenth}" if tenth else str(whole))


def tenths_of(text: str) -> int:
    """
    The inverse of :func:`points`.

    Raises:
        ValueError: not a number with at most one decimal.
    """
    found = _POINTS.fullmatch(text.strip())
    if found is None:
        raise ValueError(f"{text!r} is no number of points with at most one decimal")
    sign, whole, tenth = found.groups()
    return (-1 if sign else 1) * (int(whole) * 10 + int(tenth or 0))
