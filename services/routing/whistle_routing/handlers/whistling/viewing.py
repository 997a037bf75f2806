"""
A whistle as it is shown: with its responders, what is kept of each, its consultations and every step.
"""

from __future__ import annotations

from typing import Any

from whistle_routing.domain import Dispatch, Whistle
from whistle_routing.domain.whistles import Responder
from whistle_routing.store import RoutingUnit


def view_whistle(
    unit: RoutingUnit, whistle: Whistle, *, steps: bool = False, code: bool = False
) -> dict[str, Any]:
    """
    Plain values for the schema.

    Args:
        steps: with every step (those of the transaction in hand are not there yet). code: with the code that proves an arrival.
    """
    kept = unit.responders_of(whistle.id)
    called = [one for one in unit.dispatches_of(whistle.case_no) if one.whistle == whistle.id]
    shown = {
        **vars(whistle),
        "co_handlers": whistle.co,
        "responders": [_responder(one, kept.get(one.id)) for one in called],
        "consultations": [vars(one) for one in unit.consultations_of(whistle.id)],
        "steps": [vars(one) for one in unit.steps_of(whistle.case_no)] if steps else [],
    }
    if not code:
        shown.pop("code")
    return shown


def _responder(one: Dispatch, kept: Responder | None) -> dict[str, Any]:
    own = vars(kept) if kept else {}
    return {
        **{name: value for name, value in own.items() if name not in ("id", "version", "whistle")},
        "vetoes": kept.vetoes if kept else 0,
        "dispatch": one.id,
        "party": one.party,
        "role": one.role,
        "state": one.state,
        "sent_at": one.sent_at,
        "due_at": one.due_at,
        "changed_at": one.changed_at,
        "by": one.by,
    }
