"""
Who may blow a whistle of which class, whether a principal is asked first, and how long what may take then (§8 of the domain:
30 minutes on site, 事不完、人不撤), as dated versions in a district's tables.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Literal, get_args

from whistle.contracts.plugin import Level
from whistle.contracts.timing import ClockKind, Span

Blower = Literal["worker", "community", "street", "district"]
"""Who may be allowed to blow: 网格员, 社区, 街道, 区级; the roles of the platform, lowest first."""
BLOWERS: tuple[Blower, ...] = get_args(Blower)
_LADDER = (*BLOWERS, "city", "admin")
WHISTLE_KINDS: tuple[ClockKind, ...] = ("sign", "arrive", "handle")
"""Which clocks a class of whistles may name."""
APPROVED_WITHIN = Span(2 * 3600, "seconds")
"""Until when a principal should have decided, where the row does not say."""
ON_SITE_WITHIN: Mapping[Level, Span] = MappingProxyType({"urgent": Span(30 * 60, "seconds")})
"""Until when responders must be on site, where neither this row nor the handling class says."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class WhistleTerms:
    """
    One row of ``[[whistle]]``, in force from ``since`` on.

    ``blowers`` may blow; whoever stands above all of them may as well. Who stands below ``approval`` asks a principal of that role
    first, who should decide within ``approve``. ``spans`` has the clocks of each responder. ``proof``: arriving must be proved, and
    comes before reporting. ``acceptance``: a report counts only once the blower has accepted it; otherwise until it is vetoed.
    """

    whistle_class: Level
    since: dt.date = dt.date.min
    blowers: tuple[Blower, ...] = ("worker", "community", "street")
    approval: Blower | None = None
    approve: Span = APPROVED_WITHIN
    spans: Mapping[ClockKind, Span] = dataclasses.field(default_factory=dict)
    proof: bool = False
    acceptance: bool = False
    basis: str = ""

    def lets_blow(self, role: str) -> bool:
        """May this role blow, asked first or not?"""
        return role in self.blowers or _rank(role) > max(map(_rank, self.blowers))

    def asks_first(self, role: str) -> bool:
        """Must a principal allow it?"""
        return self.approval is not None and _rank(role) < _rank(self.approval)

    def lets_approve(self, role: str) -> bool:
        """May this role allow what others want to blow?"""
        return self.approval is not None and _rank(role) >= _rank(self.approval)


def whistle_terms(rows: Iterable[WhistleTerms], whistle_class: Level, on: dt.date) -> WhistleTerms:
    """
    The row of a class in force on a day: the last that has begun, the first one if none has; what every district grants if the
    tables name none.
    """
    own = sorted((row for row in rows if row.whistle_class == whistle_class), key=lambda row: row.since)
    begun = [row for row in own if row.since <= on]
    return begun[-1] if begun else own[0] if own else WhistleTerms(whistle_class=whistle_class)


def stands_above(role: str, other: str) -> bool:
    """Is ``role`` higher on the ladder than ``other``?"""
    return _rank(role) > _rank(other)


def _rank(role: str) -> int:
    """Where a role stands; -1 for one that never blows, like a resident."""
    return _LADDER.index(role) if role in _LADDER else -1
