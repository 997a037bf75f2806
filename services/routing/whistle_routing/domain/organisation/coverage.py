"""
No blank area and nobody counted twice (S1-1, S4-3): every building and merchant in exactly one grid, every compound in the grid.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from whistle.contracts.organisation import GRIDS, KINDS, Node
from whistle_routing.domain.organisation.geometry import bounding_box, contains
from whistle_routing.domain.organisation.tree import Tree


@dataclass(frozen=True, kw_only=True)
class Uncovered:
    """
    A place that the grid does not cover (``gap``), covers twice (``overlap``), or whose position says otherwise (``elsewhere``).
    """

    sort: Literal["gap", "overlap", "elsewhere"]
    code: str
    name: str
    kind: str
    zh: str
    en: str


def coverage(tree: Tree) -> list[Uncovered]:
    """What is wrong on the day of the tree, in the order of the codes."""
    found: list[Uncovered] = []
    for node in sorted(tree.nodes.values(), key=lambda one: one.code):
        if node.kind in ("building", "merchant"):
            found += _in_one_grid(tree, node)
        elif node.kind == "compound":
            found += _has_grids(tree, node)
    return [*found, *_positions(tree)]


def _told(sort: Literal["gap", "overlap", "elsewhere"], node: Node, zh: str, en: str) -> Uncovered:
    return Uncovered(sort=sort, code=node.code, name=node.name, kind=node.kind, zh=zh, en=en)


def _in_one_grid(tree: Tree, node: Node) -> Iterator[Uncovered]:
    grids = tree.grids_of(node.code)
    if not grids:
        yield _told("gap", node, "不在任何网格内", "is in no grid")
        return
    if len(grids) > 1:
        codes = [grid.code for grid in grids]
        yield _told(
            "overlap",
            node,
            f"同时在网格 {'、'.join(codes)} 内",
            f"is in {len(codes)} grids: {', '.join(codes)}",
        )
    divided = any(child.kind == "micro-grid" for child in tree.children.get(grids[0].code, ()))
    if divided and tree.nearest(node.code, "micro-grid") is None:
        zh = f"网格 {grids[0].code} 已划微网格,却不在任何微网格内"
        yield _told("gap", node, zh, f"grid {grids[0].code} has micro-grids, but it is in none of them")


def _has_grids(tree: Tree, node: Node) -> Iterator[Uncovered]:
    if not tree.grids_of(node.code) and not any(one.kind in GRIDS for one in tree.below(node.code)):
        yield _told("gap", node, f"{KINDS[node.kind].zh}内没有网格", "no grid covers it")


def _positions(tree: Tree) -> Iterator[Uncovered]:
    """Buildings with a position lie in the outline of their own grid, and in that of no other."""
    shapes = {
        node.code: json.loads(node.shape) for node in tree.nodes.values() if node.shape and node.kind in GRIDS
    }
    boxes = {code: bounding_box(shape) for code, shape in shapes.items()}
    if not shapes:
        return
    for node in sorted(tree.nodes.values(), key=lambda one: one.code):
        if node.kind not in ("building", "merchant") or node.centre is None:
            continue
        lon, lat = node.centre
        near = [
            code
            for code, (west, south, east, north) in boxes.items()
            if west <= lon <= east and south <= lat <= north
        ]
        inside = {code for code in near if contains(shapes[code], node.centre)}
        own, known = {grid.code for grid in tree.grids_of(node.code)}, shapes.keys()
        if len(inside) > 1:
            codes = ", ".join(sorted(inside))
            yield _told(
                "overlap", node, f"位置同时在网格 {codes} 的边界内", f"lies within the outlines of {codes}"
            )
        elif own & known and inside != own & known:
            seen = ", ".join(sorted(inside)) or "-"
            zh = f"位置在 {seen} 的边界内,表中属于 {', '.join(sorted(own))}"
            yield _told("elsewhere", node, zh, f"lies within {seen}, but belongs to {', '.join(sorted(own))}")
