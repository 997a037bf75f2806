"""
The default decision, from tables: pure functions over a case, the facts and a district's tables.

Scoring is simple on purpose, so that a district team can foresee it: a keyword found in the title counts 3, in the
text 1, the rule's weight is added, the highest score wins, and of equal scores the row that stands first.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Collection, Sequence
from collections.abc import Set as AbstractSet

from whistle.calendar.days import CHINA
from whistle.contracts.plugin import Case, Classification, Decision, Facts, Level, Party, Reason, Trigger
from whistle.plugins.powers import KIND_PREFIX, carried_upward
from whistle.plugins.tables import Rule, Step, Tables, Words
from whistle.plugins.terms import terms_for

TITLE_POINTS, TEXT_POINTS = 3.0, 1.0


@dataclasses.dataclass(frozen=True, kw_only=True)
class Match:
    """A rule that fits: its score, the words that were found, and the party it leads to."""

    rule: Rule
    score: float
    found: tuple[str, ...]
    lead: str


class Lexicon:
    """The words of a district's rules, ordered so that a text is not searched for words it cannot hold."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self._by_first: dict[str, list[str]] = {}
        self._rows: dict[str, list[int]] = {}
        self.wordless = tuple(row for row, rule in enumerate(rules) if not rule.keywords)
        for word in {word for rule in rules for word in (*rule.keywords, *rule.also, *rule.unless)}:
            self._by_first.setdefault(word[0], []).append(word)
        for row, rule in enumerate(rules):
            for word in rule.keywords:
                self._rows.setdefault(word, []).append(row)

    def present(self, text: str) -> set[str]:
        """The words that occur in ``text``."""
        return {word for first in set(text) for word in self._by_first.get(first, ()) if word in text}

    def rows(self, present: Collection[str]) -> list[int]:
        """The rules, in their order, of which one keyword is present or which have none."""
        return sorted({*self.wordless, *(row for word in present for row in self._rows.get(word, ()))})


def matches(tables: Tables, lexicon: Lexicon, case: Case, facts: Facts) -> list[Match]:
    """The rules that fit and whose lead exists and has not given the case back, best first."""
    area, found = facts.above(case.grid), []
    present = lexicon.present(f"{case.title}\n{case.text}")
    for row in lexicon.rows(present):
        rule = tables.rules[row]
        if not rule.when.fits(case, facts, area):
            continue
        hit = _score(rule, case, present)
        lead = hit and resolve(rule.lead, facts, area, without=facts.history.returned_by)
        busy = rule.max_open and lead and facts.workload.get(lead, 0) >= rule.max_open
        before = facts.repeats.get(rule.category, 0)
        if hit and lead and not busy and before >= (rule.repeats or 0):
            again = (f"{tables.repeat_days} 天内第 {before + 1} 件",) if rule.repeats else ()
            found.append(Match(rule=rule, score=hit[0], found=(*hit[1], *again), lead=lead))
    return sorted(found, key=lambda match: (-match.rule.priority, -match.score))


def _score(rule: Rule, case: Case, present: AbstractSet[str]) -> tuple[float, tuple[str, ...]] | None:
    """Score and evidence, or None if the rule does not fit."""
    if (rule.also and present.isdisjoint(rule.also)) or not present.isdisjoint(rule.unless):
        return None
    found = tuple(word for word in rule.keywords if word in present)
    in_title = sum(word in case.title for word in found)
    score = TITLE_POINTS * in_title + TEXT_POINTS * (len(found) - in_title) + rule.weight
    return max(score, TEXT_POINTS), found or rule.when.evidence()


