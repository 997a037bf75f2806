"""
Reads an organisation's files and says everything that is wrong with them, row by row.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from whistle.contracts.organisation import KINDS, Node
from whistle.errors import Invalid
from whistle.plugins.organisation import SECTIONS, SHAPES, Files, Loaded, built_in, read_organisation
from whistle.plugins.organisation.catalogue import Catalogue
from whistle.plugins.organisation.sheets import sheets_in
from whistle.plugins.problems import TABLES_FILE, Problem, complaint
from whistle.plugins.tables import Tables
from whistle_routing.domain.organisation import Finding, examine


@dataclass(frozen=True)
class Checked:
    """An organisation that was read, and its problems: none, or it must not be loaded."""

    loaded: Loaded
    problems: tuple[Problem, ...]

    def sound(self) -> Loaded:
        """
        What was read.

        Raises:
            Misconfigured: with every problem.
        """
        if self.problems:
            raise complaint(list(self.problems))
        return self.loaded


def check_files(district: str, files: Files) -> Checked:
    """Read the files; rows that cannot be read come first, and what is wrong between the rows after that."""
    loaded = read_organisation(district, files)
    found = list(loaded.problems)
    known = {(problem.file, problem.rule) for problem in found}
    for finding in examine(loaded.organisation):
        problem = _problem(finding, loaded)
        if (problem.file, problem.rule) not in known:  # an unreadable cell is told once
            found.append(problem)
    return Checked(loaded, tuple(found))


def _problem(finding: Finding, loaded: Loaded) -> Problem:
    origin = loaded.origins[finding.section][finding.index]
    columns = {column.name: column.header for column in SECTIONS[finding.section].columns}
    if origin.file.endswith(TABLES_FILE):
        rule = f"grid[{origin.row}] {finding.column}"
    else:
        rule = f"row {origin.row} {columns.get(finding.column, finding.column)}"
    return Problem(file=origin.file, rule=rule, culprit=finding.culprit, zh=finding.zh, en=finding.en)


def files_of(tables: Tables) -> Files:
    """
    The files of a pack.

    Tables that did not come from a file have only their ``[[grid]]``.
    """
    if tables.organisation is not None:
        return tables.organisation
    nodes = tuple(
        Node(code=node.code, kind=node.kind, name=node.name, parent=node.parent)
        for node in tables.grid
        if node.kind in KINDS
    )
    return Files(folder=Path(), sections={}, catalogue=built_in(), nodes=nodes)


def files_in(place: Path, catalogue: Catalogue) -> Files:
    """
    The files of an export: a folder with ``nodes.csv``, ``people.csv`` … and ``shapes.geojson``, a workbook (with
    ``<name>.geojson`` beside it), or one GeoJSON file.

    Raises:
        Invalid: there is nothing of the kind.
    """
    if place.is_dir():
        return _made(place, _in_folder(place), catalogue)
    suffix = place.suffix.lower()
    if suffix == ".xlsx" and place.is_file():
        sections = dict.fromkeys(sheets_in(place), (place.name,))
        beside = place.with_suffix(".geojson")
        if beside.is_file():
            sections[SHAPES] = (beside.name,)
        return _made(place.parent, sections, catalogue)
    if suffix in (".geojson", ".json", ".csv") and place.is_file():
        return _made(place.parent, {"nodes": (place.name,)}, catalogue)
    raise Invalid(
        f"{place} 不是组织架构的文件夹、XLSX 或 GeoJSON",
        f"{place} is no folder, XLSX or GeoJSON of an organisation",
    )


def _in_folder(place: Path) -> dict[str, tuple[str, ...]]:
    sections: dict[str, tuple[str, ...]] = {}
    for name in SECTIONS:
        there = tuple(
            f"{name}{suffix}" for suffix in (".csv", ".xlsx") if (place / f"{name}{suffix}").is_file()
        )
        if there:
            sections[name] = there
    if (place / "shapes.geojson").is_file():
        sections[SHAPES] = ("shapes.geojson",)
    return sections


def _made(folder: Path, sections: Mapping[str, tuple[str, ...]], catalogue: Catalogue) -> Files:
    if "nodes" not in sections:
        zh = f"{folder} 里没有架构表 nodes.csv 或「架构」表"
        raise Invalid(zh, f"{folder} has no table of nodes")
    return Files(folder=folder, sections=sections, catalogue=catalogue)
