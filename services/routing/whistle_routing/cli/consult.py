"""
``whistle consult …``: joint consultations about a case, called and held (联合会商, S4-21).
"""

from __future__ import annotations

from typing import Annotated

import typer

from whistle.calendar.days import CHINA
from whistle.errors import NotFound
from whistle_routing.cli.blow.arguments import By, No, changing, find_case, somebody
from whistle_routing.cli.opening import AsJson, group, print_json, read_moment, reading
from whistle_routing.domain.whistles import Consultation
from whistle_routing.handlers.conferring import conclude, confer
from whistle_routing.handlers.whistling.consulting import Invitation, Minutes
from whistle_routing.schemas.consultations import ConsultationAnswer, ConsultationPage
from whistle_routing.store import RoutingUnit
from whistle_routing.store.reach import Reach

consult = group("联合会商:召集、纪要与决定 / joint consultations: call, record what was decided")

Ident = Annotated[str, typer.Argument(help="会商编号,见 whistle consult list / id of the consultation")]
Parties = Annotated[list[str] | None, typer.Option("--party", help="参加单位,可多次 / a party, repeatable")]
Guests = Annotated[
    list[str] | None, typer.Option("--guest", help="列席者,可多次 / a guest: 律师, 专家, 社区智囊团")
]


@consult.command()
def call(
    no: No,
    at: Annotated[str, typer.Option("--at", help='时间 / when, e.g. "2026-11-24 14:00"')],
    place: Annotated[str, typer.Option("--place", help="地点 / where")],
    subject: Annotated[str, typer.Option("--subject", help="议题 / about what")],
    by: By,
    party: Parties = None,
    guest: Guests = None,
    as_json: AsJson = False,
) -> None:
    """召集会商;已吹哨的诉求即为该哨的一步 / call a consultation; on a case with a whistle it is a step of that."""
    invitation = Invitation(
        parties=tuple(party or ()),
        guests=tuple(guest or ()),
        meet_at=read_moment(at),
        place=place,
        subject=subject,
    )
    with changing() as (unit, tools):
        called = confer(unit, find_case(unit, no), invitation, who=somebody(by), tools=tools)
    _say(called, as_json=as_json)


@consult.command()
def hold(
    ident: Ident,
    minutes: Annotated[str, typer.Option("--minutes", help="纪要 / what was said")],
    decision: Annotated[str, typer.Option("--decision", help="决定 / what was decided")],
    by: By,
    present: Annotated[list[str] | None, typer.Option("--present", help="到会者,可多次 / who came")] = None,
    join: Annotated[
        list[str] | None, typer.Option("--join", help="决定加入办理的单位,可多次 / whom it calls")
    ] = None,
    lead: Annotated[str, typer.Option("--lead", help="由谁认领主办 / who leads from now on")] = "",
    as_json: AsJson = False,
) -> None:
    """记录到会、纪要与决定;不叫单位即为意见 / record what was decided; if it calls nobody it is an advice."""
    held = Minutes(
        present=tuple(present or ()), minutes=minutes, decision=decision, summon=tuple(join or ()), lead=lead
    )
    with changing() as (unit, tools):
        done = conclude(unit, _find(unit, ident), held, who=somebody(by), tools=tools)
    _say(done, as_json=as_json)


@consult.command("list")
def list_consultations(
    district: Annotated[str, typer.Option("--district", help="区 / district")] = "",
    case_no: Annotated[str, typer.Option("--case", help="受理编号 / of one case")] = "",
    coming: Annotated[bool, typer.Option("--coming", help="只列尚无纪要的 / without minutes only")] = False,
    after: Annotated[str, typer.Option("--after", help="在此之后 / behind the one of this id")] = "",
    limit: Annotated[int, typer.Option("--limit", min=1, max=500, help="条数 / how many")] = 50,
    as_json: AsJson = False,
) -> None:
    """列出会商,先召集的在前 / list consultations, the oldest first."""
    with reading() as unit:
        found = unit.list_consultations(
            reach=Reach(districts=[district] if district else None),
            case_no=case_no or None,
            held=False if coming else None,
            after=after,
            limit=limit,
        )
    if as_json:
        following = found[-1].id if len(found) == limit else None
        print_json(ConsultationPage().dump({"consultations": found, "next": following}))
        return
    for one in found:
        print(_line(one))


@consult.command()
def show(ident: Ident, as_json: AsJson = False) -> None:
    """一次会商:所请、到会、纪要、决定 / one consultation: who was asked, who came, what was decided."""
    with reading() as unit:
        found = _find(unit, ident)
    if as_json:
        print_json(ConsultationAnswer().dump(found))
        return
    print(_line(found))
    print(f"  议题 / about: {found.subject}")
    print(f"  所请 / asked: {', '.join((*found.parties, *found.guests))}")
    if found.held_at is not None:
        print(f"  到会 / present: {', '.join(found.present)}")
        print(f"  纪要 / minutes: {found.minutes}")
        print(f"  决定 / decision: {found.decision}")
        if called := [*([found.lead] if found.lead else []), *found.summoned]:
            print(f"  决定加入 / called: {', '.join(called)}")


def _find(unit: RoutingUnit, ident: str) -> Consultation:
    found = unit.consultations.get(ident)
    if found is None:
        raise NotFound(f"没有会商 {ident},见 whistle consult list", f"there is no consultation {ident}")
    return found


def _say(one: Consultation, *, as_json: bool) -> None:
    if as_json:
        print_json(ConsultationAnswer().dump(one))
    else:
        print(_line(one))


def _line(one: Consultation) -> str:
    held = "已举行/held" if one.held_at else "待举行/called"
    when = one.meet_at.astimezone(CHINA)
    return f"{one.id}  {one.case_no:<12} {one.district:<10} {held:<14} {when:%Y-%m-%d %H:%M} {one.place}"