def resolve(target: str, facts: Facts, area: Sequence[str], *, without: Sequence[str] = ()) -> str | None:
    """
    The party that ``target`` (an id, or ``kind:…``) means for a case in ``area`` (nearest node first, empty: not known).

    Of a kind, the party of the nearest node is taken, then one of the whole district; one that is responsible for another
    place never is. Where the place is not known, the party with the widest area is taken. None if there is no such party,
    or only some in ``without``.
    """
    if not target.startswith(KIND_PREFIX):
        party = facts.party(target)
        return None if party is None or party.id in without else party.id
    kind = target.removeprefix(KIND_PREFIX)
    candidates = [party for party in facts.parties if party.kind == kind and party.id not in without]
    ranked = [(_distance(party, facts, area), party) for party in candidates]
    fitting = [(distance, party) for distance, party in ranked if distance is not None]
    return min(fitting, key=lambda pair: pair[0])[1].id if fitting else None


def _distance(party: Party, facts: Facts, area: Sequence[str]) -> int | None:
    """How far a party is from a case, None if it is responsible for another place."""
    if party.grid is None:
        return len(area)
    if not area:
        return len(facts.above(party.grid))
    return area.index(party.grid) if party.grid in area else None


def classify(tables: Tables, case: Case, best: Match | None) -> Classification:
    """Handling class, category and level: what is already decided stays, then the rule's word, then the tables'."""
    rule = best.rule if best else None
    handling = case.handling_class or (rule and rule.handling) or spoken_for(tables.handling, case)
    level = (rule and rule.level) or spoken_for(tables.levels, case)
    return Classification(
        handling_class=handling or "commitment",  # type: ignore[arg-type]  # the tables were checked
        category=case.category or (rule.category if rule else tables.default_category),
        level=level or "daily",  # type: ignore[arg-type]  # the tables were checked
    )


def spoken_for(rows: Sequence[Words], case: Case) -> str | None:
    """The value of the first row one of whose words occurs and none of whose ``unless`` does."""
    whole = f"{case.title}\n{case.text}"
    for row in rows:
        if any(word in whole for word in row.keywords) and not any(word in whole for word in row.unless):
            return row.value
    return None


def decide(
    tables: Tables, facts: Facts, case: Case, *, found: Sequence[Match], kind: Classification
) -> Decision:
    """The best match leads; its co-handlers and strong runners-up join by a whistle; without a match the duty desk leads."""
    if not found:
        return _without_rule(tables, facts, case, kind)
    best = found[0]
    joining = _joining(tables, facts, case, found)
    reasons = [_reason(best, found), *(_reason(match, found) for match in found[1:] if match.lead in joining)]
    routed = Decision(
        lead=best.lead,
        co_handlers=joining,
        whistle_class=(best.rule.whistle or kind.level) if joining else None,
        classification=kind,
        reasons=tuple(reasons[:5]),
        handle_hours=hours_for(tables, best.rule, kind, facts.now),
    )
    return _within_powers(tables, case, facts, routed)


def _without_rule(tables: Tables, facts: Facts, case: Case, kind: Classification) -> Decision:
    """
    What the model proposes, if it is sure enough and the party is there; else the duty desk, with what was proposed.
    """
    desk = Reason(rule="duty-desk", evidence="没有规则适用,由值班席受理", confidence=0.0)
    plain = Decision(
        lead=tables.duty_desk,
        classification=kind,
        reasons=(desk,),
        handle_hours=hours_for(tables, None, kind, facts.now),
    )
    proposing = tables.proposing
    proposal = proposing.model.propose(case.title, case.text) if proposing else None
    if proposing is None or proposal is None:
        return plain
    evidence = f"{proposal.category}: {'、'.join(proposal.evidence)}"
    reason = Reason(rule="model", evidence=evidence, confidence=proposal.confidence)
    target = proposing.leads.get(proposal.category, "")
    gone = facts.history.returned_by
    lead = resolve(target, facts, facts.above(case.grid), without=gone) if target else None
    if lead is None or proposal.confidence < proposing.min_confidence:
        return dataclasses.replace(plain, reasons=(desk, reason))
    kind = dataclasses.replace(kind, category=case.category or proposal.category)
    proposed = dataclasses.replace(plain, lead=lead, classification=kind, reasons=(reason,))
    return _within_powers(tables, case, facts, proposed)


