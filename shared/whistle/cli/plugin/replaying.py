"""
``whistle plugin replay|diff``: what a version decides over recorded cases, and in what two versions differ.

Results go to standard output as they come, progress to standard error; nothing is kept in memory or changed anywhere.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from whistle.calendar.days import CHINA
from whistle.cli.plugin.authoring import AsJson, told
from whistle.cli.plugin.tables import print_change, print_comparison, print_tally
from whistle.errors import Invalid
from whistle.plugins.loader import Pack
from whistle.plugins.replay import Comparison, Recorded, Recordings, Replay, Tally, find_pack, recorded_cases
from whistle.plugins.replay.engine import batches
from whistle.plugins.replay.recorded import cases_in
from whistle.plugins.replay.versions import is_folder

RECORDED = "recorded"
"""The name in place of a version for what was decided then."""

District = Annotated[str, typer.Option("--district", help="区 / district")]
Since = Annotated[str, typer.Option("--since", help="从这一天起 / from this day on, e.g. 2026-10-01")]
Until = Annotated[str, typer.Option("--until", help="到这一天前 / before this day")]
File = Annotated[
    Path | None,
    typer.Option("--file", help="CSV 文件(title, text, …),代替平台的记录 / a CSV file instead of records"),
]


def replay(
    district: District = "",
    pack: Annotated[Path | None, typer.Option("--pack", help="包的目录 / the folder of a pack")] = None,
    version: Annotated[str, typer.Option("--version", help="已备好的版本 / a version that lies ready")] = "",
    since: Since = "",
    until: Until = "",
    file: File = None,
    cases: Annotated[
        bool, typer.Option("--cases", help="逐件输出 / print each decision too, as JSON lines")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """用一个版本重新决定已记录的诉求,不影响任何人 / let a version decide recorded cases; nobody is affected."""
    with told():
        found = _version(str(pack or version), district)
        recordings = _recordings(found, file, since, until)
        with Replay(found) as running, _progress(recordings) as passing:
            tally = Tally()
            for batch in batches(passing):
                began = time.monotonic()
                outcomes = running.ask(batch)
                tally.add(outcomes, seconds=time.monotonic() - began)
                for asked, outcome in zip(batch, outcomes, strict=True) if cases else ():
                    decision = outcome.decision.to_json() if outcome.decision else None
                    _line({"no": asked.request.case.no, "failure": outcome.failure, "decision": decision})
    shown = {**_who(found), **tally.to_json()}
    if as_json or cases:
        _line(shown)
    else:
        print_tally(shown)


def diff(
    before: Annotated[
        str,
        typer.Argument(help="版本、目录、已安装的区,或 recorded / version, folder, district, or recorded"),
    ],
    after: Annotated[str, typer.Argument(help="与之比较的 / what it is compared with")],
    district: District = "",
    since: Since = "",
    until: Until = "",
    file: File = None,
    limit: Annotated[int, typer.Option("--limit", help="最多列出多少件 / list at most so many cases")] = 20,
    as_json: AsJson = False,
) -> None:
    """比较两个版本:哪些决定会变、为什么 / compare two versions: which decisions change, and why; JSON as lines."""
    with told(), contextlib.ExitStack() as stack:
        new = _version(after, district)
        old = None if before == RECORDED else _version(before, district or new.district)
        if old is not None and old.district != new.district:
            raise Invalid(
                f"两个版本属于不同的区: {old.district}, {new.district}",
                f"the versions are of two districts: {old.district}, {new.district}",
            )
        if old is None and file is not None:
            raise Invalid("文件中没有当时的决定", "a file has no decisions to compare with")
        recordings = _recordings(new, file, since, until)
        first = stack.enter_context(Replay(old)) if old else None
        second = stack.enter_context(Replay(new))
        passing = stack.enter_context(_progress(recordings))
        comparison, tallies = Comparison(), (Tally(), Tally())
        for batch in batches(passing):
            pairs = _pairs(batch, first, second, tallies)
            for change in comparison.add(pairs):
                if as_json:
                    _line(change.to_json())
                elif comparison.changed <= limit:
                    print_change(change.to_json())
    shown = {
        **comparison.to_json(),
        "before": {**(_who(old) if old else {"version": RECORDED}), **tallies[0].to_json()},
        "after": {**_who(new), **tallies[1].to_json()},
    }
    if as_json:
        _line(shown)
    else:
        print_comparison(shown, limit=limit)


def _pairs(
    batch: list[Recorded], first: Replay | None, second: Replay, tallies: tuple[Tally, Tally]
) -> Iterator[Any]:
    """(case, before, after) of a batch; both versions are counted."""
    olds = [case.decision for case in batch]
    for running, tally in ((first, tallies[0]), (second, tallies[1])):
        if running is None:
            continue
        began = time.monotonic()
        outcomes = running.ask(batch)
        tally.add(outcomes, seconds=time.monotonic() - began)
        if running is first:
            olds = [outcome.decision for outcome in outcomes]
    news = [outcome.decision for outcome in outcomes]
    for case, old, new in zip(batch, olds, news, strict=True):
        if old is not None and new is not None:
            yield case.request.case, old, new


def _version(named: str, district: str) -> Pack:
    if not named and not district:
        raise Invalid("须用 --district 或 --pack 指明", "--district or --pack is needed")
    if is_folder(named):
        return find_pack(named)
    # only who names a version of an installation needs its settings
    from whistle.settings import load_settings, service_value

    settings = load_settings()
    ready = service_value("str", "PACKS", settings, str(settings.data / "packs"))
    return find_pack(named, district=district, ready=Path(ready))


def _recordings(pack: Pack, file: Path | None, since: str, until: str) -> Recordings:
    span = {"since": _day(since, "--since"), "until": _day(until, "--until")}
    return cases_in(file, pack, **span) if file else recorded_cases(pack.district, **span)


def _day(text: str, option: str) -> dt.datetime | None:
    try:
        return dt.datetime.combine(dt.date.fromisoformat(text), dt.time(), CHINA) if text else None
    except ValueError:
        raise Invalid(
            f"{option} 应为日期,如 2026-10-01: {text}", f"{option} must be a day like 2026-10-01: {text}"
        ) from None


@contextlib.contextmanager
def _progress(recordings: Recordings) -> Iterator[Iterator[Recorded]]:
    """The cases, with a bar on standard error if somebody looks at it."""
    if not sys.stderr.isatty():
        yield recordings.cases
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("重放 / replaying", total=recordings.total)

        def passing() -> Iterator[Recorded]:
            for case in recordings.cases:
                bar.advance(task)
                yield case

        yield passing()


def _who(pack: Pack) -> dict[str, Any]:
    return {"district": pack.district, "plugin": pack.plugin, "version": pack.version}


def _line(value: Any) -> None:
    print(json.dumps(value, ensure_ascii=False))
