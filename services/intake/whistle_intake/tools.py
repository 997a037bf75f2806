"""
What intake's handlers work with: numbers, keys, the known districts, the normaliser.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from cryptography.fernet import InvalidToken

from whistle.auth import Tokens
from whistle.clock import Clock
from whistle.plugins.loader import load_packs
from whistle.plugins.tables import CLOSE_AFTER_DAYS
from whistle.privacy import KeyRing, hide, mask_phone, mask_text
from whistle.settings import Settings, with_secret
from whistle.storage.atlas import StoredAtlas, Told
from whistle_intake.domain import Case
from whistle_intake.simplifying import Simplifier
from whistle_intake.store import IntakeUnit, places

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
            unit.after_commit.append(lambda: self._give_back(unit))
        return unit.serials.pop(0)

    def _give_back(self, unit: IntakeUnit) -> None:
        """What a unit left over, once: a unit that needed several blocks comes here several times."""
        self._spare.extend(unit.serials)
        unit.serials = []


@dataclass(frozen=True)
class Tools:
    """
    Injected into the service once.

    ``districts`` are the installed ones: what they are called by people, by id. ``close_after`` says by district how long after its
    answer a case that nobody rates is closed. ``simplify`` makes characters simplified.
    """

    keys: KeyRing
    tokens: Tokens
    numbers: Numbers
    districts: Mapping[str, str]
    close_after: Mapping[str, dt.timedelta] = field(default_factory=dict)
    simplify: Callable[[str], str] = field(default_factory=Simplifier)

    @classmethod
    def of(cls, host: Any) -> Tools:
        """
        From the host of the running service.

        Raises:
            Misconfigured: a district's pack cannot be used.
        """
        host.tokens.atlas = StoredAtlas(host.database, Told(places))
        return cls._made(host.settings, secret=host.secret, tokens=host.tokens)

    @classmethod
    def with_secret(cls, settings: Settings, clock: Clock) -> Tools:
        """
        For the command line, where no service runs.

        Raises:
            Misconfigured: no secret, or a district's pack cannot be used.
        """
        secret = with_secret(settings)
        return cls._made(settings, secret=secret, tokens=Tokens(secret, clock))

    @classmethod
    def _made(cls, settings: Settings, *, secret: str, tokens: Tokens) -> Tools:
        packs = load_packs(settings.districts or None)
        names = {district: pack.tables.name for district, pack in packs.items()}
        close_after = {
            district: dt.timedelta(days=pack.tables.close_after_days) for district, pack in packs.items()
        }
        return cls(
            keys=KeyRing(secret), tokens=tokens, numbers=Numbers(), districts=names, close_after=close_after
        )

    def closes_at(self, case: Case, answered_at: dt.datetime) -> dt.datetime:
        """When the case, answered then, is closed if nobody rates it."""
        return answered_at + self.close_after.get(case.district, dt.timedelta(days=CLOSE_AFTER_DAYS))

    def lies_nowhere(self, district: str, grid: str) -> bool:
        """Is there no such node in the district's tree? Where no tree is known, nobody can say so."""
        known = self.tokens.atlas(district)
        return known is not None and not known.chain(grid)

    def link(self, case_no: str) -> str:
        """The path by which a resident follows the case without an account."""
        return f"/cases/{case_no}?link={self.tokens.sign_link(case_no, LINK_LIFE)}"

    def masked(self, case: Case, text: str) -> str:
        """The text without numbers of people and without who asked, for lists and logs."""
        try:
            contact = self.keys.open(case.contact) if case.contact else {}
        except InvalidToken:
            contact = {}
        return hide(mask_text(text), contact)

    def shown_contact(self, case: Case) -> dict[str, str]:
        """How the resident can be reached, masked; empty if nothing is known or it was sealed with a secret that is gone."""
        try:
            contact = self.keys.open(case.contact) if case.contact else {}
        except InvalidToken:
            return {}
        shown = {"name": contact["name"][:1] + "**"} if contact.get("name") else {}
        return {**shown, "phone": mask_phone(contact["phone"])} if contact.get("phone") else shown
