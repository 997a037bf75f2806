"""
From the rows of an organisation's files to its records; every bad row is noted, and all in one run.
"""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from whistle.contracts.organisation import (
    KINDS,
    SORTS,
    SOURCES,
    Charge,
    Duty,
    Node,
    Organisation,
    Person,
    Post,
    Role,
)
from whistle.plugins.organisation.catalogue import Catalogue
from whistle.plugins.organisation.columns import SECTIONS, SHAPES
from whistle.plugins.organisation.sheets import Origin, Reader, Row
from whistle.plugins.organisation.values import Cells
from whistle.plugins.problems import TABLES_FILE, Problem

_KIND_WORDS = {code: kind.words for code, kind in KINDS.items()}


@dataclasses.dataclass(frozen=True, kw_only=True)
class Files:
    """
    Which files hold an organisation: paths under ``folder`` by section name (and ``shapes``).

    ``catalogue`` are the roles and rosters that hold; ``nodes`` are nodes given in the pack's own tables (``[[grid]]``).
    """

    folder: Path
    sections: Mapping[str, tuple[str, ...]]
    catalogue: Catalogue
    nodes: tuple[Node, ...] = ()


@dataclasses.dataclass(frozen=True, kw_only=True)
class Loaded:
    """
    What the files say.

    Args:
        origins: by section, where the record of the same index stands.
        problems: everything wrong with single rows; with any of them the records are not complete.
        digest: SHA-256 of all that was read: equal for equal files.
        has_phones: is there a column with phone numbers? Without it, known numbers are kept.
    """

    organisation: Organisation
    origins: Mapping[str, tuple[Origin, ...]]
    problems: tuple[Problem, ...]
    digest: str
    has_phones: bool


def read_organisation(district: str, files: Files) -> Loaded:
    """Read all files of an organisation."""
    reader = Reader()
    roles = {role.code: (*role.words, role.code) for role in files.catalogue.roles}
    makers: Mapping[str, Callable[[Cells], Any]] = {
        "nodes": _node,
        "people": _person,
        "posts": lambda cells: _post(cells, roles),
        "duties": _duty,
        "charges": lambda cells: _charge(cells, roles),
    }
    records: dict[str, list[Any]] = {name: [] for name in SECTIONS}
    origins: dict[str, list[Origin]] = {name: [] for name in SECTIONS}
    tables = f"{files.folder.name}/{TABLES_FILE}"
    own = [(node, Origin(tables, place)) for place, node in enumerate(files.nodes, start=1)]
    records["nodes"], origins["nodes"] = [node for node, _ in own], [origin for _, origin in own]
    for name, section in SECTIONS.items():
        for row, shown in _rows(reader, files, name):
            records[name].append(makers[name](Cells(row, section, reader.about(shown))))
            origins[name].append(row.origin)
    records["nodes"] = _with_shapes(records["nodes"], reader, files)
    loaded = Organisation(
        district=district,
        roles=files.catalogue.roles,
        rosters=files.catalogue.rosters,
        **{name: tuple(found) for name, found in records.items()},
    )
    return Loaded(
        organisation=loaded,
        origins={name: tuple(found) for name, found in origins.items()},
        problems=tuple(problem for check in reader.complaints for problem in check.problems),
        digest=_digest(reader.read, files),
        has_phones="people.phone" in reader.given,
    )


def read_nodes(files: Files) -> Loaded:
    """Only the tree: what a pack's other tables refer to."""
    sections = {name: paths for name, paths in files.sections.items() if name == "nodes"}
    return read_organisation("", dataclasses.replace(files, sections=sections))


def _rows(reader: Reader, files: Files, name: str) -> list[tuple[Row, str]]:
    found = []
    for path in files.sections.get(name, ()):
        shown = f"{files.folder.name}/{path}"
        found += [(row, shown) for row in reader.rows(files.folder / path, shown, SECTIONS[name])]
    return found


def _node(cells: Cells) -> Node:
    start, end = cells.span()
    return Node(
        code=cells.code("code"),
        kind=cells.word("kind", _KIND_WORDS),
        name=cells.text("name", limit=200),
        parent=cells.code("parent") or None,
        official=cells.text("official"),
        centre=cells.centre(),
        shape=cells.shape(),
        start=start,
        end=end,
    )


def _person(cells: Cells) -> Person:
    return Person(
        id=cells.code("id"),
        name=cells.text("name"),
        source=cells.word("source", SOURCES, default="other"),
        unit=cells.text("unit"),
        skills=cells.words("skills"),
        phone=cells.text("phone", limit=30),
    )


def _post(cells: Cells, roles: Mapping[str, Sequence[str]]) -> Post:
    start, end = cells.span()
    person, unit = cells.code("person"), cells.text("unit")
    if bool(person) == bool(unit):
        zh, en = "人员与单位须填其一,且只填其一", "either a person or a unit, and only one of them"
        cells.wrong("person", f"{person} {unit}".strip(), zh, en)
    return Post(
        node=cells.code("node"),
        role=cells.word("role", roles),
        person=person,
        unit=unit,
        start=start,
        end=end,
    )


def _duty(cells: Cells) -> Duty:
    start, end = cells.span()
    return Duty(
        node=cells.code("node"),
        person=cells.code("person"),
        weekdays=cells.weekdays("weekdays"),
        begin=cells.time("begin"),
        finish=cells.time("finish"),
        note=cells.text("note"),
        start=start,
        end=end,
    )


def _charge(cells: Cells, roles: Mapping[str, Sequence[str]]) -> Charge:
    start, end = cells.span()
    return Charge(
        role=cells.word("role", roles),
        sort=cells.word("sort", SORTS),
        subject=cells.text("subject"),
        text=cells.text("text", limit=1000),
        start=start,
        end=end,
    )


def _with_shapes(nodes: list[Node], reader: Reader, files: Files) -> list[Node]:
    """The nodes with the outlines of the GeoJSON files: of a code, or of its span that begins on ``start``."""
    shaped, places_of = list(nodes), dict[str, list[int]]()
    for place, node in enumerate(nodes):
        places_of.setdefault(node.code, []).append(place)
    for path in files.sections.get(SHAPES, ()):
        shown = f"{files.folder.name}/{path}"
        for row in reader.rows(files.folder / path, shown, SECTIONS["nodes"]):
            cells = Cells(row, SECTIONS["nodes"], reader.about(shown))
            code, shape, (start, _) = cells.code("code"), cells.shape(), cells.span()
            dated = "start" in row.cells
            places = [place for place in places_of.get(code, ()) if not dated or shaped[place].start == start]
            if code and not places:
                cells.wrong("code", code, "没有这个节点", "no such node")
            for place in places:
                shaped[place] = dataclasses.replace(shaped[place], shape=shape)
    return shaped


def _digest(parts: Sequence[bytes], files: Files) -> str:
    whole = hashlib.sha256(repr((files.nodes, files.catalogue)).encode())
    for part in parts:
        whole.update(hashlib.sha256(part).digest())
    return whole.hexdigest()


__all__ = ["Files", "Loaded", "Role", "read_nodes", "read_organisation"]
