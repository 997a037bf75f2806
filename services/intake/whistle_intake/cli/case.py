"""
``whistle case show|list|file``.
"""

from __future__ import annotations

import json
from typing import Annotated, Any

import typer

from whistle.calendar.days import CHINA
from whistle.http.validation import load
from whistle_intake import handlers
from whistle_intake.cli.opening import opened
from whistle_intake.domain import STATES, Case
from whistle_intake.pages.case import party_names
from whistle_intake.pages.look import told_in_words
from whistle_intake.schemas import CaseWithTimeline, FilingBody, LedgerPage
from whistle_intake.tools import Tools

case = typer.Typer(
    help="诉求:查看、列出、立案 / cases", no_args_is_help=True, rich_markup_mode=None, add_completion=False
)

_WHO = {"resident": "居民", "intake": "系统", "import": "台账导入", "cli": "命令行"}
AsJson = Annotated[bool, typer.Option("--json", help="输出 JSON / print JSON")]


@case.command()
def show(
    no: Annotated[str, typer.Argument(help="受理编号 / the case number, e.g. 26-00421-7")],
    as_json: AsJson = False,
) -> None:
    """一件诉求和它的经过 / a case and its timeline."""
    with opened() as here, here.database.read() as unit:
        found = handlers.find_case(unit, no)
        entries = unit.entries(found.no)
    if as_json:
        told: Any = CaseWithTimeline().dump({**found.__dict__, "timeline": entries})
        print(json.dumps(told, ensure_ascii=False))
        return
    print(_line(found, here.tools))
    print(here.tools.masked(found, found.text))
    tell = told_in_words(party_names(entries))
    for entry in entries:
        who = _WHO.get(entry.actor, entry.actor) if entry.kind.startswith("case.") else ""
        print(f"{entry.at.astimezone(CHINA):%Y-%m-%d %H:%M}  {tell(entry)}  {who}".rstrip())


@case.command("list")
def list_(
    district: Annotated[str | None, typer.Option("--district", help="区 / district")] = None,
    state: Annotated[str | None, typer.Option("--state", help=f"状态 / one of {', '.join(STATES)}")] = None,
    before: Annotated[
        int | None, typer.Option("--before", min=1, help="此序号之前 / below this serial")
    ] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, max=500, help="条数 / how many")] = 50,
    as_json: AsJson = False,
) -> None:
    """最新的诉求 / the newest cases."""
    with opened() as here, here.database.read() as unit:
        districts = [here.district(district)] if district else None
        found = unit.ledger(districts=districts, state=state, before=before, limit=limit)
    if as_json:
        after = found[-1].serial if len(found) == limit else None
        print(json.dumps(LedgerPage().dump({"cases": found, "next": after}), ensure_ascii=False))
        return
    for one in found:
        print(_line(one, here.tools))


@case.command("file")
def file_(
    text: Annotated[str, typer.Argument(help="什么事 / what is the matter")],
    district: Annotated[str, typer.Option("--district", help="区 / district")],
    door: Annotated[str, typer.Option("--door", help="渠道 / how it came in")] = "office_phone",
    place: Annotated[str | None, typer.Option("--place", help="地点 / place")] = None,
    phone: Annotated[str | None, typer.Option("--phone", help="手机号 / phone")] = None,
    name: Annotated[str | None, typer.Option("--name", help="联系人 / contact")] = None,
    as_json: AsJson = False,
) -> None:
    """立一件诉求,由运行中的平台派单 / file a case; the running platform dispatches it."""
    contact = {key: value for key, value in (("phone", phone), ("name", name)) if value}
    body = {"text": text, "district": district, "door": door, "contact": contact}
    filing = load(FilingBody(), body | ({"place": place} if place else {}), what_zh="诉求", what_en="case")
    with opened() as here, here.database.write() as unit:
        here.district(district)
        filed = handlers.file_case(unit, filing, tools=here.tools, actor="cli")
        link = here.tools.link(filed.no)
    print(json.dumps({"no": filed.no, "link": link}) if as_json else f"{filed.no}  {link}")


def _line(one: Case, tools: Tools) -> str:
    state = STATES[one.state][0]
    district = tools.districts.get(one.district, one.district)
    filed = f"{one.filed_at.astimezone(CHINA):%Y-%m-%d %H:%M}"
    return f"{one.no}  {filed}  {district}  {state}  {tools.masked(one, one.title)}"
