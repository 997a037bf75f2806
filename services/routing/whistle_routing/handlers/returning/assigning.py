"""
A person names who gets a case: by a ruling, by the review of a return, by a recall.
"""

from __future__ import annotations

from typing import cast

from whistle.contracts import Role
from whistle.contracts.plugin import Classification, Decision, HandlingClass, Reason
from whistle.errors import Invalid
from whistle.plugins.desk import Outcome
from whistle_routing import domain
from whistle_routing.domain import Bound, Dispatch, Job
from whistle_routing.handlers.placing import place
from whistle_routing.handlers.recording import remember
from whistle_routing.handlers.sending import Errand
from whistle_routing.store import RoutingUnit
from whistle_routing.tools import Tools


def must_be_party(name: str, district: str, *, field: str, tools: Tools, but: str = "") -> None:
    """
    Raises:
        Invalid: there is no such party in the district, or it is ``but``, which cannot be meant.
    """
    known = tools.parties.get(district, {})
    if name in known and name != but:
        return
    zh, en = (
        ("不能是本单位自己", "not the party itself")
        if name == but
        else (f"{district} 没有单位 {name}", f"{district} has no party {name}")
    )
    raise Invalid(zh, en, fields={field: [f"{zh} / {en}"]})


def assign_by_hand(
    unit: RoutingUnit,
    job: Job,
    about: Dispatch,
    *,
    to: str,
    by: str,
    why: str,
    rule: str,
    tools: Tools,
    bound: Bound | None = None,
) -> Job:
    """
    Send the case to the party that a person named, in the role of the dispatch ``about`` that ended; nobody asks the plugin.

    Who is at work already leads by the work that it has.
    """
    role: Role = about.role if any(_leads(one, about) for one in unit.dispatches_of(job.no)) else "lead"
    decision = decision_of(unit, job, to, rule=rule, why=why, tools=tools)
    outcome = Outcome(decision=decision, source="person", plugin=by[:120], version="", asked=False)
    remember(unit, job, outcome, decision, tools=tools)
    called = domain.assign(to, role, job, unit.dispatches_of(job.no))
    whistle = unit.whistle_of(job.no, job.round) if about.whistle else None
    if whistle is not None and whistle.state != "blown":
        whistle = None
    errand = Errand(job=job, outcome=outcome, decision=decision, whistle=whistle, bound=bound)
    placed, _ = place(unit, errand, called, tools=tools)
    return placed


def decision_of(unit: RoutingUnit, job: Job, to: str, *, rule: str, why: str, tools: Tools) -> Decision:
    """A decision by a person; class, category and level are those of the last decision about the case."""
    before = unit.decisions_of(job.no)
    pack = tools.packs.get(job.district)
    kind = (
        Decision.from_json(before[-1]["decision"]).classification
        if before
        else Classification(
            handling_class=cast("HandlingClass", job.handling_class or "commitment"),
            category=job.category or (pack.tables.default_category if pack else "-"),
        )
    )
    reason = Reason(rule=rule[:200], evidence=why[:2000], confidence=1.0)
    return Decision(lead=to, classification=kind, reasons=(reason,))


def _leads(one: Dispatch, about: Dispatch) -> bool:
    return one.id != about.id and one.round == about.round and one.role == "lead" and not one.gone
