"""
``whistle plugin new|check|test|list``: write, check, test and list the packs of districts.

Findings go to standard output, mistakes to standard error; exit 1 when a pack has mistakes, 2 for misuse.
"""

from __future__ import annotations

import contextlib
import importlib.util
import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated

import typer

from whistle.errors import WhistleError
from whistle.plugins.check import check_pack
from whistle.plugins.conformance import PackConformance, run
from whistle.plugins.loader import Pack, load_packs
from whistle.plugins.problems import Problem
from whistle.plugins.scaffold import new_pack

Target = Annotated[
    str, typer.Argument(help="包的目录,或已安装的区县 / the pack's folder, or an installed district")
]
AsJson = Annotated[bool, typer.Option("--json", help="输出 JSON / print JSON")]


def new(
    district: Annotated[str, typer.Argument(help="区县代号 / the district's id, e.g. mawei")],
    folder: Annotated[Path | None, typer.Option("--dir", help="目标目录 / where to write")] = None,
    as_json: AsJson = False,
) -> None:
    """新建一个可运行的插件包 / write a working pack with tests."""
    with told():
        files = new_pack(folder or Path(district), district)
    if as_json:
        print(json.dumps([str(file) for file in files], ensure_ascii=False))
        return
    for file in files:
        print(file)


def check(target: Target = "", as_json: AsJson = False) -> None:
    """检查清单、表格与签名,不给目标则检查所有已安装的包 / check manifest, tables and signatures."""
    problems = [problem for pack in _targets(target) for problem in check_pack(pack)]
    _print_problems(problems, as_json=as_json)


def run_tests(target: Target, as_json: AsJson = False) -> None:
    """运行每个包都继承的测试 / run the suite that every pack inherits, with the pack's own tests if pytest is there."""
    (found,) = _targets(target)
    problems = check_pack(found)
    if problems:
        _print_problems(problems, as_json=as_json)
    own_tests = found / "tests" if isinstance(found, Path) else None
    if own_tests and own_tests.is_dir() and importlib.util.find_spec("pytest") and not as_json:
        command = [sys.executable, "-m", "pytest", "-q", "--import-mode=importlib", str(own_tests)]
        raise typer.Exit(min(subprocess.run(command, check=False).returncode, 1))
    suite = type("Suite", (PackConformance,), _located(found))
    with told(1):
        results = run(suite)
    _print_results(results, as_json=as_json)


def list_(as_json: AsJson = False) -> None:
    """列出已安装的包 / list the installed packs."""
    with told(1):
        packs = load_packs()
    rows = [_row(pack) for pack in packs.values()]
    if as_json:
        print(json.dumps(rows, ensure_ascii=False))
        return
    for row in rows:
        counts = f"{row['parties']} 单位/parties  {row['grid']} 网格/grid  {row['rules']} 规则/rules"
        print(f"{row['district']:12} {row['name']}  {row['plugin']} {row['version']}  {counts}")
    if not rows:
        typer.echo("没有安装任何区县包 / no pack is installed", err=True)


def _row(pack: Pack) -> dict[str, object]:
    return {
        "district": pack.district,
        "name": pack.tables.name,
        "plugin": pack.plugin,
        "version": pack.version,
        "entry": pack.entry,
        "parties": len(pack.tables.parties),
        "grid": len(pack.tables.grid),
        "rules": len(pack.tables.rules),
    }


def _targets(target: str) -> Sequence[Path | Pack]:
    """The pack in a folder, the installed one, or all installed ones. Ends with 2 if there is no such thing."""
    if target and Path(target).is_dir():
        return [Path(target).resolve()]
    with told():
        return list(load_packs([target] if target else None).values())


def _located(found: Path | Pack) -> dict[str, object]:
    return {"folder": found} if isinstance(found, Path) else {"district": found.district}


def _print_problems(problems: Sequence[Problem], *, as_json: bool) -> None:
    """Print them and end: 0 without, 1 with."""
    if as_json:
        print(json.dumps([problem.to_json() for problem in problems], ensure_ascii=False))
    for problem in problems if not as_json else ():
        typer.echo(str(problem), err=True)
    if not problems and not as_json:
        print("没有发现问题 / no problem found")
    raise typer.Exit(1 if problems else 0)


def _print_results(results: Sequence[tuple[str, str]], *, as_json: bool) -> None:
    if as_json:
        print(
            json.dumps(
                [{"test": name, "failure": said or None} for name, said in results], ensure_ascii=False
            )
        )
    for name, said in results if not as_json else ():
        print(f"{'失败/FAILED' if said else '通过/passed'}  {name}  {said}".rstrip())
    raise typer.Exit(1 if any(said for _name, said in results) else 0)


@contextlib.contextmanager
def told(code: int = 2) -> Iterator[None]:
    """An error of ours is one line on standard error and an exit code, never a traceback."""
    try:
        yield
    except WhistleError as error:
        typer.echo(error.in_full(), err=True)
        raise typer.Exit(code) from error
