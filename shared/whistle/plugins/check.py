"""
Everything that is wrong with a pack, before anybody is affected: manifest, tables, files of the organisation, class and
signatures.
"""

from __future__ import annotations

import ast
import inspect
from collections.abc import Mapping
from pathlib import Path

from whistle.errors import Misconfigured, PluginFailed
from whistle.plugins.host.parent import Limits, PluginHost
from whistle.plugins.interface import API, HOOKS, DistrictPlugin
from whistle.plugins.loader import Pack, examine_folder
from whistle.plugins.organisation import read_organisation
from whistle.plugins.problems import Problem


def check_pack(pack: Pack | Path, *, limits: Limits | None = None) -> list[Problem]:
    """
    Check a pack, installed or lying in a folder; no mistake, no problem.

    What can be seen without running it is looked at first; only then the pack is loaded, in its own locked-in process.
    """
    if isinstance(pack, Path):
        found, problems = examine_folder(pack)
        if found is None:
            return [*problems, *_check_unloaded(pack)]
        pack = found
    problems = [*check_source(pack), *check_organisation(pack)]
    return problems or _check_running(pack, limits)


def check_organisation(pack: Pack) -> list[Problem]:
    """Every bad row in the files of ``[organisation]``; what is wrong between the rows, ``whistle district check`` tells."""
    files = pack.tables.organisation
    return [*read_organisation(pack.district, files).problems] if files else []


def check_source(pack: Pack) -> list[Problem]:
    """Syntax of all modules; of the plugin's class its hooks, their arguments, and what it says of itself."""
    said = {"district": pack.district, "version": pack.version, "api": API}
    return _check_modules(pack.folder, pack.entry.partition(":")[2], said)


def _check_unloaded(folder: Path) -> list[Problem]:
    """The same for a pack whose manifest or tables are wrong, so that one run tells everything."""
    packages = sorted(file.parent for file in folder.glob("*/__init__.py"))
    return [problem for package in packages for problem in _check_modules(package, "", {"api": API})]


def _check_modules(folder: Path, name: str, said: Mapping[str, object]) -> list[Problem]:
    """Of the class called ``name``, or of every class that inherits DistrictPlugin."""
    problems: list[Problem] = []
    for file in sorted(folder.rglob("*.py")):
        shown = str(file.relative_to(folder.parent))
        try:
            tree = ast.parse(file.read_text(encoding="utf-8"), filename=shown)
        except (SyntaxError, UnicodeDecodeError, OSError, ValueError) as error:
            problems.append(
                Problem(file=shown, rule="syntax", culprit=str(error), zh="语法错误", en="syntax error")
            )
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef) and (node.name == name or (not name and _is_plugin(node))):
                problems += [*_wrong_words(node, shown, said), *_almost_hooks(node, shown)]
                problems += _wrong_arguments(node, shown)
    return problems


def _is_plugin(node: ast.ClassDef) -> bool:
    return any(getattr(base, "id", getattr(base, "attr", "")) == "DistrictPlugin" for base in node.bases)


def _wrong_words(node: ast.ClassDef, shown: str, said: Mapping[str, object]) -> list[Problem]:
    """Class attributes that differ from what manifest and interface say."""
    return [
        Problem(
            file=f"{shown}:{item.lineno}",
            rule=f"{node.name}.{target.id}",
            culprit=repr(item.value.value),
            zh=f"应为 {said[target.id]}",
            en=f"must be {said[target.id]}",
        )
        for item in node.body
        if isinstance(item, ast.Assign) and isinstance(item.value, ast.Constant)
        for target in item.targets
        if isinstance(target, ast.Name) and target.id in said and item.value.value != said[target.id]
    ]


def _wrong_arguments(node: ast.ClassDef, shown: str) -> list[Problem]:
    """Hooks that could not be called."""
    problems = []
    for item in node.body:
        if not isinstance(item, ast.FunctionDef) or item.name not in HOOKS:
            continue
        wanted = ", ".join(inspect.signature(getattr(DistrictPlugin, item.name)).parameters)
        given = ", ".join(argument.arg for argument in item.args.args)
        if given != wanted:
            line = f"def {item.name}({wanted})"
            problems.append(
                Problem(
                    file=f"{shown}:{item.lineno}",
                    rule="signature",
                    culprit=f"({given})",
                    zh=f"应为 {line}",
                    en=f"must be {line}",
                )
            )
    return problems


def _almost_hooks(node: ast.ClassDef, shown: str) -> list[Problem]:
    """Public methods that are not in the interface: nobody would ever call them, most often a name is misspelt."""
    known = {name for name in dir(DistrictPlugin) if not name.startswith("_")}
    return [
        Problem(
            file=f"{shown}:{item.lineno}",
            rule="hook",
            culprit=item.name,
            zh=f"不是钩子(可用: {', '.join(HOOKS)});内部方法以 _ 开头",
            en=f"not a hook (known: {', '.join(HOOKS)}); begin helpers with _",
        )
        for item in node.body
        if isinstance(item, ast.FunctionDef | ast.AsyncFunctionDef)
        and not item.name.startswith("_")
        and item.name not in known
    ]


def _check_running(pack: Pack, limits: Limits | None) -> list[Problem]:
    host = PluginHost(pack, limits=limits)
    try:
        host.start()
        version = host.describe()["version"]
    except Misconfigured as error:
        return [Problem(**problem) for problem in error.detail["problems"]]
    except PluginFailed as error:
        return [Problem(file=pack.folder.name, rule="start", culprit=pack.entry, zh=error.zh, en=error.en)]
    finally:
        host.stop()
    if version == pack.version:
        return []
    zh, en = f"与包的版本 {pack.version} 不一致", f"the distribution says {pack.version}"
    return [Problem(file=pack.folder.name, rule="version", culprit=version, zh=zh, en=en)]
