"""
How a district deals with work that is given back: ``[returns]`` of its tables (domain D3). How long it may be given back stands
with the deadlines, as ``return`` of ``[[classes]]``, because it has dated versions too.
"""

from __future__ import annotations

import dataclasses

from whistle.contracts.timing import Span

ONE_DAY, TWO_DAYS = Span(1, "working_days"), Span(2, "working_days")
"""Two working days for a return: the Shandong hotline rule of 2020. The others are ours; a district sets its own."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Returns:
    """
    ``review``: is a return looked at before it counts (派单异议审核)? ``reviewer`` and ``arbiter`` are the parties (None: the duty
    desk) to whom reviews and rulings are sent; they, or staff of at least ``reviewer_role`` and ``arbiter_role``, decide.

    ``window``, ``review_time`` (also of requests for more time) and ``ruling_time`` hold for classes whose rows do not say
    ``return``, ``review``, ``ruling``.
    ``least`` is the time that whoever gets a case late has at least for its own part; the deadline of the whole case stays. None:
    what is left of that.
    """

    review: bool = False
    reviewer: str | None = None
    arbiter: str | None = None
    reviewer_role: str = "street"
    arbiter_role: str = "district"
    window: Span = TWO_DAYS
    review_time: Span = ONE_DAY
    ruling_time: Span = TWO_DAYS
    least: Span | None = None


DEFAULT = Returns()
