"""
What makes records a tree at every date: findings about single records, all of them at once.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from whistle.contracts.organisation import KINDS, Node, Organisation
from whistle_routing.domain.organisation.tree import MOST_LEVELS, D, Dated, holds, overlap, uncovered

R = TypeVar("R", bound=Dated)
Versions = Mapping[str, Sequence[Node]]


@dataclass(frozen=True, kw_only=True)
class Finding:
    """
    Something wrong with a record.

    Args:
        section, index: which record: ``organisation.<section>[index]``.
        column: the field that is wrong.
    """

    section: str
    index: int
    column: str
    culprit: str
    zh: str
    en: str


def examine(organisation: Organisation) -> list[Finding]:
    """
    Everything that keeps the records from being one tree with people in it: unknown or vanished parents, circles, two rows of
    one node at the same time, wrong kinds, wrong official codes, posts without node or person.
    """
    by_code: dict[str, list[Node]] = {}
    for node in organisation.nodes:
        by_code.setdefault(node.code, []).append(node)
    return [
        *_roots(organisation.nodes),
        *_doubles(organisation.nodes),
        *(found for place, node in enumerate(organisation.nodes) for found in _placed(place, node, by_code)),
        *_officials(organisation.nodes),
        *_people(organisation),
        *_held(organisation, by_code),
        *_duties(organisation, by_code),
    ]


def _node(index: int, column: str, culprit: str, zh: str, en: str) -> Finding:
    return Finding(section="nodes", index=index, column=column, culprit=culprit, zh=zh, en=en)


def _roots(nodes: Sequence[Node]) -> Iterator[Finding]:
    """One root at any time: of all nodes without a parent those overlap that should not."""
    roots = [(index, node) for index, node in enumerate(nodes) if node.parent is None]
    for place, (index, node) in enumerate(roots):
        first = next((one for _, one in roots[:place] if one.code != node.code and overlap(one, node)), None)
        if first is not None:
            zh, en = f"缺少上级(根已是 {first.code})", f"a parent is missing (the root is {first.code})"
            yield _node(index, "parent", node.code, zh, en)


def _doubles(nodes: Sequence[Node]) -> Iterator[Finding]:
    """A node is one thing at one place at any time, and of one kind for ever."""
    for (one, first), (index, node) in _neighbours(nodes, lambda node: node.code):
        if first.kind != node.kind:
            zh, en = f"类型与另一行({KINDS[first.kind].zh})不同", f"another row says {first.kind}"
            yield _node(index, "kind", node.kind, zh, en)
        if not overlap(first, node):
            continue
        since = max(first.start, node.start)
        when = "" if since.year == 1 else f"自 {since} "
        if first.parent == node.parent:
            zh, en = f"{when}与另一行重复", f"doubled by another row from {since}"
        else:
            zh = f"{when}重叠:同时属于 {first.parent} 与 {node.parent}"
            en = f"overlap: in {first.parent} and {node.parent} at the same time from {since}"
        yield _node(max(one, index), "code", node.code, zh, en)


def _neighbours(records: Sequence[D], key: object) -> Iterator[tuple[tuple[int, D], tuple[int, D]]]:
    """Records of the same key that follow each other in time, with their indexes."""
    assert callable(key)
    order = sorted(enumerate(records), key=lambda one: (key(one[1]), one[1].start, one[0]))
    for before, after in itertools.pairwise(order):
        if key(before[1]) == key(after[1]):
            yield before, after


def _placed(index: int, node: Node, by_code: Versions) -> Iterator[Finding]:
    """The parent is there all the time, is of a kind that may be above, and not below the node itself."""
    if node.kind not in KINDS:  # the reader has told
        return
    if node.parent is None:
        return
    parents = by_code.get(node.parent, ())
    if not parents:
        yield _node(index, "parent", node.parent, "没有这个节点", "no such node")
        return
    day = uncovered(node, parents)
    if day is not None:
        when = "从一开始" if day.year == 1 else f"{day} 起"
        yield _node(
            index, "parent", node.parent, f"缺口:上级{when}不存在", f"gap: the parent is not there from {day}"
        )
    for parent in parents:
        if not overlap(node, parent) or parent.kind not in KINDS:  # that is told of the parent itself
            continue
        if parent.kind not in KINDS[node.kind].under:
            zh = f"{KINDS[node.kind].zh}不能在{KINDS[parent.kind].zh}之下"
            yield _node(index, "parent", node.parent, zh, f"a {node.kind} cannot be under a {parent.kind}")
            return
        path = _way_up(node, parent, by_code)
        if path[-1].code == node.code:
            codes = " → ".join(step.code for step in path)
            yield _node(
                index, "parent", node.parent, f"上下级成环:{codes}", f"the parents form a circle: {codes}"
            )
            return
        yield from _prefixed(index, node, path)


def _way_up(node: Node, parent: Node, by_code: Versions) -> list[Node]:
    """From a node over a parent to the root, on the first day on which both hold; it ends early where it comes round."""
    day, path = max(node.start, parent.start), [node, parent]
    while path[-1].parent is not None and path[-1].code != node.code and len(path) < MOST_LEVELS:
        step = next((one for one in by_code.get(path[-1].parent, ()) if holds(one, day)), None)
        if step is None:
            break
        path.append(step)
    return path


# --- official codes -------------------------------------------------------------------------------------------------------


def _prefixed(index: int, node: Node, path: Sequence[Node]) -> Iterator[Finding]:
    """6 county + 3 street + 3 community + 3 sequence: each begins with that of the nearest above it (domain §8)."""
    above = next((step for step in path[1:] if step.official), None)
    if not node.official or above is None:
        return
    kept = 4 if above.kind == "city" else len(above.official)
    if not node.official.startswith(above.official[:kept]):
        zh = f"应以{above.name}的 {above.official[:kept]} 开头"
        yield _node(
            index, "official", node.official, zh, f"must begin with {above.official[:kept]} of {above.code}"
        )


def _officials(nodes: Sequence[Node]) -> Iterator[Finding]:
    """As many digits as the kind has, and no two nodes with the same at the same time."""
    for index, node in enumerate(nodes):
        if not node.official or node.kind not in KINDS:
            continue
        digits = KINDS[node.kind].digits
        if not digits:
            zh, en = f"{KINDS[node.kind].zh}没有国标码", f"a {node.kind} has no official code"
            yield _node(index, "official", node.official, zh, en)
        elif not (node.official.isascii() and node.official.isdecimal() and len(node.official) == digits):
            yield _node(index, "official", node.official, f"应为 {digits} 位数字", f"must be {digits} digits")
    coded = [(index, node) for index, node in enumerate(nodes) if node.official]
    by_official: dict[str, list[tuple[int, Node]]] = {}
    for index, node in coded:
        known = by_official.setdefault(node.official, [])
        other = next((one for _, one in known if one.code != node.code and overlap(one, node)), None)
        if other is not None:
            yield _node(index, "official", node.official, f"已是 {other.code} 的", f"is that of {other.code}")
        known.append((index, node))


# --- people, posts, duties ------------------------------------------------------------------------------------------------


def _people(organisation: Organisation) -> Iterator[Finding]:
    seen: set[str] = set()
    for index, person in enumerate(organisation.people):
        if person.id in seen:
            yield Finding(
                section="people", index=index, column="id", culprit=person.id, zh="重复", en="more than once"
            )
        seen.add(person.id)


def _held(organisation: Organisation, by_code: Versions) -> Iterator[Finding]:
    roles = {role.code: role for role in organisation.roles}
    people = {person.id for person in organisation.people}

    def wrong(index: int, column: str, culprit: str, zh: str, en: str) -> Finding:
        return Finding(section="posts", index=index, column=column, culprit=culprit, zh=zh, en=en)

    for index, post in enumerate(organisation.posts):
        yield from _at_node("posts", index, post.node, post, by_code)
        if post.person and post.person not in people:
            yield wrong(index, "person", post.person, "没有这个人员", "no such person")
        role, nodes = roles.get(post.role), by_code.get(post.node)
        if role is None:
            yield wrong(index, "role", post.role, "没有这个角色", "no such role")
        elif role.at and nodes and nodes[0].kind not in role.at:
            zh = f"{KINDS[nodes[0].kind].zh}没有{role.zh}" if nodes[0].kind in KINDS else "类型不符"
            yield wrong(index, "role", post.role, zh, f"a {nodes[0].kind} has no {role.code}")
    for _, (index, post) in (
        pair
        for pair in _neighbours(organisation.posts, lambda one: (one.node, one.role, one.person, one.unit))
        if overlap(pair[0][1], pair[1][1])
    ):
        yield wrong(
            index, "role", f"{post.node} {post.role} {post.holder}", "与另一行重复", "doubled by another row"
        )


def _duties(organisation: Organisation, by_code: Versions) -> Iterator[Finding]:
    people = {person.id for person in organisation.people}
    for index, duty in enumerate(organisation.duties):
        yield from _at_node("duties", index, duty.node, duty, by_code)
        if duty.person not in people:
            zh, en = "没有这个人员", "no such person"
            yield Finding(section="duties", index=index, column="person", culprit=duty.person, zh=zh, en=en)


def _at_node(section: str, index: int, code: str, span: Dated, by_code: Versions) -> Iterator[Finding]:
    """The node is there as long as somebody holds something at it."""
    nodes = by_code.get(code)
    if not nodes:
        zh, en = "没有这个节点", "no such node"
    elif (day := uncovered(span, nodes)) is not None:
        zh = "这个节点" + ("当时还不存在" if day.year == 1 else f"在 {day} 不存在")
        en = f"the node is not there on {day}"
    else:
        return
    yield Finding(section=section, index=index, column="node", culprit=code, zh=zh, en=en)
