"""
Precedents (先例): what the arbiter once ruled routes the next equal case; together they are the district's dispatch catalogue.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

from whistle.contracts.plugin import Case, Decision, Facts, Reason


@dataclass(frozen=True, kw_only=True)
class Precedent:
    """
    One entry of the catalogue: equal cases go to ``party``, from ``since`` until ``until`` (None: no end), unless revoked.

    A case is equal if everything that the entry names holds: its category is ``category`` or below it; one of ``keywords`` occurs
    in title or text; it lies in a place of the kind ``place_kind``. ``plea`` is the ruling, of the case ``case_no``.
    """

    id: str
    version: int
    district: str
    party: str
    category: str
    keywords: tuple[str, ...]
    place_kind: str | None
    case_no: str
    plea: str
    reason: str
    by: str
    since: dt.datetime
    until: dt.datetime | None = None
    revoked_at: dt.datetime | None = None
    revoked_by: str | None = None
    revoked_why: str = ""

    def holds(self, at: dt.datetime) -> bool:
        """Is it in force at this instant?"""
        if at < self.since or (self.until is not None and at >= self.until):
            return False
        return self.revoked_at is None or at < self.revoked_at

    @property
    def rank(self) -> tuple[int, dt.datetime, str]:
        """Of several that fit, the one that names most goes first, then the latest."""
        return (bool(self.category) + bool(self.keywords) + bool(self.place_kind), self.since, self.id)


def in_category(category: str, wanted: str) -> bool:
    """Is it the category that is wanted, or one below it (``城乡建设/供水`` is below ``城乡建设``)?"""
    return category == wanted or category.startswith(f"{wanted}/")


def equal(one: Precedent, case: Case, facts: Facts, category: str) -> str | None:
    """What makes a case of this category equal to the one that was ruled upon, in words; None: it is not."""
    said = []
    if one.category:
        if not in_category(category, one.category):
            return None
        said.append(f"类别 {one.category}")
    if one.keywords:
        found = [word for word in one.keywords if word in case.title or word in case.text]
        if not found:
            return None
        said.append(f"关键词 {'、'.join(found)}")
    if one.place_kind:
        area = facts.above(case.grid)
        place = next((node for node in facts.grid if node.code in area and node.kind == one.place_kind), None)
        if place is None:
            return None
        said.append(f"地点 {place.name}({one.place_kind})")
    return "、".join(said) or None


def fitting(
    entries: Iterable[Precedent], case: Case, facts: Facts, decision: Decision
) -> tuple[Precedent, str] | None:
    """The entry by which this case is decided, and what makes it equal; None: the district's rules decide."""
    for one in sorted(entries, key=lambda entry: entry.rank, reverse=True):
        if not one.holds(facts.now) or facts.party(one.party) is None:
            continue
        said = equal(one, case, facts, decision.classification.category)
        if said is not None:
            return one, said
    return None


def follow(decision: Decision, one: Precedent, said: str) -> Decision:
    """
    The decision with the lead that the precedent names. Class, deadline and whoever joins in stay as the rules have them; the
    reasons say what the rules would have done.
    """
    joining = tuple(party for party in decision.co_handlers if party != one.party)
    evidence = f"先例(原件 {one.case_no}):{said} → {one.party};{one.reason}"[:2000]
    reason = Reason(rule=f"precedent.{one.id}", evidence=evidence, confidence=1.0)
    return replace(
        decision,
        lead=one.party,
        co_handlers=joining,
        whistle_class=decision.whistle_class if joining else None,
        reasons=(reason, *decision.reasons),
    )


def words_in(words: Collection[str], text: str, *, most: int = 20) -> tuple[str, ...]:
    """The words that occur in a text, the longest first: what a ruled case is recognised by if the arbiter names nothing else."""
    return tuple(sorted((word for word in words if word in text), key=lambda word: (-len(word), word))[:most])


def revoke(one: Precedent, *, at: dt.datetime, by: str, why: str) -> Precedent:
    """The entry that does not hold any more; what it has routed stays as it is."""
    return replace(one, revoked_at=at, revoked_by=by, revoked_why=why, version=one.version + 1)
