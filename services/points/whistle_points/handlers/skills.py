"""
What members can do (专业特长, S1-19).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from whistle_points.domain import Skill
from whistle_points.handlers.claiming import member_of
from whistle_points.refusals import SamePerson
from whistle_points.store import PointsUnit


def put_skill(unit: PointsUnit, scheme: str, given: Mapping[str, Any], *, by: str) -> Skill:
    """Enter what a member can do and what shows it. Raises UnknownMember. SamePerson: about oneself."""
    member_of(unit, scheme, given["member"])
    if by == given["member"]:
        raise SamePerson("特长须由他人核验", "somebody else looks at the proof")
    key = f"{scheme}/{given['member']}/{given['skill']}"
    before = unit.skills.get(key)
    made = Skill(key=key, scheme=scheme, seen_by=by, version=before.version + 1 if before else 1, **given)
    unit.skills.put(made)
    return made
