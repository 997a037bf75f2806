"""
``whistle department listen|poison``: what a department is sent.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import sys
import threading
from collections.abc import Iterator
from typing import Any

import typer

from whistle.cli.department.speaking import (
    AsJson,
    CaFile,
    District,
    Inbox,
    Party,
    Url,
    app,
    client_of,
    inbox_file,
    misuse,
    told,
)
from whistle.contracts import Event, encode
from whistle.department import PartyInbox
from whistle.department.describe import describe


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
    with told():
        client = client_of(url, district, party, ca=ca, inbox=inbox or inbox_file(district, party))
        with client, _signals(stop):
            client.listen(lambda event: pipe.write(event, stop), stop=stop)
    if pipe.broken:
        raise typer.Exit(1)


@app.command()
def poison(district: District = "", party: Party = "", inbox: Inbox = None, as_json: AsJson = False) -> None:
    """列出无法读取而搁置的消息 / list what could not be read and was set aside."""
    with told():
        path = inbox or inbox_file(district, party)
        if not path.exists():
            misuse(f"没有收件记录 {path}", f"there is no inbox file {path}")
        with PartyInbox(path) as opened:
            for row in opened.poison():
                said = {
                    "digest": row.digest,
                    "at": row.at.isoformat(),
                    "message_id": row.message_id,
                    "reason": row.reason,
                }
                text = row.body.decode(errors="replace")
                line = f"{row.at.astimezone():%Y-%m-%d %H:%M:%S}  {row.digest[:12]}  {row.reason}"
                print(json.dumps({**said, "body": text}, ensure_ascii=False) if as_json else line)


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
