"""
``whistle dead``: the messages that were parked because no retry could help them.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Annotated, Any

import typer

from whistle.errors import Misconfigured, NotFound
from whistle.settings import load_settings

dead = typer.Typer(
    help="搁置的消息 / parked messages", no_args_is_help=True, rich_markup_mode=None, add_completion=False
)
AsJson = Annotated[bool, typer.Option("--json", help="JSON 输出 / as JSON")]
Ident = Annotated[str, typer.Argument(help="搁置编号 / id of the parked message")]
MaybeIdent = Annotated[str, typer.Argument(metavar="[ID]", help="搁置编号 / id of the parked message")]
Everything = Annotated[bool, typer.Option("--all", help="所有搁置的,可按条件 / all parked ones that fit")]
Service = Annotated[str, typer.Option("--service", help="服务 / service")]
Consumer = Annotated[str, typer.Option("--consumer", help="队列 / queue, e.g. routing.events")]
Type = Annotated[str, typer.Option("--type", help="消息类型 / message type, e.g. case.filed, unreadable")]
Reason = Annotated[str, typer.Option("--reason", help="poison | attempts")]
Yes = Annotated[bool, typer.Option("--yes", help="不再询问 / do not ask")]
By = Annotated[str, typer.Option("--by", help="经手人 / who does this")]


def _databases() -> AbstractContextManager[Mapping[str, Any]]:
    from whistle.storage.books import opened_books

    return opened_books(load_settings())


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
        name = _home(databases, ident)
        with databases[name].read() as unit:
            row = {"service": name, **(find(unit, ident) or {})}
    print(json.dumps(row, ensure_ascii=False, indent=2, default=str))


@dead.command("replay")
def replay(
    ident: MaybeIdent = "",
    everything: Everything = False,
    service: Service = "",
    consumer: Consumer = "",
    type_: Type = "",
    reason: Reason = "",
    yes: Yes = False,
    by: By = "operator",
) -> None:
    """重新投递一条,或 --all 按条件多条 / deliver again, to the consumer that parked it: one, or by --all those that fit."""
    from whistle.storage.parking import replay as replay_one

    choice = Choice(service=service, consumer=consumer, type=type_, reason=reason)
    done = _settle(
        ident,
        choice,
        everything=everything,
        sure=_asking("重新投递", "deliver again", yes),
        how=replay_one,
        by=by,
    )
    print(f"已重新投递 {done} 条 / {done} will be delivered again")


@dead.command("drop")
def drop(
    ident: MaybeIdent = "",
    everything: Everything = False,
    service: Service = "",
    consumer: Consumer = "",
    type_: Type = "",
    reason: Reason = "",
    yes: Yes = False,
    by: By = "operator",
) -> None:
    """丢弃一条,或 --all 按条件多条(保留记录) / drop one, or by --all those that fit; the records stay."""
    from whistle.storage.parking import drop as drop_one

    choice = Choice(service=service, consumer=consumer, type=type_, reason=reason)
    done = _settle(
        ident, choice, everything=everything, sure=_asking("丢弃", "drop", yes), how=drop_one, by=by
    )
    print(f"已丢弃 {done} 条 / {done} dropped")


@dataclass(frozen=True, kw_only=True)
class Choice:
    """Which parked messages are meant; what is empty leaves the choice open."""

    service: str = ""
    consumer: str = ""
    type: str = ""
    reason: str = ""

    def fits(self, service: str, row: Mapping[str, Any]) -> bool:
        """Is this parked message meant? ``type`` may be short: ``case.filed`` for ``whistle.case.filed.v1``."""
        wire = row["type"] or "unreadable"
        names = (wire, wire.removeprefix("whistle."), wire.removeprefix("whistle.").rpartition(".v")[0])
        wanted = (
            (self.service, (service,)),
            (self.consumer, (row["consumer"],)),
            (self.reason, (row["reason"],)),
        )
        return all(not text or text in known for text, known in (*wanted, (self.type, names)))


def _settle(
    ident: str,
    choice: Choice,
    *,
    everything: bool,
    sure: Callable[[int], None],
    how: Callable[..., None],
    by: str,
) -> int:
    """
    Do ``how`` with one message, or with all that fit once somebody is sure; how many they were.

    Raises:
        Misconfigured: both or neither are named. NotFound. NotAllowedNow: it was replayed or dropped already.
    """
    if bool(ident) == everything or (ident and choice != Choice()):
        raise Misconfigured(
            "请写一个编号,或 --all(可加 --service --consumer --type --reason)",
            "name one id, or say --all (narrowed by --service --consumer --type --reason)",
        )
    with _databases() as databases:
        chosen = _fitting(databases, choice) if everything else {_home(databases, ident): [ident]}
        count = sum(map(len, chosen.values()))
        if everything and count:
            sure(count)
        for name, idents in chosen.items():
            with databases[name].write() as unit:
                for one in idents:
                    how(unit, one, by=by)
    return count


def _fitting(databases: Mapping[str, Any], choice: Choice) -> dict[str, list[str]]:
    from whistle.storage.parking import parked

    chosen: dict[str, list[str]] = {}
    for name, database in databases.items():
        with database.read() as unit:
            chosen[name] = [row["id"] for row in parked(unit) if choice.fits(name, row)]
    return {name: idents for name, idents in chosen.items() if idents}


def _home(databases: Mapping[str, Any], ident: str) -> str:
    from whistle.storage.parking import find

    for name, database in databases.items():
        with database.read() as unit:
            if find(unit, ident) is not None:
                return name
    raise NotFound(f"没有搁置的消息 {ident}", f"there is no parked message {ident}")


def _asking(zh: str, en: str, yes: bool) -> Callable[[int], None]:
    """Makes sure that many messages are meant: asks on a terminal, elsewhere wants ``--yes``."""

    def sure(count: int) -> None:
        if yes:
            return
        if not sys.stdin.isatty():
            raise Misconfigured(
                f"将{zh} {count} 条,请加 --yes 确认", f"this would {en} {count} message(s): say --yes"
            )
        typer.confirm(f"{zh} {count} 条? / {en} {count} message(s)?", abort=True)

    return sure
