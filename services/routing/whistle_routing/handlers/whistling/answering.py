"""
What a responder does with its dispatch, as far as its whistle has a say in it: arriving is proved, and every step is kept.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from whistle.contracts import Action, Arrive
from whistle.errors import Invalid, NotAllowedNow
from whistle_routing.domain import Dispatch
from whistle_routing.domain.whistles import StepKind, Whistle, wrong_with
from whistle_routing.handlers.whistling.powers import kept_of
from whistle_routing.handlers.whistling.recording import note_step
from whistle_routing.store import RoutingUnit

_KINDS: dict[str, StepKind] = {
    "sign": "signed",
    "arrive": "arrived",
    "report": "reported",
    "return": "returned",
}


def check_responder(unit: RoutingUnit, about: Dispatch, action: Action) -> None:
    """
    Raises:
        Invalid: an arrival without the proof that it needs, or with one that is none. NotAllowedNow: a report of who has not
            arrived where arriving must be proved.
    """
    unit.preload([about.case_no])
    whistle = unit.whistles.get(about.whistle) if about.whistle else None
    if isinstance(action, Arrive):
        _check_arrival(about, action, whistle, unit)
    elif whistle is not None and whistle.proof and action.verb() == "report" and about.state == "signed":
        raise NotAllowedNow(
            "须先到场报到,再上报办结", "arrive first, then report: this whistle asks for proof of arrival"
        )


def follow_responder(unit: RoutingUnit, changed: Dispatch, action: Action, late: bool | None) -> None:
    """Keep the step, and the proof of an arrival."""
    kind = _KINDS.get(action.verb())
    if kind is None:
        return
    data: dict[str, Any] = {} if late is None else {"late": late}
    if isinstance(action, Arrive):
        proof = action.proof
        told = {name: value for name, value in vars(proof).items() if value is not None} if proof else {}
        told.pop("code", None)
        told |= {"coded": True} if proof and proof.code else {}
        data["proof"] = {
            name: value.isoformat() if name == "at" else value for name, value in told.items()
        } or None
        kept = kept_of(unit, changed)
        unit.responders.put(replace(kept, arrived_at=unit.now, proof=data["proof"], version=kept.version + 1))
    note_step(unit, kind, changed, by=action.by, data=data)


def _check_arrival(about: Dispatch, action: Arrive, whistle: Whistle | None, unit: RoutingUnit) -> None:
    wrong = wrong_with(
        action.proof,
        called_at=about.sent_at,
        now=unit.now,
        code=whistle.code if whistle else None,
        needed=whistle is not None and whistle.proof,
    )
    if wrong:
        fields = {name: [f"{zh} / {en}"] for name, (zh, en) in wrong.items()}
        (zh, en), *_ = wrong.values()
        raise Invalid(f"到场凭证有误:{zh}", f"no proof of arrival: {en}", fields=fields)
