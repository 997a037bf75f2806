"""
``whistle department …``: a department at its terminal, and the smallest way to connect one to a script.

Standard output holds messages only, so that it can be piped; everything else goes to standard error.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer

from whistle import log
from whistle.contracts import Event, encode
from whistle.department import Department, PartyInbox, Timing
from whistle.department.describe import describe
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


@app.command()
def listen(
    url: Url = "",
    district: District = "",
    party: Party = "",
    inbox: Inbox = None,
    ca: CaFile = None,
    as_json: AsJson = False,
) -> None:
    """收听发给本单位的消息,每条一行,Ctrl-C 结束 / print each message once, until Ctrl-C."""
    stop, pipe = threading.Event(), _Pipe(as_json)
    with _told():
        client = _client(url, district, party, ca=ca, inbox=inbox or _inbox(district, party))
        with client, _signals(stop):
            client.listen(lambda event: pipe.write(event, stop), stop=stop)
    if pipe.broken:
        raise typer.Exit(1)


@app.command()
def sign(
    dispatch: Dispatch,
    by: By = "",
    url: Url = "",
    district: District = "",
    party: Party = "",
    ca: CaFile = None,
    wait: Wait = 10,
) -> None:
    """签收 / take the work on."""
    _act(Account(url, district, party, ca, wait), by, lambda client: client.sign(dispatch, by=by))


@app.command()
def arrive(
    dispatch: Dispatch,
    by: By = "",
    url: Url = "",
    district: District = "",
    party: Party = "",
    ca: CaFile = None,
    wait: Wait = 10,
) -> None:
    """报到 / be on site."""
    _act(Account(url, district, party, ca, wait), by, lambda client: client.arrive(dispatch, by=by))


@app.command()
def progress(
    dispatch: Dispatch,
    text: Annotated[str, typer.Option("--text", help="进展 / how far")],
    by: By = "",
    url: Url = "",
    district: District = "",
    party: Party = "",
    ca: CaFile = None,
    wait: Wait = 10,
) -> None:
    """进展 / tell how far the work is."""
    account = Account(url, district, party, ca, wait)
    _act(account, by, lambda client: client.progress(dispatch, by=by, text=text))


@app.command()
def report(
    dispatch: Dispatch,
    text: Annotated[str, typer.Option("--text", help="办理结果 / the result")],
    member: Annotated[
        list[str] | None, typer.Option("--member", help="参与党员编号,可多次 / who helped, repeatable")
    ] = None,
    by: By = "",
    url: Url = "",
    district: District = "",
    party: Party = "",
    ca: CaFile = None,
    wait: Wait = 10,
) -> None:
    """办结上报 / this party's part is done."""
    account = Account(url, district, party, ca, wait)
    _act(account, by, lambda client: client.report(dispatch, by=by, text=text, members=member or ()))


@app.command("return")
def return_(
    dispatch: Dispatch,
    basis: Annotated[str, typer.Option("--basis", help="法律依据 / the legal basis")],
    by: By = "",
    url: Url = "",
    district: District = "",
    party: Party = "",
    ca: CaFile = None,
    wait: Wait = 10,
) -> None:
    """退单 / not this party's work."""
    account = Account(url, district, party, ca, wait)
    _act(account, by, lambda client: client.return_(dispatch, by=by, basis=basis))


@app.command()
def poison(district: District = "", party: Party = "", inbox: Inbox = None, as_json: AsJson = False) -> None:
    """列出无法读取而搁置的消息 / list what could not be read and was set aside."""
    with _told():
        path = inbox or _inbox(district, party)
        if not path.exists():
            _misuse(f"没有收件记录 {path}", f"there is no inbox file {path}")
        with PartyInbox(path) as opened:
            for row in opened.poison():
                told = {
                    "digest": row.digest,
                    "at": row.at.isoformat(),
                    "message_id": row.message_id,
                    "reason": row.reason,
                }
                text = row.body.decode(errors="replace")
                line = f"{row.at.astimezone():%Y-%m-%d %H:%M:%S}  {row.digest[:12]}  {row.reason}"
                print(json.dumps({**told, "body": text}, ensure_ascii=False) if as_json else line)


@dataclass(frozen=True)
class Account:
    """Who speaks, over which bus, and for how many seconds it is tried."""

    url: str
    district: str
    party: str
    ca: Path | None
    wait: float


class _Pipe:
    """Standard output; when its reader is gone, listening ends and the message in hand stays in the queue."""

    def __init__(self, as_json: bool) -> None:
        self._as_json = as_json
        self.broken = False

    def write(self, event: Event[Any], stop: threading.Event) -> None:
        try:
            print(encode(event).decode() if self._as_json else describe(event), flush=True)
        except BrokenPipeError:
            self.broken = True
            stop.set()
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # nothing more to flush at exit
            raise


def _act(account: Account, by: str, do: Callable[[Department], str]) -> None:
    with _told():
        if not by:
            _misuse("请用 --by 写明经办人", "say who acts with --by")
        timing = Timing(give_up=account.wait, connect=min(account.wait, Timing().connect))
        with _client(account.url, account.district, account.party, ca=account.ca, timing=timing) as client:
            print(do(client))


def _client(url: str, district: str, party: str, **options: Any) -> Department:
    for name, value in (("WHISTLE_BUS_URL", url), ("WHISTLE_DISTRICT", district), ("WHISTLE_PARTY", party)):
        if not value:
            option = {
                "WHISTLE_BUS_URL": "--url",
                "WHISTLE_DISTRICT": "--district",
                "WHISTLE_PARTY": "--party",
            }[name]
            _misuse(f"请设置 {name} 或使用 {option}", f"set {name} or use {option}")
    ca = options.pop("ca", None)
    return Department(url, district, party, cafile=ca, **{"inbox": "", **options})


def _inbox(district: str, party: str) -> Path:
    if not (district and party):
        _misuse("请设置 WHISTLE_DISTRICT 和 WHISTLE_PARTY", "set WHISTLE_DISTRICT and WHISTLE_PARTY")
    return Path(os.environ.get("WHISTLE_DATA", ".whistle")) / f"inbox-{district}.{party}.db"


def _misuse(zh: str, en: str) -> NoReturn:
    typer.echo(f"{zh} / {en}", err=True)
    raise typer.Exit(2)


@contextlib.contextmanager
def _told() -> Iterator[None]:
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
        typer.echo(str(error), err=True)
        raise typer.Exit(2 if isinstance(error, Misconfigured | Rejected) else 1) from None


@contextlib.contextmanager
def _signals(stop: threading.Event) -> Iterator[None]:
    """Ctrl-C and SIGTERM finish the message in hand; a second one ends at once."""

    def on_signal(*_: object) -> None:
        if stop.is_set():
            raise KeyboardInterrupt
        stop.set()

    numbers = (signal.SIGINT, signal.SIGTERM)
    before = [signal.signal(number, on_signal) for number in numbers]
    try:
        yield
    finally:
        for number, handler in zip(numbers, before, strict=True):
            signal.signal(number, handler)
