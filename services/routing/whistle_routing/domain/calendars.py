"""
Which calendar a district's clocks go by, and how far they have been reckoned by it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True)
class CalendarUse:
    """
    A calendar that a district uses since ``since``, with its whole content, so that a deadline can be explained by the calendar of
    its time. The one with the highest ``turn`` is in force. Open clocks up to the id ``reached`` are reckoned by it; ``done``: all
    of them.
    """

    id: str
    version: int
    district: str
    calendar: str
    turn: int
    since: dt.datetime
    content: Mapping[str, Any]
    reached: str = ""
    done: bool = False
