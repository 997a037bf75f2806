"""
Reads ``[organisation]``, ``[[roles]]`` and ``[[rosters]]`` of a ``district.toml``: which files of the pack hold the tree and its
people; and makes of ``[[grid]]`` and these files the tree that plugins are given.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from whistle.contracts.organisation import KINDS, Node
from whistle.contracts.plugin import GridNode
from whistle.plugins.complaints import Complaints, Row
from whistle.plugins.organisation.catalogue import read_catalogue
from whistle.plugins.organisation.columns import SECTIONS, SHAPES
from whistle.plugins.organisation.reading import Files, read_nodes, read_organisation


def read_files(check: Complaints, raw: Row, folder: Path, grid: Sequence[GridNode]) -> Files:
    """The files of ``[organisation]``, each under ``folder``; ``grid`` are the rows of ``[[grid]]``, which are part of the tree."""
    table = check.table(raw, "organisation")
    check.columns(table, "organisation", "[organisation]")
    chosen = check.texts(table, "rosters", "[organisation]")
    nodes = tuple(
        Node(code=node.code, kind=node.kind, name=node.name, parent=node.parent)
        for node in grid
        if node.kind in KINDS
    )
    return Files(
        folder=folder,
        sections={name: _paths(check, table, name) for name in (*SECTIONS, SHAPES) if name in table},
        catalogue=read_catalogue(check, raw, chosen),
        nodes=nodes,
    )


def light_grid(check: Complaints, grid: Sequence[GridNode], files: Files) -> tuple[GridNode, ...]:
    """
    ``[[grid]]`` and, from the files, every node down to the micro-grid, each as it was last: what ``parties`` and ``rules`` may
    name. Routing gives plugins the tree of the day.
    """
    words = ", ".join(kind.code for kind in KINDS.values() if kind.light)
    for number, row in enumerate(grid, start=1):
        if row.kind and row.kind not in KINDS:
            rule = f"grid[{number}] {row.code} kind"
            check.wrong(rule, row.kind, f"应为 {words} 之一", f"must be one of {words}")
    if "nodes" not in files.sections:
        return tuple(grid)
    loaded = read_nodes(files)
    if loaded.problems:  # then all the other tables too, so that everything is told in one run
        check.problems += read_organisation("", files).problems
    nodes, origins = loaded.organisation.nodes, loaded.origins["nodes"]
    codes = {node.code for node in nodes}
    last: dict[str, Node] = {}
    for node, origin in zip(nodes, origins, strict=True):
        if node.parent is not None and node.parent not in codes and origin.file != check.file:
            other = Complaints(origin.file)
            other.wrong(f"row {origin.row} 上级 parent", node.parent, "没有这个节点", "no such node")
            check.problems += other.problems
        if node.code not in last or last[node.code].start < node.start:
            last[node.code] = node
    return tuple(
        GridNode(code=node.code, parent=node.parent, kind=node.kind, name=node.name)
        for node in last.values()
        if node.kind in KINDS and KINDS[node.kind].light
    )


def _paths(check: Complaints, table: Row, name: str) -> tuple[str, ...]:
    """One path or a list of them, relative to the pack's package and within it."""
    value = table[name]
    paths = check.texts({name: [value] if isinstance(value, str) else value}, name, "[organisation]")
    good = []
    for path in paths:
        pure = PurePosixPath(path)
        if pure.is_absolute() or ".." in pure.parts or "\\" in path:
            check.wrong(f"[organisation] {name}", path, "应在包内", "must lie within the pack")
        else:
            good.append(path)
    return tuple(good)
