"""
What routing's handlers work with: the packs and the router that always answers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from whistle.contracts.plugin import GridNode, Party
from whistle.plugins.desk import Router
from whistle.plugins.loader import Pack, load_packs
from whistle_routing.lanes import Lanes
from whistle_routing.organisations import Organisations
from whistle_routing.rosters import Rosters
from whistle_routing.store import RoutingUnit


@dataclass(frozen=True)
class Tools:
    """Injected into the service once; ``parties`` by district and id."""

    packs: Mapping[str, Pack]
    router: Router
    lanes: Lanes
    parties: Mapping[str, Mapping[str, Party]] = field(repr=False)
    database: Any
    party_queues: bool
    organisations: Organisations = field(default_factory=Organisations, repr=False)
    rosters: Rosters = field(default_factory=Rosters, repr=False)

    @classmethod
    def of(cls, host: Any) -> Tools:
        """
        From the host of the running service.

        Raises:
            Misconfigured: a bad pack, or none.
        """
        packs = load_packs(host.settings.districts or None)
        return cls(
            packs=packs,
            router=Router(packs, clock=host.clock),
            lanes=Lanes(packs.keys()),
            parties={
                name: {party.id: party for party in pack.tables.parties} for name, pack in packs.items()
            },
            database=host.database,
            party_queues=host.settings.party_queues,
            organisations=Organisations(packs),
        )

    def grid(self, unit: RoutingUnit, district: str) -> tuple[GridNode, ...]:
        """The grid tree of today that the district's plugin is given; the pack's own before anything is loaded."""
        found = self.organisations.light(unit, district)
        return self.packs[district].tables.grid if found is None else found