def _within_powers(tables: Tables, case: Case, facts: Facts, routed: Decision) -> Decision:
    if not tables.powers:
        return routed
    area, gone = facts.above(case.grid), facts.history.returned_by

    def find(target: str) -> str | None:
        return resolve(target, facts, area, without=gone)

    return carried_upward(tables.powers, case, facts, decision=routed, resolve=find)


def _joining(tables: Tables, facts: Facts, case: Case, found: Sequence[Match]) -> tuple[str, ...]:
    best, area = found[0], facts.above(case.grid)
    out = (best.lead, *facts.history.returned_by)
    named = [resolve(target, facts, area, without=out) for target in best.rule.co]
    floor = max(tables.joint.min_score, tables.joint.share * best.score)
    strong = [match.lead for match in found[1:] if match.score >= floor]
    joining = list(dict.fromkeys(party for party in (*named, *strong) if party and party != best.lead))
    return tuple(joining[: max(len(named), tables.joint.at_most)])


def _reason(match: Match, found: Sequence[Match]) -> Reason:
    rivals = [other.score for other in found if other.lead != match.lead]
    confidence = match.score / (match.score + max(rivals, default=0.0) + 1.0)
    return Reason(rule=match.rule.id, evidence="、".join(match.found), confidence=round(confidence, 2))


def hours_for(tables: Tables, rule: Rule | None, kind: Classification, now: dt.datetime) -> float | None:
    """
    The time to handle in hours on the wall, the level's most included; None: the deadline of the class in ``[[classes]]``,
    unless that is certainly longer than the level allows.
    """
    most = tables.level_hours.get(kind.level)
    own = rule.hours if rule else None
    if own is None:
        on = now.astimezone(CHINA).date()
        terms = terms_for(tables.classes, kind.handling_class, kind.level, kind="handle", on=on)
        if terms is not None:
            shorter = most and not terms.level and dt.timedelta(hours=most) < terms.spans["handle"].least
            return most if shorter else None
    own = own or tables.hours[kind.handling_class]
    return min(own, most or own)


def escalate(tables: Tables, case: Case, facts: Facts, *, trigger: Trigger, routed: Decision) -> Decision:
    """
    What a trigger changes: the table says who leads and who joins, and the reason says why.

    Without a lead in the table, an overdue or disputed case stays with who has it; one given back goes to the next
    that fits, and after the second return to the duty desk, which must rule (兜底).
    """
    step, area, past = tables.escalation.get(trigger.kind, Step()), facts.above(case.grid), facts.history
    keeps = trigger.kind in ("overdue", "dissatisfied") and past.lead and facts.party(past.lead)
    lead = resolve(step.lead, facts, area, without=past.returned_by) if step.lead else None
    if lead is None and trigger.kind == "returned" and len(past.returned_by) > 1:
        lead = tables.duty_desk
    lead = lead or (past.lead if keeps else None) or routed.lead
    added = [resolve(target, facts, area, without=(lead,)) for target in step.add]
    kept = [past.lead] if past.lead and facts.party(past.lead) and past.lead not in past.returned_by else []
    joining = tuple(
        dict.fromkeys(party for party in (*added, *kept, *routed.co_handlers) if party and party != lead)
    )
    reason = Reason(rule=f"escalation.{trigger.kind}", evidence=trigger.detail[:200], confidence=1.0)
    return dataclasses.replace(
        routed,
        lead=lead,
        co_handlers=joining,
        whistle_class=step.whistle if joining else None,
        classification=dataclasses.replace(
            routed.classification, level=_graver(routed.classification.level, step)
        ),
        reasons=(reason, *routed.reasons),
        handle_hours=min(step.hours, routed.handle_hours or step.hours),
    )


def _graver(level: Level, step: Step) -> Level:
    order: tuple[Level, ...] = ("daily", "major", "urgent")
    return max(level, step.whistle, key=order.index)
