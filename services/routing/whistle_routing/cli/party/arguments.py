"""
The group of the commands about parties, its arguments and options, and how they are read.
"""

from __future__ import annotations

from typing import Annotated

import typer

from whistle.contracts.plugin import Party
from whistle.errors import Invalid, NotFound
from whistle.plugins.loader import load_packs
from whistle_routing.cli.opening import group
from whistle_routing.domain.mail import Filter

party = group("单位:名录、办理方式与消息 / parties: directory, how they are reached, what they are sent")

District = Annotated[str, typer.Argument(help="区,或 区/单位 / district, or district/party")]
Ident = Annotated[str, typer.Argument(help="单位编号 / id of the party")]
Only = Annotated[str, typer.Option("--only", help="只收这些消息 / only these messages, e.g. dispatch.sent")]
Classes = Annotated[str, typer.Option("--classes", help="只收这些办理类别 / only these handling classes")]
Levels = Annotated[str, typer.Option("--levels", help="只收这些级别 / only these levels")]
Categories = Annotated[str, typer.Option("--categories", help="只收这些类别 / only these categories")]
AsPack = Annotated[
    bool,
    typer.Option(
        "--as-pack", help="按区县包的订阅范围 / send it what the pack says, not what was chosen here"
    ),
]
PublicUrl = Annotated[
    str, typer.Option("--public-url", help="单位所用的消息服务器地址 / broker URL as parties reach it")
]


def find(district: str, ident: str) -> tuple[str, Party]:
    """
    The party of ``district/party`` or of two arguments.

    Raises:
        Invalid: no party was named. NotFound: the pack has no such party. Misconfigured: no such pack.
    """
    if not ident:
        district, _, ident = district.partition("/")
    if not ident:
        raise Invalid("请写明 区/单位,如 mawei/water-company", "name the party as district/party")
    for one in load_packs([district])[district].tables.parties:
        if one.id == ident:
            return district, one
    raise NotFound(f"{district} 没有单位 {ident},见 whistle party list", f"{district} has no party {ident}")


def read_filter(only: str, classes: str, levels: str, categories: str) -> Filter | None:
    """The filter of four comma-separated options; None if none was given; ``all`` lifts one."""
    if not (only or classes or levels or categories):
        return None
    return Filter(
        messages=_words(only),
        classes=_words(classes),
        levels=_words(levels),
        categories=_words(categories),
    )


def _words(text: str) -> tuple[str, ...]:
    return tuple(word for word in text.replace(" ", "").split(",") if word and word != "all")
