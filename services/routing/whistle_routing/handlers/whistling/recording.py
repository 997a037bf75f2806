"""
Keeping each step of a whistle with who and when.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from whistle.ids import new_id
from whistle_routing.domain import Dispatch, Job
from whistle_routing.domain.whistles import Step, StepKind, Whistle
from whistle_routing.store import RoutingUnit


def note_step(
    unit: RoutingUnit,
    kind: StepKind,
    about: Dispatch | Whistle,
    *,
    by: str | None = None,
    data: Mapping[str, Any] | None = None,
) -> None:
    """Keep a step about one responder, or about the whistle as a whole."""
    responder = about if isinstance(about, Dispatch) else None
    step = Step(
        id=new_id(),
        case_no=about.case_no,
        district=about.district,
        at=unit.now,
        kind=kind,
        whistle=responder.whistle if responder else about.id,
        dispatch=responder.id if responder else None,
        party=responder.party if responder else None,
        by=by,
        data=data or {},
    )
    unit.record(step)


def note_case(
    unit: RoutingUnit,
    kind: StepKind,
    job: Job,
    *,
    by: str | None,
    data: Mapping[str, Any],
    whistle: str | None = None,
) -> None:
    """Keep a step about a case, which may have no whistle yet."""
    unit.record(
        Step(
            id=new_id(),
            case_no=job.no,
            district=job.district,
            at=unit.now,
            kind=kind,
            whistle=whistle,
            by=by,
            data=data,
        )
    )
