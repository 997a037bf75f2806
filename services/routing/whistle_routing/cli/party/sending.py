"""
Sending again, and tracing a leak.
"""

from __future__ import annotations

import datetime as dt
import sys
from typing import Annotated

import typer

from whistle.calendar.days import CHINA
from whistle.errors import Invalid, NotFound
from whistle_routing.cli.opening import AsJson, opened, print_json, reading
from whistle_routing.cli.party.arguments import District, Ident, find, party
from whistle_routing.domain import views
from whistle_routing.handlers import mail
from whistle_routing.handlers.telling import default_way


@party.command("replay")
def replay(
    district: District,
    ident: Ident = "",
    start: Annotated[
        str, typer.Option("--from", help="编号、日期或时间 / a number, a day or a time: 120, 2026-11-01")
    ] = "",
    parked: Annotated[
        bool, typer.Option("--parked", help="从第一条搁置的消息起 / from the first parked one")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """从某编号或某时起重发单位的消息,原样不变 / send a party its messages again, exactly as they were."""
    if bool(start) == parked:
        raise Invalid("--from 与 --parked 须选其一", "give either --from or --parked")
    name, found = find(district, ident)
    with opened() as here:
        with here.database.read() as unit:
            reach = unit.mail.reach_of(name, found.id)
        done = mail.replay_all(
            here.database,
            name,
            found.id,
            way=reach.way if reach else default_way(found),
            start=_start(start) if start else None,
            party_queues=here.settings.party_queues,
        )
    if as_json:
        print_json({"first": done.first, "last": done.last, "count": done.count})
        return
    print(f"重发 {done.first} 至 {done.last},共 {done.count} 条 / {done.count} messages are sent again")


@party.command("trace")
def trace(
    text: Annotated[
        str, typer.Argument(help="泄露的文字,- 表示标准输入 / the text that leaked, - for stdin")
    ],
    as_json: AsJson = False,
) -> None:
    """查一段外泄文字是发给谁的那一份 / for whom the copy was made that leaked."""
    marks = views.marks_in(sys.stdin.read() if text == "-" else text)
    with reading() as unit:
        letters = unit.mail.traced(marks) if marks else []
    names = ("district", "party", "sequence", "case_no", "sent_at", "watermark")
    rows = [{name: getattr(letter, name) for name in names} for letter in letters]
    if as_json:
        print_json(rows)
        return
    if not rows:
        raise NotFound("文字里没有我们的标记", "the text holds no mark of ours")
    for row in rows:
        print(
            f"{row['district']}/{row['party']}  第 {row['sequence']} 条 / number {row['sequence']}  "
            f"{row['case_no'] or '-'}  {row['sent_at'].astimezone(CHINA):%Y-%m-%d %H:%M}"
        )


def _start(text: str) -> int | dt.datetime:
    """A number, or a time; a day and a time without zone are China's."""
    if text.isdecimal() and len(text) < 8:
        return int(text)
    try:
        at = dt.datetime.fromisoformat(text)
    except ValueError:
        raise Invalid(
            f"--from 应为编号、日期或时间,如 120、2026-11-01:{text}",
            f"--from must be a number, a day or a time such as 120 or 2026-11-01: {text}",
        ) from None
    return at if at.tzinfo else at.replace(tzinfo=CHINA)
