"""
The catalogue of precedents.
"""

from __future__ import annotations

from typing import Annotated

import typer

from whistle.calendar.explaining import moment_zh
from whistle.errors import NotFound
from whistle_routing.cli.dispatch.looking import dispatch
from whistle_routing.cli.opening import AsJson, opened, print_json, reading
from whistle_routing.domain import Precedent
from whistle_routing.handlers.returning.precedents import revoke as revoke_precedent
from whistle_routing.schemas.returns import PrecedentAnswer, PrecedentPage


@dispatch.command("precedents")
def list_precedents(
    district: Annotated[str, typer.Option("--district", help="区 / district")] = "",
    whole: Annotated[
        bool, typer.Option("--all", help="含已失效的 / with those that do not hold any more")
    ] = False,
    after: Annotated[str, typer.Option("--after", help="在此编号之后 / behind this id")] = "",
    limit: Annotated[int, typer.Option("--limit", min=1, max=500, help="条数 / how many")] = 50,
    as_json: AsJson = False,
) -> None:
    """列出裁定先例 / list the precedents that rulings became."""
    with reading() as unit:
        found = unit.list_precedents(
            districts=[district] if district else None, whole=whole, after=after, limit=limit
        )
    if as_json:
        following = found[-1].id if len(found) == limit else None
        print_json(PrecedentPage().dump({"precedents": found, "next": following}))
        return
    for one in found:
        print(_line(one))


@dispatch.command()
def revoke(
    ident: Annotated[str, typer.Argument(help="先例编号 / the precedent's id")],
    by: Annotated[str, typer.Option("--by", help="撤销人 / who revokes it")],
    reason: Annotated[str, typer.Option("--reason", help="理由 / why")],
    as_json: AsJson = False,
) -> None:
    """撤销先例 / revoke a precedent."""
    with opened() as here, here.database.write() as unit:
        found = unit.precedents.get(ident)
        if found is None:
            raise NotFound(
                f"没有先例 {ident},可用 whistle dispatch precedents 查看",
                f"there is no precedent {ident}; whistle dispatch precedents lists them",
            )
        done = revoke_precedent(unit, found, by=by, why=reason)
    if as_json:
        print_json(PrecedentAnswer().dump(done))
        return
    print(_line(done))


def _line(one: Precedent) -> str:
    named = [
        f"类别/category {one.category}" if one.category else "",
        f"关键词/words {'、'.join(one.keywords)}" if one.keywords else "",
        f"地点/place {one.place_kind}" if one.place_kind else "",
    ]
    until = f" 至/until {moment_zh(one.until)}" if one.until else ""
    revoked = f" 已撤销/revoked {one.revoked_by}" if one.revoked_at else ""
    return (
        f"{one.id}  {one.district:<10} → {one.party:<20} {';'.join(filter(None, named))} "
        f"自/since {moment_zh(one.since)}{until}{revoked}  ({one.case_no})"
    )
