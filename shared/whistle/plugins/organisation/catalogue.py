"""
Roles and rosters as tables: those that everybody has (``catalogue.toml``) and those of a district (``[[roles]]``,
``[[rosters]]``), read by the same code.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from whistle.contracts.organisation import KINDS, Role, Roster, Seat
from whistle.plugins.complaints import Complaints, Row

FILE = Path(__file__).with_name("catalogue.toml")


@dataclass(frozen=True)
class Catalogue:
    """The roles known in a district, and the rosters that hold there."""

    roles: tuple[Role, ...]
    rosters: tuple[Roster, ...]


@cache
def built_in() -> Catalogue:
    """The roles and rosters of the five accounts; a district chooses among the rosters."""
    check = Complaints(FILE.name)
    raw = tomllib.loads(FILE.read_text(encoding="utf-8"))
    found = Catalogue(read_roles(check, raw), read_rosters(check, raw))
    if check.problems:
        raise AssertionError("; ".join(map(str, check.problems)))
    return found


def read_catalogue(check: Complaints, raw: Row, chosen: tuple[str, ...]) -> Catalogue:
    """
    The catalogue of a district: all built-in roles and its own, the ``chosen`` rosters and its own. A role or roster of its own
    replaces a built-in one of the same code.
    """
    own = Catalogue(read_roles(check, raw), read_rosters(check, raw))
    roles = {role.code: role for role in (*built_in().roles, *own.roles)}
    rosters = {roster.code: roster for roster in built_in().rosters}
    for code in chosen:
        if code not in rosters:
            words = ", ".join(rosters)
            check.wrong("[organisation] rosters", code, f"没有这个名册(可用: {words})", "no such roster")
    kept = {code: rosters[code] for code in chosen if code in rosters}
    kept.update({roster.code: roster for roster in own.rosters})
    for roster in kept.values():
        for role in (*(seat.role for seat in roster.seats), roster.one_person):
            if role and role not in roles:
                check.wrong(f"rosters {roster.code} seats", role, "没有这个角色", "no such role")
    return Catalogue(tuple(roles.values()), tuple(kept.values()))


def read_roles(check: Complaints, raw: Row) -> tuple[Role, ...]:
    """The rows of ``[[roles]]``."""
    rows = check.rows(raw, "roles")
    check.once("roles", "code", [str(row.get("code")) for _, row in rows])
    return tuple(
        Role(
            code=check.text(row, "code", rule, limit=40),
            words=check.texts(row, "words", rule) or ("",),
            en=check.text(row, "en", rule, optional=True),
            at=_kinds(check, row, rule),
            office=row.get("office") is True,
        )
        for rule, row in rows
    )


def read_rosters(check: Complaints, raw: Row) -> tuple[Roster, ...]:
    """The rows of ``[[rosters]]``."""
    rows = check.rows(raw, "rosters")
    check.once("rosters", "code", [str(row.get("code")) for _, row in rows])
    return tuple(
        Roster(
            code=check.text(row, "code", rule, limit=40),
            zh=check.text(row, "zh", rule),
            en=check.text(row, "en", rule, optional=True),
            at=_kinds(check, row, rule),
            seats=_seats(check, row, rule),
            source=check.text(row, "source", rule, optional=True),
            reach=row.get("reach") is True,
            one_person=check.text(row, "one_person", rule, optional=True),
        )
        for rule, row in rows
    )


def _kinds(check: Complaints, row: Row, rule: str) -> tuple[str, ...]:
    kinds = check.texts(row, "at", rule)
    for kind in kinds:
        if kind not in KINDS:
            check.wrong(f"{rule} at", kind, f"应为 {', '.join(KINDS)} 之一", "no such kind of node")
    return kinds


def _seats(check: Complaints, row: Row, rule: str) -> tuple[Seat, ...]:
    """``seats = ["grid-chief 1", "volunteer 1+", "policy-publicist 1-3"]``: a role and how many."""
    return tuple(seat for text in check.texts(row, "seats", rule) if (seat := _seat(check, text, rule)))


def _seat(check: Complaints, text: str, rule: str) -> Seat | None:
    role, _, number = text.partition(" ")
    first, dash, last = number.strip().removesuffix("+").partition("-")
    most = None if number.strip().endswith("+") else last if dash else first
    if not first.isdecimal() or not (most is None or most.isdecimal()):
        check.wrong(
            f"{rule} seats",
            text,
            '应如 "grid-chief 1" 或 "volunteer 1+"',
            'write "grid-chief 1" or "volunteer 1+"',
        )
        return None
    return Seat(role=role, least=int(first), most=None if most is None else int(most))
