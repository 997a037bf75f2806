"""
From rows to what the domain speaks of, and back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from operator import attrgetter
from typing import Any

import sqlalchemy as sa

from whistle_points.domain import Claim, Hold, Member, Posting, Publication, Transfer
from whistle_points.domain.flags import Flag
from whistle_points.store.tables import transfers

_CELLS = attrgetter(*(column.name for column in transfers.c))
_NAMES = tuple(column.name for column in transfers.c)


def gather(rows: Iterable[sa.RowMapping]) -> Iterable[Transfer]:
    """Transfers from joined rows in order: one row per posting, whose columns are called ``p_…``."""
    current: dict[str, Any] = {}
    lines: list[Posting] = []
    for row in rows:
        if current and row["id"] != current["id"]:
            yield Transfer(**current, postings=tuple(lines))
            lines = []
        current = {column.name: row[column.name] for column in transfers.c}
        lines.append(Posting(account=row["p_account"], tenths=row["p_tenths"], lot=row["p_lot"]))
    if current:
        yield Transfer(**current, postings=tuple(lines))


def transfer_row(transfer: Transfer) -> dict[str, Any]:
    """A transfer without its postings."""
    return dict(zip(_NAMES, _CELLS(transfer), strict=True))


def posting_row(transfer: Transfer, line: int, posting: Posting) -> dict[str, Any]:
    """One line of a transfer."""
    return {
        "transfer": transfer.id,
        "line": line,
        "scheme": transfer.scheme,
        "seq": transfer.seq,
        "account": posting.account,
        "tenths": posting.tenths,
        "lot": posting.lot,
    }


def write_fields(thing: Any) -> dict[str, Any]:
    """A flat dataclass as a row."""
    return dict(vars(thing))


def read_as(cls: type[Any]) -> Callable[[Mapping[str, Any]], Any]:
    """The inverse of :func:`write_fields`."""
    return lambda row: cls(**{name: value for name, value in row.items() if name != "prev_version"})


def read_hold(row: Mapping[str, Any]) -> Hold:
    """A hold; its parts are a list of pairs in JSON."""
    values = {name: value for name, value in row.items() if name != "prev_version"}
    return Hold(**{**values, "parts": tuple((lot, tenths) for lot, tenths in row["parts"])})


def write_member(member: Member) -> dict[str, Any]:
    """A member as a row."""
    return {**vars(member), "groups": list(member.groups)}


def read_member_row(row: Mapping[str, Any]) -> Member:
    """The inverse of :func:`write_member`."""
    values = {name: value for name, value in row.items() if name != "prev_version"}
    return Member(**{**values, "groups": tuple(row["groups"])})


def write_claim(claim: Claim) -> dict[str, Any]:
    """A claim as a row."""
    return {**vars(claim), "evidence": [dict(one) for one in claim.evidence]}


def read_claim(row: Mapping[str, Any]) -> Claim:
    """The inverse of :func:`write_claim`."""
    values = {name: value for name, value in row.items() if name != "prev_version"}
    return Claim(**{**values, "evidence": tuple(row["evidence"])})


def write_publication(publication: Publication) -> dict[str, Any]:
    """A publication as a row."""
    return {**vars(publication), "rows": [list(one) for one in publication.rows]}


def read_publication(row: Mapping[str, Any]) -> Publication:
    """The inverse of :func:`write_publication`."""
    values = {name: value for name, value in row.items() if name != "prev_version"}
    return Publication(**{**values, "rows": tuple(tuple(one) for one in row["rows"])})


def write_flag(flag: Flag) -> dict[str, Any]:
    """A flag as a row."""
    return {**vars(flag), "members": list(flag.members), "facts": dict(flag.facts)}


def read_flag(row: Mapping[str, Any]) -> Flag:
    """The inverse of :func:`write_flag`."""
    values = {name: value for name, value in row.items() if name != "prev_version"}
    return Flag(**{**values, "members": tuple(row["members"])})
