"""
How far each party is: its last letter, what it took and acted upon, what waits and what is parked.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from whistle.contracts.parties import KINDS
from whistle.contracts.plugin import Party
from whistle_routing.handlers.telling import default_way
from whistle_routing.store import RoutingUnit
from whistle_routing.store.mail_marks import marks


def standings(unit: RoutingUnit, parties: Mapping[str, Mapping[str, Party]]) -> list[dict[str, Any]]:
    """
    One row for each party, by district and id.

    ``sequence`` is the number of its last letter, ``acted`` that of the last one it acted upon, ``unsigned`` how many dispatches
    it has not signed yet, ``lag`` how many letters its webhook has not taken (None: the transport does not tell us), ``parked``
    how many nobody tries any more.
    """
    found = marks(unit, list(parties))
    return [
        _standing(unit, district, party, found.get((district, party.id), {}))
        for district, ones in sorted(parties.items())
        for party in sorted(ones.values(), key=lambda one: one.id)
    ]


def _standing(unit: RoutingUnit, district: str, party: Party, known: Mapping[str, Any]) -> dict[str, Any]:
    reach = unit.mail.reach_of(district, party.id)
    way = reach.way if reach else default_way(party)
    sequence = known.get("sequence", 0)
    kind = KINDS.get(party.kind)
    hook = known if way == "webhook" else {}
    return {
        "district": district,
        "id": party.id,
        "name": party.name,
        "kind": party.kind,
        "kind_zh": kind.zh if kind else None,
        "channel": party.channel,
        "grid": party.grid,
        "way": way,
        "url": reach.url if reach else None,
        "since": reach.start if reach else None,
        "filter": reach.filter.to_json() if reach and reach.filter else None,
        "sequence": sequence,
        "sent_at": known.get("sent_at"),
        "acted": known.get("acted", 0),
        "acted_at": known.get("acted_at"),
        "unsigned": known.get("unsigned", 0),
        "lag": sequence - hook["delivered"] if hook else None,
        "parked": known.get("parked", 0),
        "error": hook.get("error"),
        "attempts": hook.get("attempts", 0),
        "pledged_on": known.get("pledged_on"),
    }
