"""
From a row to a filing: every cell is checked, and what is wrong is told by column.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from whistle.calendar.days import CHINA
from whistle.errors import Invalid
from whistle.http.validation import load
from whistle.places import Places
from whistle_intake.domain import DOORS, PUBLIC_DOOR
from whistle_intake.handlers import Filing, nowhere_in
from whistle_intake.ledger.columns import MAPS, ColumnMap, Layout, unguarded
from whistle_intake.schemas import FilingBody

TAG = "imported"
EARLIEST = dt.datetime(1949, 10, 1, tzinfo=CHINA)
_TIME = re.compile(
    r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[ T]*(\d{1,2})[:时点](\d{1,2})(?:[:分](\d{1,2}))?[分秒]?)?"
)
_OWN_REFERENCE = re.compile(rf"(?:page|{'|'.join(MAPS)})[:#]")
"""What our own export writes as the source of a row."""
_DOOR_CODES = {word.casefold(): code for code, words in DOORS.items() for word in (code, *words)}


@dataclass(frozen=True, kw_only=True)
class Problem:
    """What is wrong with one cell (``column`` empty: with the whole row)."""

    row: int
    column: str
    reason: str
    value: str = ""


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A row that can be filed. ``no`` is its case number, if it comes from a ledger of ours."""

    row: int
    filing: Filing
    no: str | None = None


class _Wrong(Exception):
    """A cell that cannot be taken."""


class Checker:
    """
    Checks the rows of one file, and remembers what it has seen of it.

    Args:
        names: what people call the district.
        now: what lies after it lies in the future.
        places: the district's tree, if it is known; a grid must lie in it.
    """

    def __init__(
        self,
        map_: ColumnMap,
        layout: Layout,
        *,
        district: str,
        names: Mapping[str, str],
        now: dt.datetime,
        places: Places | None = None,
    ) -> None:
        self._map = map_
        self._layout = layout
        self._district = district
        self._own_names = {district.casefold(), names.get(district, district).casefold()}
        self._latest = now + dt.timedelta(days=1)
        self._places = places
        self._schema = FilingBody()
        self._sources: dict[str, int] = {}
        self._alike: Counter[bytes] = Counter()

    def check(self, row: int, cells: Sequence[str]) -> Entry | list[Problem]:
        """The row as an entry, or everything that is wrong with it."""
        values = {field: _clean(cells[at]) for field, at in self._layout.places.items() if at < len(cells)}
        problems: list[Problem] = []
        beyond = [cell for cell in cells[len(self._layout.header) :] if cell.strip()]
        if beyond:
            reason = (
                f"比表头多出 {len(beyond)} 格,可能有未加引号的逗号 / {len(beyond)} cells more than the header"
            )
            problems.append(Problem(row=row, column="", reason=reason, value=beyond[0]))
        problems += [
            self._problem(row, field, "含有空字符 / holds NUL", "")
            for field, text in values.items()
            if "\x00" in text
        ]
        filing = self._filing(row, values, problems)
        filed_at = self._read(row, values, "filed_at", self._time, problems)
        self._read(row, values, "district", self._own_district, problems)
        self._read(row, values, "grid", self._known_grid, problems)
        source = self._read(row, values, self._map.source, lambda text: self._source(row, text), problems)
        if problems or filing is None:
            return problems
        reference = source or (
            f"{self._map.name}:{values['no']}" if values.get("no") else self._print(values)
        )
        return Entry(
            row=row,
            filing=replace(filing, source_ref=reference, filed_at=filed_at),
            no=values.get("no") or None,
        )

    def _filing(self, row: int, values: Mapping[str, str], problems: list[Problem]) -> Filing | None:
        """The row in the shape of ``POST /api/v1/cases``, checked by the same schema; None if something is wrong."""
        contact = {"name": values.get("contact_name", ""), "phone": values.get("phone", "")}
        body: dict[str, Any] = {
            "district": self._district,
            "door": self._read(row, values, "door", _door, problems) or PUBLIC_DOOR,
            "tags": [
                *(
                    part
                    for part in re.split(r"[,，、;；\s]+", values.get("tags", ""))
                    if part and part != TAG
                ),
                TAG,
            ],
            # a masked number is nobody's
            "contact": {name: text for name, text in contact.items() if text and "*" not in text},
            **{
                name: values[name]
                for name in ("text", "title", "place", "grid", "category")
                if values.get(name)
            },
        }
        try:
            filing: Filing = load(self._schema, body, what_zh="行", what_en="row")
        except Invalid as error:
            for path, reasons in error.fields.items():
                name = {"contact.phone": "phone", "contact.name": "contact_name"}.get(
                    path, path.partition(".")[0]
                )
                problems.append(self._problem(row, name, "; ".join(reasons), values.get(name, "")))
            return None
        return filing

    def _read(
        self, row: int, values: Mapping[str, str], field: str, read: Any, problems: list[Problem]
    ) -> Any:
        text = values.get(field, "")
        if not text:
            return None
        try:
            return read(text)
        except _Wrong as wrong:
            problems.append(self._problem(row, field, str(wrong), text))
            return None

    def _problem(self, row: int, field: str, reason: str, value: str) -> Problem:
        at = self._layout.places.get(field)
        return Problem(
            row=row, column=field if at is None else self._layout.header[at], reason=reason, value=value
        )

    def _time(self, text: str) -> dt.datetime:
        at = read_time(text)
        if at is None:
            raise _Wrong("不是时间,应如 2026-03-01 08:30 / not a time; write 2026-03-01 08:30")
        if not EARLIEST <= at <= self._latest:
            raise _Wrong("时间在将来或太早 / the time lies in the future or too far back")
        return at

    def _own_district(self, text: str) -> None:
        if text.casefold() not in self._own_names:
            raise _Wrong(f"不是 {self._district} 的行 / this row is not of {self._district}")

    def _known_grid(self, text: str) -> None:
        if self._places is not None and not self._places.chain(text):
            raise _Wrong(nowhere_in(text))

    def _source(self, row: int, text: str) -> str:
        first = self._sources.setdefault(text, row)
        if first != row:
            raise _Wrong(f"与第 {first} 行的来源编号相同 / the same source number as in row {first}")
        return text if _OWN_REFERENCE.match(text) else f"{self._map.name}:{text}"

    def _print(self, values: Mapping[str, str]) -> str:
        """
        What identifies a row without a number: its contents, and of equal rows which one it is; so the same file gives the same
        references again.
        """
        digest = hashlib.sha256(repr(sorted(values.items())).encode()).digest()[:20]
        self._alike[digest] += 1
        return f"{self._map.name}#{digest.hex()}.{self._alike[digest]}"


def _clean(cell: str) -> str:
    return unguarded(cell.strip()).replace("\r\n", "\n").strip()


def _door(text: str) -> str:
    code = _DOOR_CODES.get(text.casefold())
    if code is None:
        raise _Wrong(f"没有这个渠道,可用:{'、'.join(words[0] for words in DOORS.values())} / unknown door")
    return code


def read_time(text: str) -> dt.datetime | None:
    """An instant from what people write; without an offset it is China's time. None if it is none."""
    found = _TIME.fullmatch(text)
    try:
        if found:
            year, month, day, hour, minute, second = (int(part or 0) for part in found.groups())
            return dt.datetime(year, month, day, hour, minute, second, tzinfo=CHINA)
        at = dt.datetime.fromisoformat(text)
    except ValueError:
        return None
    return at if at.tzinfo else at.replace(tzinfo=CHINA)
