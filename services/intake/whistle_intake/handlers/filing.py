"""
Filing: a request becomes a case with a number (design §3, step 1).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from whistle.contracts import CaseFiled
from whistle.errors import Invalid
from whistle.ids import case_number
from whistle.privacy import hide, mask_callback, mask_text
from whistle_intake.domain import DOORS, PUBLIC_DOOR, Case, title_of
from whistle_intake.handlers.finding import tail_fingerprint
from whistle_intake.handlers.noting import note
from whistle_intake.store import IntakeUnit
from whistle_intake.tools import Tools


@dataclass(frozen=True, kw_only=True)
class Filing:
    """
    What somebody asks for, as it came in (shape of ``POST /api/v1/cases``). ``consent``: whoever handles it may know who asked.
    ``guessed`` names the fields that nobody gave, but we concluded.
    """

    district: str
    text: str
    title: str | None = None
    door: str = PUBLIC_DOOR
    place: str | None = None
    grid: str | None = None
    category: str | None = None
    tags: tuple[str, ...] = ()
    contact: Mapping[str, str] | None = None
    source_ref: str | None = None
    filed_at: dt.datetime | None = None
    consent: bool = False
    guessed: tuple[str, ...] = ()


def file_case(unit: IntakeUnit, filing: Filing, *, tools: Tools, actor: str = "resident") -> Case:
    """
    Write a request to the ledger and give it its number.

    Raises:
        Invalid: unknown district, door or grid.
    """
    _check_filing(filing, tools)
    serial = tools.numbers.take(unit)
    filed_at = filing.filed_at or unit.now
    text = tools.simplify(filing.text)
    contact = dict(filing.contact or {})
    no = case_number(unit.now.year, serial)
    case = Case(
        no=no,
        serial=serial,
        version=0,
        district=filing.district,
        state="filed",
        title=tools.simplify(filing.title or title_of(filing.text))[:300],
        text=text,
        original=filing.text if text != filing.text else None,
        place=tools.simplify(filing.place) if filing.place else None,
        grid=filing.grid,
        door=filing.door,
        category=filing.category,
        tags=filing.tags,
        filed_at=filed_at,
        changed_at=unit.now,
        source_ref=filing.source_ref,
        contact=tools.keys.seal(contact) if contact else None,
        contact_tail=tail_fingerprint(no, contact["phone"], tools) if contact.get("phone") else None,
    )
    told = _told(case, filing, tools)
    noted = {"door": case.door, "title": told.title, **({"consent": True} if filing.consent else {})}
    if filing.guessed:
        noted["guessed"] = list(filing.guessed)
    case = note(unit, case, "case.filed", actor=actor, data=noted)
    unit.cases.put(case)
    unit.emit(told, district=case.district, case_no=case.no)
    return case


def _told(case: Case, filing: Filing, tools: Tools) -> CaseFiled:
    """What the services hear of the case: without numbers, and without who asked unless they agreed."""
    contact = filing.contact or {}
    hidden = {} if filing.consent else {key: tools.simplify(value) for key, value in contact.items()}
    return CaseFiled(
        title=hide(mask_text(case.title), hidden),
        text=hide(mask_text(case.text), hidden),
        place=case.place,
        grid=case.grid,
        door=case.door,
        category=case.category,
        tags=case.tags,
        filed_at=case.filed_at,
        contact=case.contact,
        consent=filing.consent,
        callback=mask_callback(contact["phone"]) if contact.get("phone") else None,
    )


def file_many(unit: IntakeUnit, filings: Sequence[Filing], *, tools: Tools, actor: str) -> tuple[int, int]:
    """File those that were not filed before (by ``source_ref``); returns (filed, known)."""
    by_district: dict[str, list[Filing]] = {}
    for filing in filings:
        by_district.setdefault(filing.district, []).append(filing)
    filed = 0
    for district, group in by_district.items():
        known = unit.known_refs(district, [filing.source_ref for filing in group if filing.source_ref])
        for filing in group:
            if filing.source_ref not in known:
                file_case(unit, filing, tools=tools, actor=actor)
                known.add(filing.source_ref or "")
                filed += 1
    return filed, len(filings) - filed


def nowhere_in(grid: str) -> str:
    """What is wrong with a grid that the district's tree does not have."""
    return f"本区架构里没有 {grid},请填社区或网格的编码 / no such place in this district; give the code of a grid or community"


def _check_filing(filing: Filing, tools: Tools) -> None:
    fields: dict[str, list[str]] = {}
    if filing.district not in tools.districts:
        known = ", ".join(sorted(tools.districts)) or "-"
        fields["district"] = [f"没有这个区,已安装:{known} / unknown district; installed: {known}"]
    if filing.door not in DOORS:
        fields["door"] = [f"没有这个渠道,可用:{', '.join(DOORS)} / unknown door"]
    if filing.grid and not fields and tools.lies_nowhere(filing.district, filing.grid):
        fields["grid"] = [nowhere_in(filing.grid)]
    if fields:
        names = ", ".join(fields)
        raise Invalid(
            f"诉求内容有误,请检查:{names}", f"the request is not valid, see: {names}", fields=fields
        )
