"""
Cells to values: days, times, coordinates, words. What does not fit is noted with file, row and column.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from whistle.contracts.organisation import ALWAYS, OPEN, WEEKDAYS
from whistle.plugins.complaints import Complaints
from whistle.plugins.organisation.columns import Section
from whistle.plugins.organisation.sheets import Row

CODE = re.compile(r"[0-9A-Za-z][0-9A-Za-z-]{0,39}")
"""What names a node: it stands in scopes of staff and in URLs."""
_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[ T]00:00(?::00)?)?")
_TIME = re.compile(r"(\d{1,2})[::](\d{2})(?::00)?")
_LISTED = re.compile(r"[、,,;;|/\s]+")
_DAYS: Mapping[str, int] = {
    **{word: number for number, word in enumerate(WEEKDAYS, start=1)},
    **{f"星期{word[1]}": number for number, word in enumerate(WEEKDAYS, start=1)},
    **{str(number): number for number in range(1, 8)},
    "周天": 7,
    "星期天": 7,
}
_SPANS = {"每天": range(1, 8), "工作日": range(1, 6), "周末": range(6, 8)}


@dataclass(frozen=True)
class Cells:
    """The cells of one row, and whom to complain to about them."""

    row: Row
    section: Section
    check: Complaints

    def wrong(self, name: str, culprit: object, zh: str, en: str) -> None:
        """Note a mistake in a column."""
        header = next((column.header for column in self.section.columns if column.name == name), name)
        self.check.wrong(f"row {self.row.origin.row} {header}", culprit, zh, en)

    def text(self, name: str, *, limit: int = 100) -> str:
        """Text of at most ``limit`` characters; empty only where the column may be."""
        value = self.row.cells.get(name, "")
        needed = any(column.name == name and column.needed for column in self.section.columns)
        if needed and not value:
            self.wrong(name, "", "必填", "needed")
        elif len(value) > limit:
            self.wrong(name, value, f"超过 {limit} 字", f"longer than {limit} characters")
        return value[:limit]

    def code(self, name: str) -> str:
        """The code of a node."""
        value = self.text(name, limit=200)
        if value and not CODE.fullmatch(value):
            self.wrong(
                name,
                value,
                "应为不超过 40 个字母、数字或连字符,以字母或数字开头",
                "must be at most 40 letters, digits or hyphens, not beginning with a hyphen",
            )
        return value

    def word(self, name: str, known: Mapping[str, Iterable[str]], *, default: str = "") -> str:
        """One of the known codes, by its code or one of its words."""
        value = self.text(name) or default
        for code, words in known.items():
            if value == code or value in words:
                return code
        if value:
            some = "、".join(next(iter(words), code) for code, words in known.items())
            self.wrong(name, value, f"应为 {some} 之一", "must be one of " + ", ".join(known))
        return ""

    def words(self, name: str) -> tuple[str, ...]:
        """Several texts, separated by commas or blanks, each once."""
        return tuple(dict.fromkeys(filter(None, _LISTED.split(self.text(name, limit=500)))))

    def span(self) -> tuple[dt.date, dt.date]:
        """First day and the day after the last."""
        start, end = self._day("start") or ALWAYS, self._day("end") or OPEN
        if start >= end:
            self.wrong("end", end.isoformat(), "应晚于生效日期", "must be after the first day")
        return start, end

    def _day(self, name: str) -> dt.date | None:
        value = self.row.cells.get(name, "")
        found = _DAY.fullmatch(value)
        try:
            if found:
                return dt.date(*map(int, found.groups()))
        except ValueError:
            pass
        if value:
            self.wrong(name, value, "应为日期,如 2026-03-15", "must be a day such as 2026-03-15")
        return None

    def time(self, name: str) -> dt.time:
        """A time of day; ``24:00`` is midnight."""
        value = self.text(name)
        found = _TIME.fullmatch(value)
        try:
            if found:
                hour, minute = map(int, found.groups())
                return dt.time(0 if (hour, minute) == (24, 0) else hour, minute)
        except ValueError:
            pass
        if value:
            self.wrong(name, value, "应为时间,如 08:30", "must be a time such as 08:30")
        return dt.time.min

    def weekdays(self, name: str) -> tuple[int, ...]:
        """1 (Monday) to 7; also ``每天``, ``工作日``, ``周末``, ``周一至周五``."""
        days: set[int] = set()
        for word in self.words(name):
            first, _, last = word.replace("到", "至").replace("-", "至").partition("至")
            if word in _SPANS:
                days.update(_SPANS[word])
            elif first in _DAYS and (not last or last in _DAYS):
                days.update(range(_DAYS[first], _DAYS[last or first] + 1))
            else:
                self.wrong(
                    name,
                    word,
                    "应为 周一 至 周日、工作日、每天",
                    "must be 1 to 7, 周一 to 周日, 工作日 or 每天",
                )
        return tuple(sorted(days))

    def centre(self) -> tuple[float, float] | None:
        """Longitude and latitude in degrees, or None if neither is given."""
        given = {name: self.row.cells.get(name, "") for name in ("lon", "lat")}
        read: dict[str, float] = {}
        for name, most in (("lon", 180.0), ("lat", 90.0)):
            try:
                value = float(given[name])
            except ValueError:
                value = float("nan")
            if -most <= value <= most:
                read[name] = value
            elif any(given.values()):
                self.wrong(
                    name, given[name], f"应为 -{most:g} 到 {most:g} 的度数", f"must be degrees up to {most:g}"
                )
        return (read["lon"], read["lat"]) if len(read) == 2 else None

    def shape(self) -> str:
        """The geometry of a feature as compact JSON, or ``""``."""
        geometry = self.row.geometry
        if geometry is None:
            return ""
        mistake = shape_mistake(geometry)
        if mistake:
            self.check.wrong(f"feature {self.row.origin.row} geometry", mistake[2], mistake[0], mistake[1])
            return ""
        kept = {"type": geometry["type"], "coordinates": geometry["coordinates"]}
        return json.dumps(kept, separators=(",", ":"))


def shape_mistake(geometry: Any) -> tuple[str, str, object] | None:
    """What is wrong with a geometry (zh, en, culprit): polygons with closed rings of at least four positions (RFC 7946 §3.1.6)."""
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    if kind not in ("Polygon", "MultiPolygon"):
        return "应为 Polygon 或 MultiPolygon", "must be a Polygon or MultiPolygon", kind
    found = geometry.get("coordinates")
    polygons = [found] if kind == "Polygon" else found
    if (
        not isinstance(polygons, list)
        or not polygons
        or not all(isinstance(one, list) and one for one in polygons)
    ):
        return "缺少坐标", "the coordinates are missing", found
    for ring in (ring for polygon in polygons for ring in polygon):
        if not isinstance(ring, list) or len(ring) < 4 or ring[0] != ring[-1]:
            return "环应闭合且不少于 4 点", "a ring must be closed and have 4 positions at least", ring
        wrong = next((point for point in ring if not _is_position(point)), None)
        if wrong is not None:
            return "坐标应为 [经度, 纬度]", "a position must be [longitude, latitude]", wrong
    return None


def _is_position(point: Any) -> bool:
    numbers = (
        isinstance(point, list)
        and len(point) >= 2
        and all(isinstance(value, int | float) and not isinstance(value, bool) for value in point)
    )
    return numbers and -180 <= point[0] <= 180 and -90 <= point[1] <= 90
