"""
``whistle district wishes``: the need list of a district.
"""

from __future__ import annotations

from typing import Annotated

import typer

from whistle.errors import Invalid
from whistle_routing.cli.district import district
from whistle_routing.cli.opening import AsJson, District, print_json, reading
from whistle_routing.domain.wishes import STATES, MicroWish, WishState
from whistle_routing.handlers.wishing import list_wishes
from whistle_routing.schemas.wishes import WishPage

_WORDS = {"waiting": "待认领", "offered": "已推送", "claimed": "已认领", "fulfilled": "已实现"}


@district.command("wishes")
def show_wishes(
    name: District,
    state: Annotated[str, typer.Option("--state", help=f"状态 / one of {', '.join(STATES)}")] = "",
    after: Annotated[str, typer.Option("--after", help="在此编号之后 / behind this number")] = "",
    limit: Annotated[int, typer.Option("--limit", min=1, max=500, help="条数 / how many")] = 50,
    as_json: AsJson = False,
) -> None:
    """需求清单:微心愿由谁认领、是否实现(S2-13) / micro-wishes: who claimed each, and what became of it."""
    if state and state not in STATES:
        words = ", ".join(STATES)
        raise Invalid(f"--state 应为 {words} 之一:{state}", f"--state must be one of {words}: {state}")
    with reading() as unit:
        wanted: WishState | None = state or None
        found, following = list_wishes(unit, name, state=wanted, after=after, limit=limit)
    if as_json:
        print_json(WishPage().dump({"wishes": found, "next": following}))
        return
    for one in found:
        print(_line(one))
    if following:
        print(f"… --after {following}")


def _line(one: MicroWish) -> str:
    who = " ".join(filter(None, (one.party, one.by)))
    declined = f"  婉拒 / declined: {', '.join(one.declined_by)}" if one.declined_by else ""
    return f"{one.no:<12} {_WORDS[one.state]}/{one.state:<9} {who:<30} {one.title}{declined}"
