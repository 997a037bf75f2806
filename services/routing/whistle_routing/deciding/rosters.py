"""
Parties and grid as plugins are given them, each state stored once.
"""

from __future__ import annotations

import hashlib
import json

from whistle.contracts.plugin import Facts
from whistle.plugins.host.wire import roster_of
from whistle_routing.store import RoutingUnit


class Rosters:
    """The digest of the parties and the grid that a district's plugin is given, reckoned once for each state."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[Facts, str]] = {}
        self._stored: set[str] = set()
        self._storing: dict[str, RoutingUnit] = {}

    def digest(self, unit: RoutingUnit, facts: Facts) -> str:
        """The digest of this state; one that is new is stored with this unit of work."""
        known = self._known.get(facts.district)
        if known is None or known[0].parties is not facts.parties or known[0].grid is not facts.grid:
            text = json.dumps([facts.district, roster_of(facts)], ensure_ascii=False, sort_keys=True)
            known = self._known[facts.district] = facts, hashlib.sha256(text.encode()).hexdigest()
        digest = known[1]
        if digest not in self._stored and self._storing.get(facts.district) is not unit:
            # whether the unit that stored it was committed shows only to the next one
            if unit.has_roster(digest):
                self._stored.add(digest)
                self._storing.pop(facts.district, None)
            else:
                unit.keep_roster(digest, facts.district, roster=roster_of(facts))
                self._storing[facts.district] = unit
        return digest
