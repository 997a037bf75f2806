"""
What happened in the life of a whistle, each step stamped with who and when (S3-10); the record that is published every month.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

StepKind = Literal[
    "registered",
    "escalated",
    "requested",
    "approved",
    "declined",
    "blown",
    "called",
    "joined",
    "signed",
    "arrived",
    "reported",
    "returned",
    "recalled",
    "deadline",
    "vetoed",
    "released",
    "accepted",
    "evaluated",
    "assessed",
    "closed",
    "consultation_called",
    "consultation_held",
]
"""
``registered`` (登记入册) and ``escalated`` (上报) may come before there is a whistle. ``called``: a responder, who may have been at
work before; ``joined``: its part changed; ``deadline``: its deadline moved.
"""


@dataclass(frozen=True, kw_only=True)
class Step:
    """One line of the record: never changed. ``by`` is None if no person did it."""

    id: str
    case_no: str
    district: str
    at: dt.datetime
    kind: StepKind
    whistle: str | None = None
    dispatch: str | None = None
    party: str | None = None
    by: str | None = None
    data: Mapping[str, Any] = field(default_factory=dict)
