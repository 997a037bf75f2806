"""
Joint consultations at the desk: those of a case without a whistle, and what their forms say.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from whistle_routing.domain import Job
from whistle_routing.domain.whistles import Consultation
from whistle_routing.store import RoutingUnit
from whistle_routing.store.reach import Reach

MOST = 50
_LOCAL = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?")
"""What ``<input type="datetime-local">`` sends; it is meant as a time in China."""


def in_china(said: Mapping[str, Any]) -> dict[str, Any]:
    """What a form says, with its time of a meeting as one in China."""
    at = said.get("meet_at")
    local = isinstance(at, str) and _LOCAL.fullmatch(at.strip())
    return {**said, "meet_at": f"{at.strip()}+08:00"} if local and isinstance(at, str) else dict(said)


def meetings_of(unit: RoutingUnit, job: Job) -> Sequence[Consultation]:
    """The consultations about a case that are no step of a whistle, oldest first."""
    found = unit.list_consultations(reach=Reach(), case_no=job.no, held=None, after="", limit=MOST)
    return [one for one in found if one.whistle is None]


def people_of(one: Consultation, names: Mapping[str, str]) -> Sequence[tuple[str, str]]:
    """Who was asked, and may have been there."""
    return [(name, names.get(name, name)) for name in (*one.parties, *one.guests)]
