"""
How much is told of one kind of difference.
"""

from __future__ import annotations

MOST = 100
"""Whoever has more has another problem than finding them."""
EARNED = "member:%:earned"
HELD = "member:%:hold"
DEBT = "member:%:debt"
