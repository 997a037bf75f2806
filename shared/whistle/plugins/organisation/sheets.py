"""
Rows of CSV, XLSX and GeoJSON files under the names of our columns; what cannot be read is a complaint, never an exception.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from whistle.errors import Invalid, Misconfigured
from whistle.plugins.complaints import Complaints
from whistle.plugins.organisation.columns import SECTIONS, Section, column_of

MOST_BYTES = 64 << 20
TABLES = (".csv", ".xlsx")
MAPS = (".geojson", ".json")


@dataclass(frozen=True)
class Origin:
    """Where a record stands: ``row`` as a spreadsheet counts (the header is 1), or the number of the feature."""

    file: str
    row: int


@dataclass(frozen=True, kw_only=True)
class Row:
    """One row: its cells by column name (absent: empty), and the geometry of a feature."""

    origin: Origin
    cells: Mapping[str, str]
    geometry: Any = None


@dataclass
class Reader:
    """Reads files and keeps what is wrong with them; ``given`` are the columns seen, as ``people.phone``."""

    complaints: list[Complaints] = field(default_factory=list)
    given: set[str] = field(default_factory=set)
    read: list[bytes] = field(default_factory=list)

    def about(self, file: str) -> Complaints:
        """What to complain to about a file."""
        for known in self.complaints:
            if known.file == file:
                return known
        self.complaints.append(Complaints(file))
        return self.complaints[-1]

    def rows(self, path: Path, shown: str, section: Section) -> list[Row]:
        """The rows of a section in a file; ``shown`` is how the file is called in complaints."""
        raw = self._bytes(path, shown)
        if raw is None:
            return []
        suffix = path.suffix.lower()
        if suffix in MAPS:
            return list(self._features(raw, shown, section))
        if suffix not in TABLES:
            kinds = ", ".join((*TABLES, *MAPS))
            self.about(shown).wrong("file", path.name, f"应为 {kinds}", f"must be one of {kinds}")
            return []
        cells = self._workbook(path, shown, section) if suffix == ".xlsx" else self._csv(raw, shown)
        return list(self._named(cells, shown, section))

    def _bytes(self, path: Path, shown: str) -> bytes | None:
        try:
            if path.stat().st_size > MOST_BYTES:
                self.about(shown).wrong("file", path.name, "超过 64 MB", "larger than 64 MB")
                return None
            raw = path.read_bytes()
        except FileNotFoundError:
            self.about(shown).wrong("file", path.name, "文件不存在", "no such file")
            return None
        except OSError as error:
            self.about(shown).wrong("file", error.strerror, "无法读取", "cannot be read")
            return None
        self.read.append(raw)
        return raw

    def _named(self, cells: Iterable[tuple[int, list[str]]], shown: str, section: Section) -> Iterator[Row]:
        rows = iter(cells)
        number, header = next(((n, row) for n, row in rows if any(map(str.strip, row))), (1, []))
        names = self._header(header, shown, section, number)
        if names is None:
            return
        for number, row in rows:
            if any(map(str.strip, row)):
                found = {
                    name: cell.strip()
                    for name, cell in zip(names, row, strict=False)
                    if name and cell.strip()
                }
                yield Row(origin=Origin(shown, number), cells=found)

    def _header(
        self, header: list[str], shown: str, section: Section, number: int
    ) -> list[str | None] | None:
        check, rule, names = self.about(shown), f"row {number} {section.zh} {section.name}", []
        before = len(check.problems)
        known = ", ".join(column.words[0] for column in section.columns)
        for cell in header:
            column = column_of(section, cell) if cell.strip() else None
            if column is None and cell.strip():
                check.wrong(rule, cell, f"未知的列(可用: {known})", "unknown column")
            elif column is not None and column.name in names:
                check.wrong(rule, cell, "这一列出现两次", "this column stands there twice")
            names.append(column.name if column else None)
        for column in section.columns:
            if column.needed and column.name not in names:
                check.wrong(rule, column.header, "缺少这一列", "this column is missing")
        self.given.update(f"{section.name}.{name}" for name in names if name)
        return names if len(check.problems) == before else None

    # --- CSV ------------------------------------------------------------------------------------------------------

    def _csv(self, raw: bytes, shown: str) -> Iterator[tuple[int, list[str]]]:
        text = _decoded(raw)
        if text is None:
            self.about(shown).wrong("file", shown, "既不是 UTF-8 也不是 GBK", "neither UTF-8 nor GBK")
            return
        reader = csv.reader(io.StringIO(text, newline=""), strict=True)
        number = 0
        try:
            for number, cells in enumerate(reader, start=1):
                yield number, [_unguarded(cell) for cell in cells]
        except csv.Error as error:
            self.about(shown).wrong(
                f"row {number + 1}",
                str(error),
                "不是有效的 CSV,可能缺少引号",
                "not valid CSV, perhaps a quote is missing",
            )

    # --- XLSX -----------------------------------------------------------------------------------------------------

    def _workbook(self, path: Path, shown: str, section: Section) -> Iterator[tuple[int, list[str]]]:
        try:
            import python_calamine as calamine  # the extra `sheets`; who writes CSV does not need it
        except ImportError:
            self.about(shown).wrong(
                "file",
                path.name,
                "读 XLSX 需要 pip install 'whistle[sheets]',或另存为 CSV",
                "XLSX needs whistle[sheets]",
            )
            return
        try:
            book = calamine.CalamineWorkbook.from_path(str(path))
            name = _sheet(book.sheet_names, section)
            rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False) if name else []
        except (calamine.CalamineError, calamine.PasswordError, OSError, ValueError) as error:
            self.about(shown).wrong("file", str(error), "不是完好的 XLSX", "not a sound workbook")
            return
        if name is None:
            sheets = ", ".join(book.sheet_names)
            self.about(shown).wrong(
                "sheet", section.sheet, f"没有这张表(有: {sheets})", f"no such sheet (there: {sheets})"
            )
        for number, cells in enumerate(rows, start=1):
            yield number, [_unguarded(_cell(value)) for value in cells]

    # --- GeoJSON --------------------------------------------------------------------------------------------------

    def _features(self, raw: bytes, shown: str, section: Section) -> Iterator[Row]:
        check = self.about(shown)
        try:
            whole = json.loads(raw)
        except (ValueError, RecursionError) as error:
            check.wrong("file", str(error), "不是有效的 JSON", "not valid JSON")
            return
        features = whole.get("features") if isinstance(whole, dict) else None
        if not isinstance(features, list) or whole.get("type") != "FeatureCollection":
            check.wrong(
                "file", shown, "应为 GeoJSON 的 FeatureCollection", "must be a GeoJSON FeatureCollection"
            )
            return
        for number, feature in enumerate(features, start=1):
            said = feature.get("properties") if isinstance(feature, dict) else None
            if not isinstance(said, dict):
                check.wrong(f"feature {number}", repr(feature), "应有 properties", "must have properties")
                continue
            named = {column_of(section, str(key)): value for key, value in said.items()}
            found = {column.name: _cell(value).strip() for column, value in named.items() if column}
            cells = {name: cell for name, cell in found.items() if cell}
            yield Row(origin=Origin(shown, number), cells=cells, geometry=feature.get("geometry"))


def sheets_in(path: Path) -> list[str]:
    """
    Names of the sections of which a workbook has a sheet.

    Raises:
        Misconfigured: XLSX cannot be read here. Invalid: it is no sound workbook.
    """
    try:
        import python_calamine as calamine
    except ImportError:
        raise Misconfigured(
            "读 XLSX 需要 pip install 'whistle[sheets]'", "XLSX needs pip install 'whistle[sheets]'"
        ) from None
    try:
        names = calamine.CalamineWorkbook.from_path(str(path)).sheet_names
    except (calamine.CalamineError, calamine.PasswordError, OSError, ValueError) as error:
        raise Invalid(
            f"{path.name} 不是完好的 XLSX", f"{path.name} is not a sound workbook: {error}"
        ) from None
    words = [set(name.casefold().split()) for name in names]
    return [
        section.name
        for section in SECTIONS.values()
        if any({section.name, section.zh} & one for one in words)
    ]


def _sheet(names: list[str], section: Section) -> str | None:
    """The sheet of a section: by its name, or the only one there is."""
    for name in names:
        if {section.name, section.zh} & set(name.casefold().split()):
            return name
    others = {word for other in SECTIONS.values() for word in (other.name, other.zh)}
    return names[0] if len(names) == 1 and not others & set(names[0].casefold().split()) else None


def _decoded(raw: bytes) -> str | None:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def _unguarded(cell: str) -> str:
    """Without the quote that keeps a spreadsheet from taking a cell for a formula."""
    return cell[1:] if len(cell) > 1 and cell[0] == "'" and cell[1] in "=+-@" else cell


def _cell(value: Any) -> str:
    """A cell as a person would have typed it."""
    if value is None or isinstance(value, bool):
        return "" if value is None else str(value)
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    if isinstance(value, dt.datetime):
        return value.isoformat(sep=" ") if value.time() != dt.time.min else value.date().isoformat()
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    return "、".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
