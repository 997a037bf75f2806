"""
What routing's handlers work with: the packs and the router that always answers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, MutableMapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from whistle.calendar.deadlines import Timetable
from whistle.calendar.loading import calendar_of, city_plan
from whistle.calendar.plan import NO_PLAN, Plan
from whistle.clock import Clock
from whistle.contracts.plugin import GridNode, Party
from whistle.errors import Misconfigured
from whistle.plugins.desk import Router
from whistle.plugins.loader import Pack, load_packs
from whistle.privacy import KeyRing
from whistle.settings import Settings, service_value, with_secret
from whistle.storage.atlas import StoredAtlas
from whistle_routing.catalogue import Catalogue
from whistle_routing.deciding.rosters import Rosters
from whistle_routing.deciding.shadows import Shadows
from whistle_routing.domain.mail import NO_FILTER, Filter
from whistle_routing.lanes import Lanes
from whistle_routing.organisation.known import Organisations, OwnTrees
from whistle_routing.store import RoutingUnit


class Followed:
    """Which orders for plugins this process has followed."""

    def __init__(self) -> None:
        self.started = False
        self._orders: set[str] = set()

    def add(self, orders: Iterable[str]) -> None:
        self._orders.update(orders)

    def __contains__(self, order: object) -> bool:
        return order in self._orders


def _no_keys() -> KeyRing:
    raise Misconfigured("没有密钥", "no key ring")


def filter_declared(pack: Pack, party: str) -> Filter:
    """The filter of a party in its pack's ``[[parties]]``; all, if there is none."""
    wanted = pack.tables.agreed.filters.get(party)
    return Filter(**vars(wanted)) if wanted else NO_FILTER


@dataclass(frozen=True)
class Tools:
    """Injected into the service once; ``parties`` by district and id, ``city`` is what the city's calendar file says."""

    packs: Mapping[str, Pack]
    router: Router
    lanes: Lanes
    parties: MutableMapping[str, Mapping[str, Party]] = field(repr=False)
    database: Any
    party_queues: bool
    organisations: Organisations = field(default_factory=Organisations, repr=False)
    catalogue: Catalogue = field(default_factory=Catalogue, repr=False)
    rosters: Rosters = field(default_factory=Rosters, repr=False)
    shadows: Shadows = field(default_factory=Shadows, repr=False)
    followed: Followed = field(default_factory=Followed, repr=False)
    ready: Path | None = None
    keys: Callable[[], KeyRing] = field(default=_no_keys, repr=False)
    city: Plan = NO_PLAN

    @classmethod
    def of(cls, host: Any) -> Tools:
        """
        From the host of the running service.

        Raises:
            Misconfigured: a bad pack, or none; a bad calendar file.
        """
        host.tokens.atlas = StoredAtlas(host.database, OwnTrees())
        return cls.made(host.settings, database=host.database, clock=host.clock)

    @classmethod
    def made(cls, settings: Settings, *, database: Any, clock: Clock) -> Tools:
        """
        For whoever has no running service, like a command.

        Raises:
            Misconfigured: as above.
        """
        packs = load_packs(settings.districts or None)
        router = Router(packs, clock=clock)
        return cls(
            packs=router.packs,
            router=router,
            lanes=Lanes(packs.keys()),
            parties={
                name: {party.id: party for party in pack.tables.parties} for name, pack in packs.items()
            },
            database=database,
            party_queues=settings.party_queues,
            organisations=Organisations(router.packs),
            ready=Path(service_value("str", "PACKS", settings, str(settings.data / "packs"))),
            keys=lambda: KeyRing(with_secret(settings)),
            city=city_plan(settings),
        )

    def declared_filter(self, district: str, party: str) -> Filter:
        """What the pack says that a party is sent, which holds until somebody chooses otherwise."""
        pack = self.packs.get(district)
        return filter_declared(pack, party) if pack else NO_FILTER

    def learn_parties(self, pack: Pack) -> None:
        """
        Know the parties of another version too; those of the one before stay known, because cases may still be decided upon them.
        """
        known = self.parties.get(pack.district, {})
        self.parties[pack.district] = {**known, **{party.id: party for party in pack.tables.parties}}

    def grid(self, unit: RoutingUnit, district: str) -> tuple[GridNode, ...]:
        """The grid tree of today that the district's plugin is given; the pack's own before anything is loaded."""
        found = self.organisations.light(unit, district)
        return self.packs[district].tables.grid if found is None else found

    def timetable(self, district: str) -> Timetable:
        """Reckons the district's deadlines, by the calendar of its pack (if that is installed) within the city's."""
        pack = self.packs.get(district)
        return Timetable(calendar_of(self.city, pack.tables.calendar if pack else NO_PLAN))
