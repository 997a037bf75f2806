"""
Reads ``[returns]`` of a ``district.toml``, collecting every mistake.
"""

from __future__ import annotations

from collections.abc import Collection

from whistle.plugins.complaints import Complaints, Row
from whistle.plugins.returns import DEFAULT, Returns
from whistle.plugins.tables.terms import read_span

_COLUMNS = ("review", "reviewer", "arbiter", "reviewer_role", "arbiter_role")
_SPANS = ("window", "review_time", "ruling_time", "least")
_ROLES = ("worker", "community", "street", "district", "city")


def read_returns(check: Complaints, raw: Row, *, parties: Collection[str]) -> Returns:
    """The table ``[returns]``, or what holds without it."""
    row, rule, default = check.table(raw, "returns"), "[returns]", DEFAULT
    for column in row:
        if column not in (*_COLUMNS, *_SPANS):
            words = ", ".join((*_COLUMNS, *_SPANS))
            check.wrong(rule, column, f"未知的列(可用: {words})", f"unknown column (known: {words})")
    review = row.get("review", default.review)
    if not isinstance(review, bool):
        check.wrong(f"{rule} review", review, "应为 true 或 false", "must be true or false")
    spans = {name: span for name in _SPANS if (span := read_span(check, row, name, rule))}
    return Returns(
        review=review is True,
        reviewer=_party(check, row, "reviewer", parties),
        arbiter=_party(check, row, "arbiter", parties),
        reviewer_role=check.choice(row, "reviewer_role", rule, _ROLES) or default.reviewer_role,
        arbiter_role=check.choice(row, "arbiter_role", rule, _ROLES) or default.arbiter_role,
        **spans,
    )


def _party(check: Complaints, row: Row, key: str, parties: Collection[str]) -> str | None:
    name = check.text(row, key, "[returns]", optional=True) or None
    if name is not None and name not in parties:
        check.wrong(f"[returns] {key}", name, "没有这个单位", "no such party")
    return name
