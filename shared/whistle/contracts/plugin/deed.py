"""
What a district's plugin is told of something that earns points by itself.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Any, Literal

from whistle.contracts.plugin.strict import Fields
from whistle.errors import PluginFailed

Kind = Literal["case", "activity"]
KINDS: dict[str, Kind] = {"case": "case", "activity": "activity"}
MOST_TENTHS = 10_000_000
"""No deed earns more: a million points."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Deed:
    """
    Something that a member did and that no person scores: a case that was closed with their help, or an activity.

    ``tenths`` is what the scheme's configuration gives, in tenths of a point; caps come afterwards. ``item``: the scoring item.
    ``day``: when it happened. ``rating``, ``outcome``: of a case. ``activity``, ``minutes``: the kind of the activity,
    and how long.
    """

    kind: Kind
    district: str
    item: str
    tenths: int
    day: dt.date
    rating: str | None = None
    outcome: str | None = None
    activity: str | None = None
    minutes: int | None = None

    def to_json(self) -> dict[str, Any]:
        """JSON values."""
        return {**vars(self), "day": self.day.isoformat()}

    @classmethod
    def from_json(cls, value: object) -> Deed:
        """The inverse of :meth:`to_json`. Raises PluginFailed."""
        read = Fields(value, "deed")
        return cls(
            kind=KINDS[read.choice("kind", tuple(KINDS))],
            district=read.text("district"),
            item=read.text("item"),
            tenths=read.whole("tenths", default=0),
            day=dt.date.fromisoformat(read.text("day")),
            rating=read.text_or_none("rating"),
            outcome=read.text_or_none("outcome"),
            activity=read.text_or_none("activity"),
            minutes=None if read.value("minutes") is None else read.whole("minutes", default=0),
        )


def tenths_said(value: object) -> int:
    """
    What a plugin says a deed is worth.

    Raises:
        PluginFailed: no whole number of tenths between 0 and :data:`MOST_TENTHS`.
    """
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= MOST_TENTHS:
        raise PluginFailed(
            f"积分应为 0 到 {MOST_TENTHS} 的整数(0.1 分),实际为 {value!r}"[:300],
            f"the score must be a whole number of tenths from 0 to {MOST_TENTHS}, got {value!r}"[:300],
        )
    return value
