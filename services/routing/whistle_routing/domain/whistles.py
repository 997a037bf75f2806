"""
A call on several parties.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, kw_only=True)
class Whistle:
    """A call on several parties."""

    id: str
    version: int
    case_no: str
    district: str
    whistle_class: str
    state: Literal["blown", "closed"]
    round: int
    blown_at: dt.datetime
