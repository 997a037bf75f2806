"""
What exceeds the powers of whoever would lead is carried upward (S0-3): by the worker, not by the resident, who never files again.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

from whistle.contracts.plugin import Case, Decision, Facts, Level, Reason

KIND_PREFIX = "kind:"


@dataclasses.dataclass(frozen=True, kw_only=True)
class Power:
    """
    One row of ``[[powers]]``: what is beyond the powers of ``of`` (a party or ``kind:…``), and to whom it goes then.

    It is beyond them if one of ``keywords`` occurs (and none of ``unless``), or the category begins with one of
    ``categories``, or the level is one of ``levels``. With ``keep`` whoever would have led joins in, by a ``whistle``.
    """

    id: str
    of: str
    to: str
    keywords: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    levels: tuple[Level, ...] = ()
    keep: bool = False
    whistle: Level = "daily"

    def concerns(self, party: str, facts: Facts) -> bool:
        """Is this party one of those whose powers the row limits?"""
        if not self.of.startswith(KIND_PREFIX):
            return party == self.of
        found = facts.party(party)
        return found is not None and KIND_PREFIX + found.kind == self.of

    def beyond(self, case: Case, decision: Decision) -> str:
        """What of the case exceeds the powers, in words; empty if nothing does."""
        whole = f"{case.title}\n{case.text}"
        if any(word in whole for word in self.unless):
            return ""
        found = [word for word in self.keywords if word in whole]
        kind = decision.classification
        if self.categories and kind.category.startswith(self.categories):
            found.append(kind.category)
        if kind.level in self.levels:
            found.append(kind.level)
        return "、".join(found)


def carried_upward(
    powers: tuple[Power, ...],
    case: Case,
    facts: Facts,
    *,
    decision: Decision,
    resolve: Callable[[str], str | None],
) -> Decision:
    """
    The decision, led by whoever has the powers; rows may follow on each other (community → street → district).

    ``resolve`` finds the party that a target means.
    """
    for power in powers:
        if not power.concerns(decision.lead, facts):
            continue
        said, to = power.beyond(case, decision), resolve(power.to)
        if not said or to is None or to in (decision.lead, *facts.history.returned_by):
            continue
        below = (decision.lead,) if power.keep else ()
        joining = tuple(dict.fromkeys(party for party in (*below, *decision.co_handlers) if party != to))
        reason = Reason(
            rule=f"powers.{power.id}", evidence=f"超出 {decision.lead} 职权: {said}", confidence=1.0
        )
        decision = dataclasses.replace(
            decision,
            lead=to,
            co_handlers=joining,
            whistle_class=(decision.whistle_class or power.whistle) if joining else None,
            reasons=(reason, *decision.reasons)[:6],
        )
    return decision
