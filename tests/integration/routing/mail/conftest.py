"""Routing with a post office, on both databases."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from tests.integration.routing.mail.receiver import Receiver
from tests.integration.routing.town import DISTRICT, Town
from whistle.auth import Tokens
from whistle.privacy import KeyRing
from whistle.webhooks import Guard
from whistle_routing.domain.mail import Filter
from whistle_routing.handlers import mail
from whistle_routing.office import PostOffice

SECRET = "0123456789abcdef0123456789abcdef"


@dataclass
class Mailing:
    """A town and its post office."""

    town: Town
    office: PostOffice

    def way(
        self, party: str, way: Any, *, url: str | None = None, as_pack: bool = False, **words: tuple[str, ...]
    ) -> str | None:
        """Reach a party in this way from now on; the new secret, if any."""
        wish = mail.Wish(
            district=DISTRICT,
            party=party,
            way=way,
            url=url,
            filter=Filter(**words) if words else None,
            as_pack=as_pack,
            by="t",
        )
        with self.town.database.write() as unit:
            return mail.set_way(unit, wish, keys=self.office.keys, guard=self.office.guard).secret

    def cases(self, count: int, *, start: int = 1, **options: Any) -> None:
        """File cases and let them be decided, for ``light`` unless the options say otherwise."""
        for number in range(start, start + count):
            self.town.file(f"26-{number:05}-1")
        self.town.decide(**options)

    def deliver(self, party: str = "light") -> None:
        """One party's webhooks, as far as they are due."""
        mail.deliver_to(self.office, f"{DISTRICT}/{party}")

    def standing(self, party: str = "light") -> dict[str, Any]:
        parties = {DISTRICT: {party: self.town.tools.parties[DISTRICT][party]}}
        with self.town.database.read() as unit:
            return mail.standings(unit, parties)[0]

    def letters(self, party: str = "light") -> list[Any]:
        with self.town.database.read() as unit:
            return unit.mail.after(DISTRICT, party, sequence=0, limit=1000)


def office_of(database: Any) -> PostOffice:
    """A post office that may call receivers of this machine."""
    return PostOffice(
        database=database,
        keys=KeyRing(SECRET),
        tokens=Tokens(SECRET, database.clock),
        guard=Guard.of(["127.0.0.0/8"], plain=True),
        party_queues=True,
    )


@pytest.fixture
def mailing(town: Town) -> Mailing:
    return Mailing(town, office_of(town.database))


@pytest.fixture
def receiver():
    with Receiver() as running:
        yield running
