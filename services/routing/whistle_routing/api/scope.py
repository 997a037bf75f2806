"""
What a caller may see: a district, or a part of one.
"""

from __future__ import annotations

from collections.abc import Collection

from whistle.auth import Principal
from whistle.errors import Forbidden
from whistle.http.routes import Request
from whistle_routing.store import RoutingUnit
from whistle_routing.store.reach import Reach


def districts_in_scope(request: Request, wanted: str | None) -> Collection[str] | None:
    """
    The wanted district, or all in the caller's scope; None: all there are.

    Raises:
        Forbidden: the wanted district is outside of the scope.
    """
    who = request.principal
    if who is None or (wanted and not who.covers(wanted)):
        raise Forbidden("您的权限范围不含该区", "this district is outside of your scope")
    if wanted:
        return [wanted]
    return None if who.scope == "*" else [who.scope.partition("/")[0]]


def reach_of(request: Request, wanted: str | None) -> Reach:
    """
    What of a list the caller is shown: of the wanted district, or of all, what lies in the caller's scope.

    Raises:
        Forbidden: the scope is in another district.
    """
    who = request.principal
    if who is not None and wanted and wanted == who.scope.partition("/")[0]:
        return Reach(districts=[wanted], extent=who.extent())
    districts = districts_in_scope(request, wanted)
    return Reach(districts=districts, extent=who.extent() if who else None)


def in_scope(unit: RoutingUnit, who: Principal, district: str, case_no: str) -> bool:
    """Does the caller's scope cover the place of this case?"""
    job = unit.jobs.get(case_no)
    return who.covers(district, job.grid if job else None)


def shows_case(unit: RoutingUnit, request: Request, no: str) -> bool:
    """Is there such a case in the caller's scope?"""
    job, who = unit.jobs.get(no), request.principal
    return job is not None and who is not None and in_scope(unit, who, job.district, no)
