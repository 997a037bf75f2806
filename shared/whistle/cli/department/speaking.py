"""
What the commands of a department share: who speaks over which bus, and how errors are told.
"""

from __future__ import annotations

import contextlib
import logging
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer

from whistle import log
from whistle.department import Department, Timing
from whistle.errors import Misconfigured, Rejected, WhistleError

app = typer.Typer(
    help="部门收件与办理 / a department's own client",
    no_args_is_help=True,
    rich_markup_mode=None,
    add_completion=False,
)

Url = Annotated[
    str, typer.Option("--url", envvar="WHISTLE_BUS_URL", help="amqp://… 由城市 IT 提供 / from the city's IT")
]
District = Annotated[str, typer.Option("--district", envvar="WHISTLE_DISTRICT", help="区 / district")]
Party = Annotated[str, typer.Option("--party", envvar="WHISTLE_PARTY", help="单位 / party")]
CaFile = Annotated[
    Path | None, typer.Option("--ca", envvar="WHISTLE_BUS_CA", help="证书机构文件 / authority of amqps://")
]
Inbox = Annotated[
    Path | None,
    typer.Option(
        "--inbox", envvar="WHISTLE_INBOX", help="收件记录文件 / file that remembers what was handled"
    ),
]
Dispatch = Annotated[str, typer.Argument(help="派单号 / the dispatch's id")]
By = Annotated[str, typer.Option("--by", help="经办人 / the named person who acts")]
Wait = Annotated[float, typer.Option("--wait", help="等待确认的秒数 / seconds to wait for the broker")]
AsJson = Annotated[bool, typer.Option("--json", help="每行一个 JSON / one JSON object a line")]


@dataclass(frozen=True)
class Account:
    """Who speaks, over which bus, and for how many seconds it is tried."""

    url: str
    district: str
    party: str
    ca: Path | None
    wait: float


def act(account: Account, by: str, do: Callable[[Department], str]) -> None:
    with told():
        if not by:
            misuse("请用 --by 写明经办人", "say who acts with --by")
        timing = Timing(give_up=account.wait, connect=min(account.wait, Timing().connect))
        with client_of(account.url, account.district, account.party, ca=account.ca, timing=timing) as client:
            print(do(client))


def client_of(url: str, district: str, party: str, **options: Any) -> Department:
    for name, value in (("WHISTLE_BUS_URL", url), ("WHISTLE_DISTRICT", district), ("WHISTLE_PARTY", party)):
        if not value:
            option = {
                "WHISTLE_BUS_URL": "--url",
                "WHISTLE_DISTRICT": "--district",
                "WHISTLE_PARTY": "--party",
            }[name]
            misuse(f"请设置 {name} 或使用 {option}", f"set {name} or use {option}")
    ca = options.pop("ca", None)
    return Department(url, district, party, cafile=ca, **{"inbox": "", **options})


def inbox_file(district: str, party: str) -> Path:
    if not (district and party):
        misuse("请设置 WHISTLE_DISTRICT 和 WHISTLE_PARTY", "set WHISTLE_DISTRICT and WHISTLE_PARTY")
    return Path(os.environ.get("WHISTLE_DATA", ".whistle")) / f"inbox-{district}.{party}.db"


def misuse(zh: str, en: str) -> NoReturn:
    typer.echo(f"{zh} / {en}", err=True)
    raise typer.Exit(2)


@contextlib.contextmanager
def told() -> Iterator[None]:
    """Every error in one line on standard error; exit 2 if somebody must mend something, 1 if trying again may help."""
    log.configure(
        level=os.environ.get("WHISTLE_LOG_LEVEL", "INFO").upper(),
        form=os.environ.get("WHISTLE_LOG_FORMAT", "auto"),
    )
    logging.getLogger("pika").setLevel(
        logging.CRITICAL
    )  # it logs whole tracebacks of what we tell in one line
    try:
        yield
    except WhistleError as error:
        typer.echo(error.in_full(), err=True)
        raise typer.Exit(2 if isinstance(error, Misconfigured | Rejected) else 1) from None
