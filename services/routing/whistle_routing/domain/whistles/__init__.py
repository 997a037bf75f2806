"""
Whistles (吹哨): several parties called together, what whoever blew may do, what is kept of each responder, and what is published.
"""

from whistle_routing.domain.whistles.arrival import wrong_with
from whistle_routing.domain.whistles.responders import (
    FINISHED,
    POWERS,
    Consultation,
    Power,
    Responder,
    after_veto,
    joined,
    missing,
    use_power,
)
from whistle_routing.domain.whistles.steps import Step, StepKind
from whistle_routing.domain.whistles.whistle import ALIVE, MOVES, Whistle, WhistleState, moved

__all__ = [
    "ALIVE",
    "FINISHED",
    "MOVES",
    "POWERS",
    "Consultation",
    "Power",
    "Responder",
    "Step",
    "StepKind",
    "Whistle",
    "WhistleState",
    "after_veto",
    "joined",
    "missing",
    "moved",
    "use_power",
    "wrong_with",
]
