"""
What intake's handlers work with: numbers, keys, the known districts, the normaliser.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from importlib.metadata import entry_points
from typing import Any

import zhconv

from whistle.auth import Tokens
from whistle.privacy import KeyRing
from whistle_intake.store import IntakeUnit

BLOCK = 50
LINK_LIFE = dt.timedelta(days=180)


class Numbers:
    """
    Serial numbers, reserved in blocks so that filing needs no query of its own.

    A block belongs to the unit of work that reserved it until that commits; what is left over then serves the next ones. A rollback
    leaves a gap, never a number used twice.
    """

    def __init__(self) -> None:
        self._spare: list[int] = []

    def take(self, unit: IntakeUnit) -> int:
        """The next serial number."""
        if not unit.serials:
            unit.serials, self._spare = self._spare or unit.reserve_serials(BLOCK), []
            unit.after_commit.append(lambda: self._spare.extend(unit.serials))
        return unit.serials.pop(0)


@dataclass(frozen=True)
class Tools:
    """Injected into the service once."""

    keys: KeyRing
    tokens: Tokens
    numbers: Numbers
    districts: Collection[str]

    @classmethod
    def of(cls, host: Any) -> Tools:
        """From the host of the running service."""
        return cls(
            keys=KeyRing(host.secret),
            tokens=host.tokens,
            numbers=Numbers(),
            districts=frozenset(point.name for point in entry_points(group="whistle.districts")),
        )

    def link(self, case_no: str) -> str:
        """The path by which a resident follows the case without an account."""
        return f"/cases/{case_no}?link={self.tokens.sign_link(case_no, LINK_LIFE)}"

    def simplify(self, text: str) -> str:
        """Traditional to simplified characters; half of what comes in from some districts is mixed (domain §6)."""
        return str(zhconv.convert(text, "zh-hans"))
