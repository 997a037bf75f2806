"""
Reads ``[[whistle]]`` of a ``district.toml``, collecting every mistake.
"""

from __future__ import annotations

from typing import cast

from whistle.contracts.plugin import LEVELS, Level
from whistle.plugins.complaints import Complaints, Row
from whistle.plugins.tables.terms import read_since, read_span
from whistle.plugins.whistle_terms import (
    APPROVED_WITHIN,
    BLOWERS,
    WHISTLE_KINDS,
    Blower,
    WhistleTerms,
)


def read_whistles(check: Complaints, raw: Row) -> tuple[WhistleTerms, ...]:
    """The rows of ``[[whistle]]``; of each class one a day."""
    rows = tuple(_terms(check, rule, row) for rule, row in check.rows(raw, "whistle"))
    check.once("whistle", "class, since", [f"{row.whistle_class} {row.since.isoformat()}" for row in rows])
    return rows


def _terms(check: Complaints, rule: str, row: Row) -> WhistleTerms:
    whistle_class = check.choice(row, "class", rule, LEVELS)
    if "class" not in row:
        check.wrong(f"{rule} class", "missing", "缺少吹哨类别", "the class of whistles is missing")
    blowers = _blowers(check, row, rule)
    return WhistleTerms(
        whistle_class=cast("Level", whistle_class or "daily"),
        since=read_since(check, row, rule),
        blowers=blowers,
        approval=_approval(check, row, rule, blowers),
        approve=read_span(check, row, "approve", rule) or APPROVED_WITHIN,
        spans={kind: span for kind in WHISTLE_KINDS if (span := read_span(check, row, kind, rule))},
        proof=_flag(check, row, "proof", rule),
        acceptance=_flag(check, row, "acceptance", rule),
        basis=check.text(row, "basis", rule, optional=True, limit=200),
    )


def _blowers(check: Complaints, row: Row, rule: str) -> tuple[Blower, ...]:
    if "blowers" not in row:
        return WhistleTerms(whistle_class="daily").blowers
    found = check.texts(row, "blowers", rule)
    for role in dict.fromkeys(role for role in found if role not in BLOWERS or found.count(role) > 1):
        words = ", ".join(BLOWERS)
        check.wrong(f"{rule} blowers", role, f"应为 {words},各一次", f"must be of {words}, each once")
    known = tuple(role for role in found if role in BLOWERS)
    if not found:
        check.wrong(f"{rule} blowers", "none", "至少一种吹哨人", "at least one who may blow is needed")
    return known or BLOWERS


def _approval(check: Complaints, row: Row, rule: str, blowers: tuple[Blower, ...]) -> Blower | None:
    approval = cast("Blower | None", check.choice(row, "approval", rule, BLOWERS[1:]))
    if approval is not None and BLOWERS.index(approval) <= min(map(BLOWERS.index, blowers)):
        check.wrong(
            f"{rule} approval",
            approval,
            "审批人应高于至少一种吹哨人",
            "must stand above one who may blow, or nobody is ever asked",
        )
    if approval is None and "approve" in row:
        check.wrong(f"{rule} approve", row["approve"], "没有 approval,不用审批", "needs approval beside it")
    return approval


def _flag(check: Complaints, row: Row, key: str, rule: str) -> bool:
    value = row.get(key, False)
    if not isinstance(value, bool):
        check.wrong(f"{rule} {key}", value, "应为 true 或 false", "must be true or false")
    return value is True
