"""
``whistle district split|merge|move|rename|open|close|appoint|release``: the organisation changes from a day on.
"""

from __future__ import annotations

from typing import Annotated, Any

import typer

from whistle.errors import Invalid
from whistle_routing.cli.district import district
from whistle_routing.cli.opening import AsJson, District, opened, print_json, read_day
from whistle_routing.handlers import change_organisation
from whistle_routing.handlers import organisation as use
from whistle_routing.organisation.known import today

Code = Annotated[str, typer.Argument(help="节点编码 / code of a node")]
Codes = Annotated[list[str], typer.Argument(help="节点编码 / codes of nodes")]
Role = Annotated[str, typer.Argument(help="角色编码 / code of a role, e.g. grid-chief")]
Name = Annotated[str, typer.Option("--name", help="名称 / name")]
Official = Annotated[str | None, typer.Option("--official", help="国标码 / official code")]
Person = Annotated[str, typer.Option("--person", help="人员编号 / id of a person")]
Unit = Annotated[str, typer.Option("--unit", help="单位 / name of a unit")]
Day = Annotated[
    str, typer.Option("--as-of", "--day", help="自哪天起,默认今天 / from this day on, by default today")
]
Late = Annotated[bool, typer.Option("--late", help="补登已过的日子 / allow a day that has passed")]

_PART = "编码[/国标码]=名称[:下级,下级] / CODE[/OFFICIAL]=NAME[:CHILD,CHILD]"


@district.command("split")
def split(
    name: District,
    code: Code,
    into: Annotated[list[str], typer.Option("--into", help=_PART)],
    carry: Annotated[
        str, typer.Option("--carry", help="人员随哪一部分 / the part that its people go with")
    ] = "",
    day: Day = "",
    late: Late = False,
    as_json: AsJson = False,
) -> None:
    """拆分:每个下级归一个部分;此前的归属不变 / divide a node; what was before that day stays."""
    asked = {"change": "split", "code": code, "parts": [read_part(text) for text in into], "carry": carry}
    _change(name, asked, day=day, late=late, as_json=as_json)


@district.command("merge")
def merge(
    name: District,
    codes: Codes,
    into: Annotated[str, typer.Option("--into", help="编码[/国标码]=名称 / CODE[/OFFICIAL]=NAME")],
    carry: Annotated[bool, typer.Option("--carry", help="人员随之 / their people go with them")] = False,
    day: Day = "",
    late: Late = False,
    as_json: AsJson = False,
) -> None:
    """合并同一上级下的同类节点 / make one node of several."""
    asked = {"change": "merge", "codes": codes, "into": read_part(into), "carry": "yes" if carry else ""}
    _change(name, asked, day=day, late=late, as_json=as_json)


@district.command("move")
def move(
    name: District,
    code: Code,
    to: Annotated[str, typer.Option("--to", help="新上级 / the new parent")],
    official: Official = None,
    day: Day = "",
    late: Late = False,
    as_json: AsJson = False,
) -> None:
    """把节点连同下级移到另一上级 / hang a node under another parent."""
    asked = {"change": "move", "code": code, "parent": to, "official": official}
    _change(name, asked, day=day, late=late, as_json=as_json)


@district.command("rename")
def rename(
    name: District,
    code: Code,
    new: Name,
    official: Official = None,
    day: Day = "",
    late: Late = False,
    as_json: AsJson = False,
) -> None:
    """更名 / give a node another name."""
    asked = {"change": "rename", "code": code, "name": new, "official": official}
    _change(name, asked, day=day, late=late, as_json=as_json)


@district.command("open")
def open_node(
    name: District,
    code: Code,
    kind: Annotated[str, typer.Option("--kind", help="类型 / kind")],
    new: Name,
    parent: Annotated[str, typer.Option("--to", help="上级 / parent")],
    official: Official = None,
    day: Day = "",
    late: Late = False,
    as_json: AsJson = False,
) -> None:
    """新增节点 / add a node."""
    asked = {
        "change": "open",
        "code": code,
        "kind": kind,
        "name": new,
        "parent": parent,
        "official": official,
    }
    _change(name, asked, day=day, late=late, as_json=as_json)


@district.command("close")
def close_node(
    name: District, code: Code, day: Day = "", late: Late = False, as_json: AsJson = False
) -> None:
    """撤销节点,其下须无节点 / end a node."""
    _change(name, {"change": "close", "code": code}, day=day, late=late, as_json=as_json)


@district.command("appoint")
def appoint(
    name: District,
    code: Code,
    role: Role,
    person: Person = "",
    unit: Unit = "",
    until: Annotated[str, typer.Option("--until", help="到哪天(不含) / until this day, not included")] = "",
    day: Day = "",
    late: Late = False,
    as_json: AsJson = False,
) -> None:
    """任职 / give a person or unit an office or role."""
    asked = {"change": "appoint", "code": code, "role": role, "person": person, "unit": unit}
    _change(name, {**asked, "end": read_day(until, "--until")}, day=day, late=late, as_json=as_json)


@district.command("release")
def release(
    name: District,
    code: Code,
    role: Role,
    person: Person = "",
    unit: Unit = "",
    day: Day = "",
    late: Late = False,
    as_json: AsJson = False,
) -> None:
    """免职 / end an office or role."""
    asked = {"change": "release", "code": code, "role": role, "person": person, "unit": unit}
    _change(name, asked, day=day, late=late, as_json=as_json)


def _change(name: str, asked: dict[str, Any], *, day: str, late: bool, as_json: bool) -> None:
    with opened() as here:
        catalogue = here.organisations(name).catalogue(name)
        with here.database.write() as unit:
            make = use.read_change({**asked, "day": read_day(day, "--as-of") or today(unit)})
            change = change_organisation(unit, name, make, catalogue=catalogue, by="cli", late=late)
    if as_json:
        print_json({key: value for key, value in vars(change).items() if key != "organisation"})
        return
    print(f"{change.day} {change.sort}: {'、'.join(change.before)} → {'、'.join(change.after)}")
    for ended in change.ended:
        print(f"  止于此日 / ends on that day: {ended}")


def read_part(text: str) -> dict[str, Any]:
    """
    ``wg1a/370883001001901=第1网格甲:wwg1,wwg2`` as the body of a change.

    Raises:
        Invalid: it does not have this form.
    """
    head, equals, rest = text.partition("=")
    code, _, official = head.strip().partition("/")
    new, _, children = rest.replace(":", ":", 1).partition(":")
    if not (equals and code and new.strip()):
        raise Invalid(
            f"--into 应为 {_PART.partition(' / ')[0]}:{text}", f"--into must be CODE=NAME:CHILD,…: {text}"
        )
    below = [child.strip() for child in children.replace(",", ",").split(",") if child.strip()]
    return {"code": code, "official": official, "name": new.strip(), "children": below}
