"""
The schemes of all districts, as the handlers ask for them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from whistle_points.domain import Item, Scheme, Schemes, default_scheme
from whistle_points.refusals import ItemOfAnotherDate, UnknownItem


@dataclass(frozen=True)
class Rules:
    """Schemes by district; a district whose pack has none goes by the default."""

    districts: Mapping[str, Schemes] = field(default_factory=dict)

    def of(self, district: str) -> Schemes:
        """All versions of a district's scheme."""
        return self.districts.get(district) or default_scheme(district)

    def at(self, district: str, day: dt.date) -> Scheme:
        """The version in force on a day."""
        return self.of(district).at(day)

    def item(self, district: str, item: str, day: dt.date) -> tuple[Scheme, Item]:
        """
        A scoring item with its scheme.

        Raises:
            UnknownItem: no version of the scheme has one of this name. ItemOfAnotherDate: that of that day has not.
        """
        scheme = self.at(district, day)
        found = scheme.items.get(item)
        if found is None:
            others = {one.version: one.valid_from for one in self.of(district).versions if item in one.items}
            raise ItemOfAnotherDate(item, day, versions=others) if others else UnknownItem(item, day)
        return scheme, found
