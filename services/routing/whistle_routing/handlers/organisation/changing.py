"""
The organisation changes from a day on; the past stays as it was.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from typing import Any

from whistle.calendar.days import CHINA
from whistle.contracts.organisation import KINDS, OPEN, Node, Organisation, Post
from whistle.errors import Invalid, NotAllowedNow, NotFound, Rejected
from whistle.plugins.organisation.catalogue import Catalogue
from whistle_routing.domain import organisation as rules
from whistle_routing.domain.organisation import Change, Part, Refusal
from whistle_routing.store import OrganisationStore, RoutingUnit

Make = Callable[[Organisation], Change]


def change_organisation(
    unit: RoutingUnit, district: str, make: Make, *, catalogue: Catalogue, by: str, late: bool = False
) -> Change:
    """
    Make a change and store what is different.

    Args:
        late: allow a day that has passed; what was reported since then for these nodes will read differently.

    Raises:
        NotFound: nothing was loaded for this district. NotAllowedNow: a day that has passed. Rejected: the rules of the tree
            do not allow it, and why.
    """
    store = OrganisationStore(unit)
    unit.flush()  # another change of the same batch must be seen
    state = store.state(district)
    if state is None:
        raise NotFound(f"{district} 还没有载入组织架构", f"no organisation of {district} is loaded")
    before = replace(store.read(district), roles=catalogue.roles, rosters=catalogue.rosters)
    try:
        change = make(before)
    except Refusal as refusal:
        raise Rejected(refusal.zh, refusal.en) from None
    today = unit.now.astimezone(CHINA).date()
    if change.day < today and not late:
        raise NotAllowedNow(
            f"{change.day} 已过;补登请注明 late(命令行 --late)",
            f"{change.day} has passed; say late (--late) to enter it belatedly",
        )
    store.apply(before, change.organisation)
    store.save_state(state, changed=True)
    store.log(district, change, by=by)
    unit.flush()
    unit.wake("tell_organisations")
    return change


# --- from what somebody asks for to the change ------------------------------------------------------------------------------

NEEDED: Mapping[str, Collection[str]] = {
    "split": ("code", "parts"),
    "merge": ("codes", "into"),
    "move": ("code", "parent"),
    "rename": ("code", "name"),
    "open": ("code", "kind", "name", "parent"),
    "close": ("code",),
    "appoint": ("code", "role"),
    "release": ("code", "role"),
}
"""The changes that can be asked for, and what each needs besides ``day``."""


def read_change(asked: Mapping[str, Any]) -> Make:
    """
    The change that is asked for: ``change``, ``day`` and what :data:`NEEDED` says.

    Raises:
        Invalid: something that this change needs is missing.
    """
    sort = str(asked["change"])
    missing = [name for name in NEEDED[sort] if not asked.get(name)]
    if sort in ("appoint", "release") and bool(asked.get("person")) == bool(asked.get("unit")):
        missing.append("person")
    if missing:
        told = {name: ["此变更需要此项 / this change needs it"] for name in missing}
        raise Invalid(f"{sort} 缺少 {', '.join(missing)}", f"{sort} needs {', '.join(missing)}", fields=told)
    day: dt.date = asked["day"]
    return lambda organisation: _MAKERS[sort](organisation, day, asked)


def _split(organisation: Organisation, day: dt.date, asked: Mapping[str, Any]) -> Change:
    parts = [_part(part) for part in asked["parts"]]
    return rules.split(organisation, asked["code"], day=day, parts=parts, carry=str(asked.get("carry") or ""))


def _merge(organisation: Organisation, day: dt.date, asked: Mapping[str, Any]) -> Change:
    into = _part(asked["into"])
    return rules.merge(organisation, asked["codes"], day=day, into=into, carry=bool(asked.get("carry")))


def _move(organisation: Organisation, day: dt.date, asked: Mapping[str, Any]) -> Change:
    return rules.move(
        organisation, asked["code"], day=day, parent=asked["parent"], official=asked.get("official")
    )


def _rename(organisation: Organisation, day: dt.date, asked: Mapping[str, Any]) -> Change:
    return rules.rename(
        organisation, asked["code"], day=day, name=asked["name"], official=asked.get("official")
    )


def _open(organisation: Organisation, day: dt.date, asked: Mapping[str, Any]) -> Change:
    if asked["kind"] not in KINDS:
        raise Refusal(zh=f"没有类型 {asked['kind']}", en=f"there is no kind {asked['kind']}")
    node = Node(
        code=asked["code"],
        kind=asked["kind"],
        name=asked["name"],
        parent=asked["parent"],
        official=str(asked.get("official") or ""),
        start=day,
    )
    return rules.open_node(organisation, node)


def _close(organisation: Organisation, day: dt.date, asked: Mapping[str, Any]) -> Change:
    return rules.close_node(organisation, asked["code"], day=day)


def _appoint(organisation: Organisation, day: dt.date, asked: Mapping[str, Any]) -> Change:
    post = Post(
        node=asked["code"],
        role=asked["role"],
        person=str(asked.get("person") or ""),
        unit=str(asked.get("unit") or ""),
        start=day,
        end=asked.get("end") or OPEN,
    )
    return rules.appoint(organisation, post)


def _release(organisation: Organisation, day: dt.date, asked: Mapping[str, Any]) -> Change:
    holder = str(asked.get("person") or asked.get("unit"))
    return rules.release(organisation, node=asked["code"], role=asked["role"], holder=holder, day=day)


_MAKERS: Mapping[str, Callable[[Organisation, dt.date, Mapping[str, Any]], Change]] = {
    "split": _split,
    "merge": _merge,
    "move": _move,
    "rename": _rename,
    "open": _open,
    "close": _close,
    "appoint": _appoint,
    "release": _release,
}


def _part(asked: Mapping[str, Any]) -> Part:
    return Part(
        code=asked["code"],
        name=asked["name"],
        official=str(asked.get("official") or ""),
        children=tuple(asked.get("children") or ()),
    )
