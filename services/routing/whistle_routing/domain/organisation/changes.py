"""
Boundary changes: split, merge, move, rename, open, close. From a day on the tree is another; what was before that day stays.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

from whistle.contracts.organisation import Node, Organisation
from whistle_routing.domain.organisation.shaping import (
    Change,
    Part,
    Refusal,
    check_free,
    check_parts,
    current,
    finished,
    rewritten,
    unknown,
)
from whistle_routing.domain.organisation.tree import tree_at


def split(
    organisation: Organisation, code: str, *, day: dt.date, parts: Sequence[Part], carry: str = ""
) -> Change:
    """
    Divide a node: every child goes to exactly one part (no gap, no overlap).

    Args:
        carry: the part that the people of the old node go with; empty: their posts and duties end.

    Raises:
        Refusal: an unknown node or child, a child left over or given away twice, fewer than two parts, a code in use.
    """
    tree = tree_at(organisation, day)
    old = current(organisation, tree, code)
    children = [child.code for child in tree.children.get(code, ())]
    check_parts(parts, children, code)
    check_free(tree, organisation, [part.code for part in parts if part.code != code])
    going = {child: part.code for part in parts for child in part.children}
    made = [
        replace(old, code=part.code, name=part.name, official=part.official, start=day, shape="", centre=None)
        for part in parts
    ]
    moved = [replace(tree.nodes[child], parent=going[child], start=day) for child in children]
    after = rewritten(
        organisation, day, gone=[old, *(tree.nodes[child] for child in children)], made=[*made, *moved]
    )
    kept = {part.code for part in parts}
    return finished(
        "split",
        after,
        day,
        before=(code,),
        after=tuple(part.code for part in parts),
        gone={code} - kept,
        carry=carry,
    )


def merge(
    organisation: Organisation, codes: Sequence[str], *, day: dt.date, into: Part, carry: bool = False
) -> Change:
    """
    Make one node of several of one kind under one parent; ``into`` may keep the code of one of them.

    Args:
        carry: do their people go with them? Otherwise posts and duties of the old nodes end.

    Raises:
        Refusal: fewer than two, unknown ones, of different kinds or under different parents, a code in use.
    """
    tree = tree_at(organisation, day)
    old = [current(organisation, tree, code) for code in dict.fromkeys(codes)]
    if len(old) < 2:
        raise Refusal(zh="合并至少要两个节点", en="a merge needs two nodes at least")
    if len({(node.kind, node.parent) for node in old}) > 1:
        zh, en = "只能合并同一上级下的同类节点", "only nodes of one kind under one parent can be merged"
        raise Refusal(zh=zh, en=en)
    names = [node.code for node in old]
    check_free(tree, organisation, [into.code] if into.code not in names else [])
    made = replace(
        old[0], code=into.code, name=into.name, official=into.official, start=day, shape="", centre=None
    )
    children = [child for node in old for child in tree.children.get(node.code, ())]
    moved = [replace(child, parent=into.code, start=day) for child in children]
    after = rewritten(organisation, day, gone=[*old, *children], made=[made, *moved])
    gone = set(names) - {into.code}
    return finished(
        "merge",
        after,
        day,
        before=tuple(names),
        after=(into.code,),
        gone=gone,
        carry=into.code if carry else "",
    )


def move(
    organisation: Organisation, code: str, *, day: dt.date, parent: str, official: str | None = None
) -> Change:
    """
    Hang a node, with all below it, under another parent; a grid that changes community needs a new ``official`` code.

    Raises:
        Refusal: an unknown node or parent, or one that cannot be above it.
    """
    tree = tree_at(organisation, day)
    old = current(organisation, tree, code)
    if parent not in tree.nodes:
        raise unknown(parent, day)
    made = replace(old, parent=parent, official=old.official if official is None else official, start=day)
    after = rewritten(organisation, day, gone=[old], made=[made])
    return finished("move", after, day, before=(code,), after=(code,))


def rename(
    organisation: Organisation, code: str, *, day: dt.date, name: str, official: str | None = None
) -> Change:
    """
    Give a node another name or official code.

    Raises:
        Refusal: an unknown node.
    """
    old = current(organisation, tree_at(organisation, day), code)
    made = replace(old, name=name, official=old.official if official is None else official, start=day)
    return finished(
        "rename", rewritten(organisation, day, gone=[old], made=[made]), day, before=(code,), after=(code,)
    )


def open_node(organisation: Organisation, node: Node) -> Change:
    """
    Add a node from its ``start`` on.

    Raises:
        Refusal: the code is in use, or it cannot hang there.
    """
    check_free(tree_at(organisation, node.start), organisation, [node.code])
    after = replace(organisation, nodes=(*organisation.nodes, node))
    return finished("open", after, node.start, before=(), after=(node.code,))


def close_node(organisation: Organisation, code: str, *, day: dt.date) -> Change:
    """
    End a node; posts and duties there end too.

    Raises:
        Refusal: an unknown node, or one with nodes below.
    """
    tree = tree_at(organisation, day)
    old = current(organisation, tree, code)
    if below := [child.code for child in tree.children.get(code, ())]:
        some = ", ".join(below[:5])
        raise Refusal(zh=f"{code} 之下还有节点:{some}", en=f"there are nodes below {code}: {some}")
    after = rewritten(organisation, day, gone=[old], made=[])
    return finished("close", after, day, before=(code,), after=(), gone={code})
