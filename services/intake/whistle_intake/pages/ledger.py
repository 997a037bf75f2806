"""
The ledger (民情工作台账) for staff, a page at a time.
"""

from __future__ import annotations

from urllib.parse import urlencode

from whistle.http.look import Look
from whistle.http.routes import Request, Response
from whistle_intake import access
from whistle_intake.domain import STATES
from whistle_intake.store import IntakeUnit
from whistle_intake.tools import Tools

ROWS = 30


def show_ledger(unit: IntakeUnit, request: Request, *, look: Look, tools: Tools) -> Response:
    """Newest first; ``before`` is the serial below which the page begins."""
    query = request.query
    district, state = query.get("district") or None, query.get("state") or None
    area = access.area_in_scope(request, district)
    wide = area.extent is None
    unplaced = wide and query.get("unplaced") == "1"
    found = unit.ledger(
        districts=area.districts,
        extent=area.extent,
        state=state,
        unplaced=unplaced,
        before=query.get("before"),
        limit=ROWS + 1,
    )
    shown = found[:ROWS]
    filters = {"district": district, "state": state, "unplaced": "1" if unplaced else None}
    kept = {name: value for name, value in filters.items() if value}
    districts = {
        name: called
        for name, called in tools.districts.items()
        if area.districts is None or name in area.districts
    }
    return look.page(
        request,
        "ledger.html",
        keep=kept,
        cases=shown,
        next_page="?" + urlencode({**kept, "before": shown[-1].serial}) if len(found) > ROWS else None,
        first_page=("?" + urlencode(kept) if kept else "/ledger") if query.get("before") else None,
        districts=districts,
        names=tools.districts,
        states=list(STATES),
        chosen_district=district,
        chosen_state=state,
        may_filter_places=wide,
        unplaced=unplaced,
        now=unit.now,
    )
