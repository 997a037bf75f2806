"""
``whistle dead``: the messages that were parked because no retry could help them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any

import typer

from whistle.errors import NotFound
from whistle.settings import load_settings

dead = typer.Typer(
    help="搁置的消息 / parked messages", no_args_is_help=True, rich_markup_mode=None, add_completion=False
)
AsJson = Annotated[bool, typer.Option("--json", help="JSON 输出 / as JSON")]
Ident = Annotated[str, typer.Argument(help="搁置编号 / id of the parked message")]
By = Annotated[str, typer.Option("--by", help="经手人 / who does this")]


@contextmanager
def _databases() -> Iterator[dict[str, Any]]:
    from whistle.runtime.services import installed_services, open_database

    settings = load_settings()
    databases = {service.name: open_database(service, settings) for service in installed_services()}
    try:
        yield databases
    finally:
        for database in databases.values():
            database.close()


@dead.command("list")
def list_parked(
    as_json: AsJson = False,
    everything: Annotated[
        bool, typer.Option("--all", help="含已重放与已丢弃 / replayed and dropped ones too")
    ] = False,
) -> None:
    """列出搁置的消息 / list parked messages."""
    from whistle.storage.parking import parked

    rows: list[dict[str, Any]] = []
    with _databases() as databases:
        for name, database in databases.items():
            with database.read() as unit:
                rows += [{"service": name, **row} for row in parked(unit, everything=everything)]
    if as_json:
        print(json.dumps(rows, ensure_ascii=False, default=str))
        return
    for row in rows:
        about = f"{row['type'] or '-':<28} {row['case_no'] or '-':<12}"
        print(f"{row['id']}  {row['service']:<8} {row['state']:<8} {about} {row['error']}")
    print(f"共 {len(rows)} 条 / {len(rows)} in all")


@dead.command("show")
def show(ident: Ident) -> None:
    """显示一条 / show one, with its body."""
    from whistle.storage.parking import find

    with _databases() as databases:
        for name, database in databases.items():
            with database.read() as unit:
                if (row := find(unit, ident)) is not None:
                    print(json.dumps({"service": name, **row}, ensure_ascii=False, indent=2, default=str))
                    return
    raise _unknown(ident)


@dead.command("replay")
def replay(
    ident: Annotated[str, typer.Argument(help="搁置编号,或 all / id, or all")], by: By = "operator"
) -> None:
    """重新投递 / deliver again, to the consumer that parked it."""
    from whistle.storage.parking import parked
    from whistle.storage.parking import replay as replay_one

    done = 0
    with _databases() as databases:
        for database in databases.values():
            with database.write() as unit:
                for row in parked(unit):
                    if ident in ("all", row["id"]):
                        replay_one(unit, row["id"], by=by)
                        done += 1
    if not done and ident != "all":
        raise _unknown(ident)
    print(f"已重新投递 {done} 条 / {done} will be delivered again")


@dead.command("drop")
def drop(ident: Ident, by: By = "operator") -> None:
    """丢弃(保留记录) / drop; the record stays."""
    from whistle.storage.parking import drop as drop_one
    from whistle.storage.parking import find

    with _databases() as databases:
        for database in databases.values():
            with database.write() as unit:
                if find(unit, ident) is not None:
                    drop_one(unit, ident, by=by)
                    print("已丢弃 / dropped")
                    return
    raise _unknown(ident)


def _unknown(ident: str) -> NotFound:
    return NotFound(f"没有搁置的消息 {ident}", f"there is no parked message {ident}")
