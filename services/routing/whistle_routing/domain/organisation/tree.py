"""
The tree as it stood on a day.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Protocol, TypeVar

from whistle.contracts.organisation import GRIDS, KINDS, OPEN, PARTY_LEVELS, Duty, Node, Organisation, Post

MOST_LEVELS = 30
"""No way up is longer; a circle ends here."""


class Dated(Protocol):
    """A record that holds from ``start`` (included) to ``end`` (not included)."""

    @property
    def start(self) -> dt.date: ...
    @property
    def end(self) -> dt.date: ...


D = TypeVar("D", bound=Dated)


def holds(record: Dated, day: dt.date) -> bool:
    """Does the record hold on that day?"""
    return record.start <= day < record.end


def holding(records: Iterable[D], day: dt.date) -> list[D]:
    """Those that hold on that day."""
    return [record for record in records if record.start <= day < record.end]


def overlap(one: Dated, other: Dated) -> bool:
    """Is there a day on which both hold?"""
    return one.start < other.end and other.start < one.end


def uncovered(span: Dated, by: Iterable[Dated]) -> dt.date | None:
    """The first day of ``span`` on which nothing of ``by`` holds."""
    day = span.start
    for cover in sorted(by, key=lambda one: one.start):
        if cover.start <= day < cover.end:
            day = cover.end
    return day if day < span.end else None


@dataclass(frozen=True)
class Tree:
    """
    The nodes, posts and duties that hold on ``day``.

    Nothing in it is checked: a parent may be missing (a gap) and is then simply not there.
    """

    day: dt.date
    nodes: Mapping[str, Node]
    posts: Sequence[Post] = field(repr=False, default=())
    duties: Sequence[Duty] = field(repr=False, default=())

    @cached_property
    def children(self) -> Mapping[str, tuple[Node, ...]]:
        """The children of each node that has any, in the order of their codes."""
        found: dict[str, list[Node]] = {}
        for node in sorted(self.nodes.values(), key=lambda one: one.code):
            if node.parent is not None:
                found.setdefault(node.parent, []).append(node)
        return {code: tuple(nodes) for code, nodes in found.items()}

    @cached_property
    def by_official(self) -> Mapping[str, str]:
        """Code by official code."""
        return {node.official: node.code for node in self.nodes.values() if node.official}

    @cached_property
    def posts_by_node(self) -> Mapping[str, tuple[Post, ...]]:
        """The posts at each node that has any."""
        found: dict[str, list[Post]] = {}
        for post in self.posts:
            found.setdefault(post.node, []).append(post)
        return {
            code: tuple(sorted(posts, key=lambda one: (one.role, one.holder)))
            for code, posts in found.items()
        }

    def find(self, code: str | None) -> Node | None:
        """The node of that code or official code."""
        if code is None:
            return None
        return self.nodes.get(code) or self.nodes.get(self.by_official.get(code, ""))

    def above(self, code: str | None) -> list[Node]:
        """The node itself and all above it, nearest first; empty if it is not there."""
        found: list[Node] = []
        node = self.nodes.get(code or "")
        while node is not None and len(found) < MOST_LEVELS:
            found.append(node)
            node = self.nodes.get(node.parent or "")
        return found

    def below(self, code: str) -> Iterator[Node]:
        """All below a node, without itself, top down."""
        waiting, seen = list(self.children.get(code, ())), {code}
        while waiting:
            node = waiting.pop(0)
            if node.code not in seen:
                seen.add(node.code)
                yield node
                waiting.extend(self.children.get(node.code, ()))

    def grids_of(self, code: str) -> list[Node]:
        """The grids that a node lies in, nearest first; exactly one for a building that is well placed."""
        return [node for node in self.above(code) if node.kind in GRIDS]

    def nearest(self, code: str | None, kind: str) -> Node | None:
        """The node itself or the nearest above it that is of a kind."""
        return next((node for node in self.above(code) if node.kind == kind), None)

    def of_kind(self, kind: str) -> list[Node]:
        """All nodes of a kind, in the order of their codes."""
        return sorted((node for node in self.nodes.values() if node.kind == kind), key=lambda one: one.code)

    def counts(self) -> dict[str, int]:
        """How many nodes of each kind, highest kind first."""
        found = dict.fromkeys(KINDS, 0)
        for node in self.nodes.values():
            found[node.kind] += 1
        return {kind: count for kind, count in found.items() if count}

    def party_above(self, code: str) -> Node | None:
        """
        The party organisation that one belongs to: of the next higher level that there is above it or at a node above it
        (S4-1: household, group, branch, community, street).
        """
        node = self.nodes.get(code)
        if node is None or node.kind not in PARTY_LEVELS:
            return None
        path = self.above(code)[1:]
        for level in reversed(PARTY_LEVELS[: PARTY_LEVELS.index(node.kind)]):
            for step in path:
                if step.kind == level:
                    return step
                hung = next((one for one in self.children.get(step.code, ()) if one.kind == level), None)
                if hung is not None:
                    return hung
        return None


def tree_at(organisation: Organisation, day: dt.date) -> Tree:
    """The tree on a day."""
    return Tree(
        day=day,
        nodes={node.code: node for node in organisation.nodes if node.start <= day < node.end},
        posts=holding(organisation.posts, day),
        duties=holding(organisation.duties, day),
    )


def versions(organisation: Organisation, code: str) -> list[Node]:
    """What a node was and is, oldest first."""
    return sorted((node for node in organisation.nodes if node.code == code), key=lambda one: one.start)


def turning_days(nodes: Iterable[Node]) -> list[dt.date]:
    """The days on which the tree changed, oldest first."""
    days = {node.start for node in nodes} | {node.end for node in nodes}
    return sorted(days - {dt.date.min, OPEN})
