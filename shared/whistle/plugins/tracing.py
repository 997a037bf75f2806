"""
Who decided, and why, in words: the same for one case, for a replay and for a comparison.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from whistle.contracts.plugin import Decision

By = Literal["rule", "model", "duty-desk", "fallback", "ruling", "precedent", "person"]
"""
A rule (of the tables or of the plugin's own code), the learned model, the duty desk because no rule fits, or what stands in for
a plugin that failed; the arbiter, what the arbiter once ruled, or another person.
"""
DUTY_DESK, MODEL = "duty-desk", "model"
"""The rules under which the duty desk and the model give their reasons."""
WORDS: dict[By, str] = {
    "rule": "规则 / rule",
    "model": "模型 / model",
    "duty-desk": "值班席 / duty desk",
    "fallback": "后备 / fallback",
    "ruling": "裁定 / ruling",
    "precedent": "裁定先例 / precedent",
    "person": "人工指派 / a person",
}


def decided_by(source: str, decision: Decision) -> By:
    """Who decided; ``source`` is that of an :class:`whistle.plugins.host.wire.Outcome`."""
    rule = decision.reasons[0].rule
    if source == "person":
        kind = rule.partition(".")[0]
        return "ruling" if kind == "ruling" else "precedent" if kind == "precedent" else "person"
    if source != "plugin":
        return "fallback"
    return "duty-desk" if rule == DUTY_DESK else "model" if rule == MODEL else "rule"


def say_decision(decision: Decision) -> str:
    """Who acts, in one line: ``water-company + street (daily) | 城乡建设/供水 | commitment daily``."""
    kind = decision.classification
    joined = (
        f" + {', '.join(decision.co_handlers)} ({decision.whistle_class})" if decision.co_handlers else ""
    )
    hours = "" if decision.handle_hours is None else f" | {decision.handle_hours:g} h"
    return f"{decision.lead}{joined} | {kind.category} | {kind.handling_class} {kind.level}{hours}"


def say_reasons(decision: Decision) -> list[str]:
    """Each reason in a line: rule, evidence, how sure it is."""
    return [f"{one.rule}: {one.evidence} ({one.confidence:.0%})" for one in decision.reasons]


def say_failure(source: str, failure: str | None) -> Sequence[str]:
    """What fell back to what, and why; nothing if nothing did."""
    if source in ("plugin", "person"):
        return ()
    stood_in = (
        "改由值班席受理 / the duty desk took it"
        if source == "duty-desk"
        else "改按表中规则 / the tables decided"
    )
    return (f"{stood_in}: {failure or '-'}",)
