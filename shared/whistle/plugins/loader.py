"""
Finds the districts' packs by entry point and reads their tables; never runs their code.

Built-in and foreign packs come in by this one path. A pack that cannot be used stops the start: it is never silently
absent.
"""

from __future__ import annotations

import dataclasses
import importlib.util
import os
import tomllib
from collections.abc import Iterable
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path

from whistle.plugins.declared import effective
from whistle.plugins.problems import TABLES_FILE, Problem, complaint
from whistle.plugins.tables import Tables, examine_tables

GROUP = "whistle.districts"


@dataclasses.dataclass(frozen=True, kw_only=True)
class Pack:
    """
    An installed (or merely present) district pack.

    Args:
        district: id of the district, from the entry point.
        plugin: name of the distribution, as installed.
        version: version of the distribution.
        entry: ``module:Class``.
        folder: the folder of the pack's top-level package, where ``district.toml`` lies.
        tables: what the pack says about parties, grid and rules.
        paths: where its code is imported from, if that is not on ``sys.path``.
    """

    district: str
    plugin: str
    version: str
    entry: str
    folder: Path
    tables: Tables
    paths: tuple[str, ...] = ()


def load_packs(only: Iterable[str] | None = None) -> dict[str, Pack]:
    """
    All installed packs, or those of ``only``, by district.

    Raises:
        Misconfigured: a district that two packs claim, one of ``only`` that no pack serves, or bad tables; all at once.
    """
    wanted = None if only is None else set(only)
    points = sorted(entry_points(group=GROUP), key=lambda point: (point.name, _plugin_of(point)))
    packs: dict[str, Pack] = {}
    problems: list[Problem] = []
    for point in points:
        if wanted is not None and point.name not in wanted:
            continue
        if point.name in packs:
            problems.append(_doubled(point, packs[point.name]))
            continue
        pack, wrong = _examine(point)
        problems += wrong
        if pack is not None:
            packs[point.name] = pack
    problems += _missing(wanted or (), [point.name for point in points])
    if problems:
        raise complaint(problems)
    return packs


def pack_in(folder: Path) -> Pack:
    """
    The pack whose source lies in ``folder`` (with its pyproject.toml), installed or not.

    Raises:
        Misconfigured: no readable pyproject.toml with exactly one ``whistle.districts`` entry, no package, bad tables.
    """
    pack, problems = examine_folder(folder)
    if pack is None:
        raise complaint(problems)
    return pack


def examine_folder(folder: Path) -> tuple[Pack | None, list[Problem]]:
    """The pack in ``folder``, or None and everything that is wrong with its manifest and tables."""
    file = folder / "pyproject.toml"
    shown = f"{folder.name}/{file.name}"
    try:
        project = tomllib.loads(file.read_text(encoding="utf-8"))["project"]
        entries = dict(project["entry-points"][GROUP])
        plugin, version = str(project["name"]), str(project["version"])
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        return None, [
            Problem(file=shown, rule="file", culprit=str(error), zh="无法读取", en="cannot be read")
        ]
    except (KeyError, TypeError, ValueError):
        wanted = f"[project] name, version, [project.entry-points.{GROUP!r}]"
        return None, [
            Problem(file=shown, rule="manifest", culprit=wanted, zh="缺少或写错", en="missing or wrong")
        ]
    if len(entries) != 1:
        zh, en = "须有且只有一个区县", "exactly one district is needed"
        return None, [Problem(file=shown, rule=GROUP, culprit=", ".join(entries) or "none", zh=zh, en=en)]
    ((district, entry),) = entries.items()
    package = folder / str(entry).partition(":")[0].partition(".")[0]
    base = {"district": district, "plugin": plugin, "version": version, "entry": str(entry)}
    return _with_tables(package if package.is_dir() else None, shown, paths=(str(folder.resolve()),), **base)


def _examine(point: EntryPoint) -> tuple[Pack | None, list[Problem]]:
    package = point.value.partition(":")[0].partition(".")[0]
    # Of a top-level name: finds, does not import.
    spec = importlib.util.find_spec(package) if package.isidentifier() else None
    places = list(spec.submodule_search_locations or ()) if spec else []
    folder = Path(places[0]) if places else None
    version = point.dist.version if point.dist else "0"
    base = {"district": point.name, "plugin": _plugin_of(point), "version": version, "entry": point.value}
    return _with_tables(folder, _plugin_of(point), paths=(), **base)


def _with_tables(
    folder: Path | None, shown: str, *, paths: tuple[str, ...], **base: str
) -> tuple[Pack | None, list[Problem]]:
    entry = base["entry"]
    module, _, name = entry.partition(":")
    if not (module and name):
        zh, en = '应为 "模块:类"', 'must be "module:Class"'
        return None, [Problem(file=shown, rule=GROUP, culprit=entry, zh=zh, en=en)]
    if folder is None:
        return None, [
            Problem(file=shown, rule="package", culprit=module, zh="找不到这个包", en="no such package")
        ]
    tables, problems = examine_tables(folder / TABLES_FILE)
    if tables is None:
        return None, problems
    if tables.district != base["district"]:
        zh, en = f"与入口点 {base['district']} 不一致", f"the entry point says {base['district']}"
        return None, [Problem(file=tables.file, rule="[district] id", culprit=tables.district, zh=zh, en=en)]
    settings, wrong = effective(tables.declared, tables.district, os.environ)
    if wrong:
        return None, wrong
    return Pack(folder=folder, tables=dataclasses.replace(tables, settings=settings), paths=paths, **base), []


def _doubled(point: EntryPoint, first: Pack) -> Problem:
    zh, en = (
        f"区县 {point.name} 已由 {first.plugin} 提供",
        f"district {point.name} is already served by {first.plugin}",
    )
    return Problem(file=_plugin_of(point), rule=GROUP, culprit=point.value, zh=zh, en=en)


def _missing(wanted: Iterable[str], present: list[str]) -> list[Problem]:
    known = ", ".join(sorted(set(present))) or "-"
    zh, en = (
        f"没有安装这个区县的包(已有: {known})",
        f"no pack of this district is installed (present: {known})",
    )
    absent = sorted(set(wanted) - set(present))
    return [Problem(file="packs", rule=GROUP, culprit=district, zh=zh, en=en) for district in absent]


def _plugin_of(point: EntryPoint) -> str:
    return point.dist.name if point.dist else point.value
