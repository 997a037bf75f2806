"""
``whistle ledger import|export|template``.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import Progress

from whistle.errors import Invalid, WhistleError
from whistle_intake.cli.opening import Opened, opened
from whistle_intake.ledger import exporting, importing, reading
from whistle_intake.ledger.checking import Checker
from whistle_intake.ledger.columns import MAPS

ledger = typer.Typer(
    help="台账:导入、导出、模板 / the ledger as a file",
    no_args_is_help=True,
    rich_markup_mode=None,
    add_completion=False,
)

INTERRUPTED = 130
District = Annotated[str, typer.Option("--district", help="区 / district, e.g. mawei")]
AsJson = Annotated[bool, typer.Option("--json", help="输出 JSON / print JSON")]


class MapName(StrEnum):
    """Names of the column maps."""

    ledger = "ledger"
    petitions = "petitions"


class Format(StrEnum):
    """What an export writes."""

    xlsx = "xlsx"
    csv = "csv"


@ledger.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help="CSV 或 XLSX / the file")],
    district: District,
    map_: Annotated[MapName, typer.Option("--map", help="列的含义 / what the columns mean")] = MapName.ledger,
    rejects: Annotated[
        Path | None, typer.Option("--rejects", help="退回的行写到 / where rejected rows go")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """
    导入台账;可中断、可重复运行,不会重复立案。有退回的行时退出码为 1。

    / Import a ledger; may be interrupted and run again without doubling. Exit 1 if rows were rejected.
    """
    started = time.monotonic()
    outcome = importing.Outcome()
    refused = importing.Rejects(rejects or Path(f"{file.stem}.rejects.csv"))
    with opened() as here, reading.opened(file) as source, _bar(source, file, hidden=as_json) as told:
        columns = MAPS[map_.value]
        layout = columns.layout(next(source.rows, (1, []))[1])
        checker = Checker(
            columns,
            layout,
            district=here.district(district),
            names=here.tools.districts,
            now=here.database.clock.now(),
            places=here.tools.tokens.atlas(district),
        )
        try:
            _run(here, source, checker, outcome, refused=refused, told=told)
        finally:
            refused.close()
            facts: dict[str, Any] = {
                "file": file.name,
                "encoding": source.encoding,
                "district": district,
                "rows": outcome.rows,
                "filed": outcome.filed,
                "known": outcome.known,
                "rejected": outcome.rejected,
                "rejects": str(refused.path) if outcome.rejected else None,
                "ignored_columns": list(layout.unknown),
                "seconds": round(time.monotonic() - started, 2),
            }
    _tell(facts, as_json=as_json)
    raise typer.Exit(1 if outcome.rejected else 0)


def _run(
    here: Opened,
    source: reading.Source,
    checker: Checker,
    outcome: importing.Outcome,
    *,
    refused: importing.Rejects,
    told: Callable[[], object],
) -> None:
    file_batch = importing.file_in(here.database, here.tools)
    try:
        importing.import_rows(
            source.rows, checker, outcome, file_batch=file_batch, rejects=refused, told=told
        )
    except KeyboardInterrupt:
        _stopped(outcome, "已中断", "interrupted")
        raise typer.Exit(INTERRUPTED) from None
    except WhistleError as error:
        _stopped(outcome, error.zh, error.en)
        raise typer.Exit(2 if isinstance(error, Invalid) else 1) from None


def _stopped(outcome: importing.Outcome, zh: str, en: str) -> None:
    print(
        f"{zh};已立案 {outcome.filed} 件,再次运行会继续 / {en}; {outcome.filed} filed so far, run again to go on",
        file=sys.stderr,
    )


@contextmanager
def _bar(source: reading.Source, file: Path, *, hidden: bool) -> Iterator[Callable[[], object]]:
    """A progress bar on a terminal; elsewhere nothing."""
    console = Console(stderr=True)
    with Progress(console=console, disable=hidden or not console.is_terminal, transient=True) as progress:
        task = progress.add_task(file.name, total=source.total)
        yield lambda: progress.update(task, completed=source.done())


def _tell(facts: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        print(json.dumps(facts, ensure_ascii=False))
        return
    rate = facts["rows"] / max(facts["seconds"], 0.01)
    print(
        f"共 {facts['rows']} 行({facts['encoding']}):立案 {facts['filed']},已有 {facts['known']},退回 {facts['rejected']},"
        f"{facts['seconds']} 秒 / {facts['rows']} rows: {facts['filed']} filed, {facts['known']} known, "
        f"{facts['rejected']} rejected, {rate:.0f} rows/s"
    )
    if facts["ignored_columns"]:
        names = ", ".join(facts["ignored_columns"])
        print(f"没有用到的列:{names} / columns not used: {names}", file=sys.stderr)
    if facts["rejects"]:
        print(
            f"退回的行及原因见 {facts['rejects']} / rejected rows and reasons are in {facts['rejects']}",
            file=sys.stderr,
        )


@ledger.command("export")
def export(
    district: District,
    out: Annotated[Path, typer.Option("--out", help="写到哪个文件 / the file to write")],
    format_: Annotated[
        Format | None, typer.Option("--format", help="默认看文件名 / by default by the file's name")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """导出台账,联系方式打码 / write the ledger; contact data is masked."""
    kind = format_.value if format_ else out.suffix.lower().lstrip(".")
    if kind not in exporting.FORMATS:
        raise Invalid("请用 --format xlsx 或 csv", "say --format xlsx or csv")
    count = 0
    with opened() as here, exporting.written(out, kind) as write:
        for page in exporting.pages(here.database, here.district(district)):
            for case in page:
                write(exporting.row_of(case, here.tools))
            count += len(page)
    if as_json:
        print(json.dumps({"file": str(out), "format": kind, "rows": count}, ensure_ascii=False))
    else:
        print(f"已导出 {count} 件到 {out} / {count} cases written to {out}")


@ledger.command("template")
def template(
    out: Annotated[Path, typer.Option("--out", help="写到哪个文件 / the file to write")] = Path(
        "民情工作台账.xlsx"
    ),
) -> None:
    """写一个空台账,填好后可导入 / write an empty ledger to be filled in and imported."""
    exporting.write_template(out)
    print(f"模板:{out} / template: {out}")
