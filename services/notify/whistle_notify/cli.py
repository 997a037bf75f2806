"""
``whistle notice …``: looks at the notices and tasks of this installation, in its database.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Annotated, Any

import typer
from marshmallow import Schema

from whistle.auth import role_named
from whistle.calendar.days import CHINA
from whistle.clock import SystemClock
from whistle.errors import Rejected, WhistleError
from whistle.http.validation import load
from whistle.privacy import mask_text
from whistle.settings import load_settings
from whistle.storage import Database, make_engine, migrations
from whistle_notify import handlers
from whistle_notify.domain import RESULTS
from whistle_notify.schemas import STATES, DoneBody, NoticeSchema, TaskSchema
from whistle_notify.store import NotifyUnit, list_notices, list_tasks
from whistle_notify.store import verify as differences_of
from whistle_notify.store.reading import Where
from whistle_notify.words import CHANNELS, PURPOSES, WAYS, said
from whistle_notify.words import STATES as WORDS_OF_STATES

notice = typer.Typer(
    help="通知与人工任务 / notices and tasks",
    no_args_is_help=True,
    rich_markup_mode=None,
    add_completion=False,
)

_WORDS = {"purpose": PURPOSES, "state": WORDS_OF_STATES, "kind": WAYS, "channel": CHANNELS}
AsJson = Annotated[bool, typer.Option("--json", help="输出 JSON / print JSON")]
Case = Annotated[str | None, typer.Option("--case", help="受理编号 / the case's number")]
State = Annotated[str | None, typer.Option("--state", help=f"状态 / state: {', '.join(STATES)}")]
Limit = Annotated[int, typer.Option("--limit", min=1, max=10_000, help="最多条数 / at most")]


@notice.command("list")
def list_(case: Case = None, state: State = None, limit: Limit = 50, as_json: AsJson = False) -> None:
    """最近的通知 / the latest notices."""
    with _told(), _opened() as unit:
        found, _ = list_notices(unit, Where(exact={"case_no": case, "state": state}, limit=limit))
        _show(
            found, NoticeSchema(), ("created_at", "case_no", "purpose", "state", "channel"), as_json=as_json
        )


@notice.command()
def tasks(
    case: Case = None,
    all_: Annotated[bool, typer.Option("--all")] = False,
    limit: Limit = 50,
    as_json: AsJson = False,
) -> None:
    """待办的人工任务 / tasks that people must do."""
    with _told(), _opened() as unit:
        state = None if all_ else "open"
        found, _ = list_tasks(unit, Where(exact={"case_no": case, "state": state}, limit=limit))
        _show(
            found,
            TaskSchema(),
            ("id", "due_at", "case_no", "kind", "purpose", "owner", "state"),
            as_json=as_json,
        )


@notice.command()
def done(
    task: Annotated[str, typer.Argument(help="任务编号,见 notice tasks / its id, see notice tasks")],
    by: Annotated[str, typer.Option("--by", help="谁办的 / who did it")],
    result: Annotated[str, typer.Option("--result", help=f"结果 / {', '.join(RESULTS)}")] = "reached",
    note: Annotated[str | None, typer.Option("--note", help="备注 / a note")] = None,
    as_json: AsJson = False,
) -> None:
    """任务已办:已联系到居民等 / a task is done."""
    with _told():
        given = {"result": result, **({"note": note} if note else {})}
        body = load(DoneBody(), given, what_zh="任务", what_en="task")
        with _database() as database, database.write() as unit:
            found = handlers.find_task(unit, task)
            text = mask_text(body["note"]) if body["note"] else None
            finished = handlers.finish_task(unit, found, result=body["result"], note=text, by=by[:120])
        if as_json:
            typer.echo(json.dumps(TaskSchema().dump(finished), ensure_ascii=False))
        else:
            typer.echo(f"已办结 {finished.id} / done: {finished.id}")


@notice.command()
def verify(as_json: AsJson = False) -> None:
    """核对通知与任务,有差异则退出码为 1 / check notices and tasks; exit 1 if anything is wrong."""
    with _told(), _opened() as unit:
        differences = differences_of(unit)
        if as_json:
            typer.echo(json.dumps({"ok": not differences, "differences": differences}, ensure_ascii=False))
        else:
            for line in differences or ["通知与任务一致 / all is well"]:
                typer.echo(line)
        if differences:
            raise typer.Exit(1)


def _show(things: Sequence[Any], schema: Schema, columns: Sequence[str], *, as_json: bool) -> None:
    rows = schema.dump(things, many=True)
    if as_json:
        typer.echo(json.dumps(rows, ensure_ascii=False))
        return
    for thing in things:
        typer.echo("  ".join(_word(name, getattr(thing, name)) for name in columns))


def _word(name: str, value: Any) -> str:
    """A cell as people say it: China's time, words for codes."""
    if isinstance(value, dt.datetime):
        return f"{value.astimezone(CHINA):%Y-%m-%d %H:%M}"
    if name == "owner" and value:
        return role_named(value).zh
    return said(_WORDS.get(name, {}), value)


@contextmanager
def _opened() -> Iterator[NotifyUnit]:
    with _database() as database, database.read() as unit:
        yield unit


@contextmanager
def _database() -> Iterator[Database[NotifyUnit]]:
    settings = load_settings()
    engine = make_engine(settings.database_url_of("notify"), schema="notify", pool_size=1)
    database = Database(engine, NotifyUnit, clock=SystemClock())
    try:
        database.ping()
        migrations.check(engine, service="notify", package="whistle_notify")
        yield database
    finally:
        database.close()


@contextmanager
def _told() -> Iterator[None]:
    """Every error in one line on standard error; exit 2 if typing something else can mend it."""
    try:
        yield
    except WhistleError as error:
        typer.echo(error.in_full(), err=True)
        raise typer.Exit(2 if isinstance(error, Rejected) else 1) from None
