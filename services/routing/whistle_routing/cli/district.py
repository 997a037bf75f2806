"""
``whistle district list|load|check|export``: organisations and files.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from whistle.contracts.organisation import Organisation
from whistle.errors import Invalid, Misconfigured
from whistle.plugins.loader import load_packs
from whistle.plugins.problems import Problem
from whistle_routing.cli.opening import AsJson, District, Opened, group, opened, print_json, read_day
from whistle_routing.domain.organisation import check_rosters, coverage, tree_at
from whistle_routing.handlers import organisation as use
from whistle_routing.handlers.organisation import Outcome
from whistle_routing.organisation.exporting import export, snapshot
from whistle_routing.organisation.known import today
from whistle_routing.store import RoutingUnit

district = group("区:组织机构 / districts: organisation")

AsOf = Annotated[str, typer.Option("--as-of", help="哪一天,默认今天 / the day, e.g. 2026-03-15")]
Place = Annotated[
    Path | None,
    typer.Option("--from", help="文件夹、XLSX 或 GeoJSON,默认为区县包 / files instead of the pack's"),
]
_STATES = {
    "loaded": "已载入 / loaded",
    "unchanged": "无变化 / unchanged",
    "kept": "本库已有变更,未覆盖(--force 强制) / changed here, so kept (--force takes the pack's)",
}


@district.command("list")
def list_districts(as_json: AsJson = False) -> None:
    """列出已安装的区 / list the installed districts."""
    rows = [
        {
            "district": name,
            "name": pack.tables.name,
            "plugin": pack.plugin,
            "version": pack.version,
            "parties": len(pack.tables.parties),
            "grid_nodes": len(pack.tables.grid),
        }
        for name, pack in sorted(load_packs().items())
    ]
    if as_json:
        print_json(rows)
        return
    for row in rows:
        parts = f"{row['parties']} 个单位 / parties, {row['grid_nodes']} 个网格 / grid nodes"
        print(f"{row['district']:<12} {row['name']:<10} {row['plugin']} {row['version']}: {parts}")


@district.command("load")
def load_districts(
    name: Annotated[str, typer.Argument(help="区,默认全部 / district, by default all")] = "",
    place: Place = None,
    force: Annotated[
        bool, typer.Option("--force", help="覆盖本库的变更 / overwrite what was changed here")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """载入组织架构:有一行错则全不载入,并逐行说明 / load organisations, all or nothing; every bad row is told."""
    if (place or force) and not name:
        raise Invalid("--from 与 --force 须指明区", "--from and --force need a district")
    with opened() as here:
        if place is not None:
            outcomes = [_load_files(here, name, place, force=force)]
        elif force:
            outcomes = [_load_pack(here, name)]
        else:
            packs = load_packs([name] if name else here.settings.districts or None)
            outcomes = use.load_organisations(here.database, packs, keys=here.keys)
    if as_json:
        print_json([vars(outcome) for outcome in outcomes])
        return
    for outcome in outcomes:
        print(f"{outcome.district:<12} {_STATES[outcome.state]} (v{outcome.version})")


def _load_files(here: Opened, name: str, place: Path, *, force: bool) -> Outcome:
    checked = use.check_files(name, use.files_in(place, here.organisations(name).catalogue(name)))
    _tell_and_stop(checked.problems)
    with here.database.write() as unit:
        return use.take_files(unit, name, checked.loaded, keys=here.keys, by="cli", force=force)


def _load_pack(here: Opened, name: str) -> Outcome:
    loaded = use.check_files(name, use.files_of(here.pack(name).tables)).sound()
    with here.database.write() as unit:
        return use.take_pack(unit, name, loaded, keys=here.keys, force=True)


def _tell_and_stop(problems: tuple[Problem, ...]) -> None:
    """Every problem in a line of its own on standard error; then the end, if there are any."""
    for problem in problems:
        typer.echo(str(problem), err=True)
    if problems:
        count = len(problems)
        typer.echo(f"{count} 处错误,什么也没有载入 / {count} mistakes, nothing was loaded", err=True)
        raise typer.Exit(1)


@district.command("check")
def check_district(
    name: District,
    place: Place = None,
    as_of: AsOf = "",
    stored: Annotated[
        bool, typer.Option("--stored", help="检查已载入的 / check what is loaded instead of the files")
    ] = False,
    strict: Annotated[
        bool, typer.Option("--strict", help="有缺口或缺员也算错 / gaps and vacancies are errors too")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """检查架构:文件逐行,网格有无空白与重叠,名册是否配齐 / check files row by row, coverage and rosters."""
    with opened() as here, here.database.read() as unit:
        day = read_day(as_of, "--as-of") or today(unit)
        problems, organisation = _examined(here, unit, name, place=place, stored=stored)
    tree = tree_at(organisation, day)
    gaps, vacancies = ([], []) if problems else (coverage(tree), check_rosters(organisation, tree))
    if as_json:
        print_json(
            {
                "as_of": day,
                "counts": {} if problems else tree.counts(),
                "problems": [problem.to_json() for problem in problems],
                "coverage": gaps,
                "vacancies": vacancies,
            }
        )
    else:
        for problem in problems:
            print(problem)
        for gap in gaps:
            print(f"{gap.sort:<10} {gap.code:<20} {gap.name}:{gap.zh} / {gap.en}")
        for vacant in vacancies:
            print(f"roster     {vacant.node:<20} {vacant.roster}:{vacant.zh} / {vacant.en}")
        print(
            f"{len(problems)} 处错误,{len(gaps)} 处缺口或重叠,{len(vacancies)} 处缺员 / "
            f"{len(problems)} mistakes, {len(gaps)} gaps or overlaps, {len(vacancies)} vacancies"
        )
    raise typer.Exit(1 if problems or (strict and (gaps or vacancies)) else 0)


def _examined(
    here: Opened, unit: RoutingUnit, name: str, *, place: Path | None, stored: bool
) -> tuple[tuple[Problem, ...], Organisation]:
    """What is wrong with the files, and the organisation: empty, if the pack itself cannot be read."""
    try:
        organisations = here.organisations(name)
    except Misconfigured as error:
        told = error.detail.get("problems")
        if not told:
            raise
        return tuple(Problem(**one) for one in told), Organisation(district=name)
    if stored:
        return (), organisations.get(unit, name)
    tables = here.pack(name).tables
    files = use.files_in(place, organisations.catalogue(name)) if place else use.files_of(tables)
    checked = use.check_files(name, files)
    return checked.problems, checked.loaded.organisation


@district.command("export")
def export_district(
    name: District,
    out: Annotated[Path, typer.Option("--out", help="文件夹、.xlsx 或 .geojson / where to")],
    as_of: Annotated[
        str,
        typer.Option("--as-of", help="只要这一天的,默认含全部历史 / only that day; by default all history"),
    ] = "",
    with_phones: Annotated[
        bool, typer.Option("--with-phones", help="含工作人员电话 / with phone numbers of staff, in clear")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """导出架构,再载入得到同一棵树 / write the organisation; loading it again gives the same."""
    day = read_day(as_of, "--as-of")
    with opened() as here, here.database.read() as unit:
        organisation = here.organisations(name).get(unit, name)
        phones = use.open_phones(unit, name, here.keys) if with_phones else None
    written = export(snapshot(organisation, day) if day else organisation, out, phones=phones)
    if as_json:
        print_json({"files": [str(path) for path in written], "nodes": len(organisation.nodes)})
    else:
        print("\n".join(f"已写 / written: {path}" for path in written))
