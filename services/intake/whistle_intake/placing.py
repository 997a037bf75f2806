"""
Where a case lies: the communities and grids that somebody may choose from, and what the words for a place say of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from whistle.contracts.places import Place
from whistle.places import Places

CHOSEN_FROM = frozenset({"community", "compound", "grid", "micro-grid"})
"""Kinds of nodes in which a case may lie; streets and whole districts are too wide to be somebody's."""
SHORTEST = 3
"""Names of fewer characters occur in too many others."""


@dataclass(frozen=True)
class Group:
    """A community (``name``, with its street) and what may be chosen in it, itself first: pairs of code and name."""

    name: str
    places: Sequence[tuple[str, str]]


def groups(places: Places) -> list[Group]:
    """What a form offers: by community, in the order of their codes; empty if names are not known."""
    by_code = {one.code: one for one in places.named()}
    below: dict[str, list[tuple[str, str]]] = {}
    for one in by_code.values():
        if one.kind not in CHOSEN_FROM:
            continue
        chain = [by_code[code] for code in places.chain(one.code) if code in by_code]
        head = next((node for node in chain if node.kind == "community"), one)
        below.setdefault(head.code, []).append((one.code, one.name))
    found = []
    for code, chosen in below.items():
        head = by_code[code]
        above = by_code.get(head.parent or "")
        name = f"{above.name} {head.name}" if above and above.kind == "street" else head.name
        found.append(Group(name, sorted(chosen, key=lambda pair: pair[0] != code)))
    return found


def guess(places: Places, words: str) -> str | None:
    """
    The one node whose name, or the part of it in brackets (``第3网格(帝豪花园)``), occurs in ``words``. Of nodes that lie in each
    other it is the lowest; if two remain, nobody knows.
    """
    hits = [one.code for one in places.named() if one.kind in CHOSEN_FROM and _called(one, words)]
    above = {code for hit in hits for code in places.chain(hit)[1:]}
    lowest = [code for code in hits if code not in above]
    return lowest[0] if len(lowest) == 1 else None


def names(places: Places | None) -> Mapping[str, str]:
    """What nodes are called, by code."""
    return {one.code: one.name for one in places.named()} if places else {}


def _called(one: Place, words: str) -> bool:
    plain = one.name.replace("（", "(").replace("）", ")")
    inner = plain.partition("(")[2].partition(")")[0]
    given = words.replace("（", "(").replace("）", ")")
    return any(len(name) >= SHORTEST and name in given for name in (plain, inner))
