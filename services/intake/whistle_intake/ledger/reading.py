"""
Rows of a CSV or XLSX file, one after the other; a file that cannot be read is told in one line.
"""

from __future__ import annotations

import codecs
import csv
import datetime as dt
import io
import re
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import dropwhile
from pathlib import Path
from typing import Any

import python_calamine as calamine

from whistle.errors import Invalid

ZIP, OLD_EXCEL = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
BLOCK = 1 << 20
MOST_UNPACKED = 1 << 30
"""Bytes of an XLSX when unpacked: beyond it a file is an attack, or a mistake."""
_STRANGE = re.compile("[\x01-\x08\x0b\x0c\x0e-\x1f\ue000-\uf8ff\U00010000-\U0010ffff]")
"""What text hardly holds, but other encodings read as GBK do; a few (a smiley, a control character) are let pass."""
_CHINESE = re.compile("[\u4e00-\u9fff]+")
ENCODINGS = {"utf-8-sig": "UTF-8", "gb18030": "GBK"}


@dataclass(frozen=True, kw_only=True)
class Source:
    """
    An opened file.

    Args:
        encoding: of a CSV, or ``XLSX``.
        rows: (row number as a spreadsheet shows it, cells as text); the first is the header.
        total, done: how much there is and how much is read, in bytes or rows.
    """

    encoding: str
    rows: Iterator[tuple[int, list[str]]]
    total: int
    done: Callable[[], int]


@contextmanager
def opened(path: Path) -> Iterator[Source]:
    """
    A file by its content, whatever it is called.

    Raises:
        Invalid: it cannot be read, and why.
    """
    try:
        with path.open("rb") as file:
            start = file.read(8)
            file.seek(0)
            if not start:
                raise Invalid(f"{path.name} 是空文件", f"{path.name} is empty")
            with _workbook(path, file) if start.startswith((ZIP, OLD_EXCEL)) else _text(path, file) as source:
                yield source
    except OSError as error:
        raise Invalid(f"读不到 {path}:{error.strerror}", f"cannot read {path}: {error.strerror}") from None


def _from_header(rows: Iterator[tuple[int, list[str]]]) -> Iterator[tuple[int, list[str]]]:
    """Empty rows above the header are no rows."""
    return dropwhile(lambda row: not any(cell.strip() for cell in row[1]), rows)


# --- CSV ----------------------------------------------------------------------------------------------------------


@contextmanager
def _text(path: Path, file: Any) -> Iterator[Source]:
    encoding = _encoding(path, file)
    file.seek(0)
    total = path.stat().st_size
    with io.TextIOWrapper(file, encoding=encoding, newline="") as lines:
        first = lines.readline()
        lines.seek(0)
        rows = _csv_rows(path, csv.reader(lines, delimiter=max(",\t;", key=first.count), strict=True))
        yield Source(encoding=ENCODINGS[encoding], rows=_from_header(rows), total=total, done=file.tell)


def _encoding(path: Path, file: Any) -> str:
    if file.read(2) in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        raise _unreadable(path, "UTF-16")
    for encoding in ENCODINGS:
        if _decodes(file, encoding):
            return encoding
    raise _unreadable(path, "既不是 UTF-8 也不是 GBK / neither UTF-8 nor GBK")


def _decodes(file: Any, encoding: str) -> bool:
    """Is the whole file valid in this encoding, and is what comes out text? Bytes of other encodings often are valid GBK."""
    file.seek(0)
    decoder = codecs.getincrementaldecoder(encoding)()
    strange = chinese = 0
    try:
        while block := file.read(BLOCK):
            text = decoder.decode(block)
            strange += len(_STRANGE.findall(text))
            chinese += sum(map(len, _CHINESE.findall(text)))
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return strange == 0 or strange * 50 <= chinese


def _unreadable(path: Path, what: str) -> Invalid:
    zh, _, en = what.partition(" / ")
    return Invalid(
        f"{path.name} 的编码不能用({zh}),请另存为 UTF-8 的 CSV 或 XLSX",
        f"the encoding of {path.name} is not taken ({en or zh}); save it as UTF-8 CSV or as XLSX",
    )


def _csv_rows(path: Path, reader: Any) -> Iterator[tuple[int, list[str]]]:
    number = 0
    while True:
        number += 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise Invalid(
                f"{path.name} 第 {number} 行(文件第 {reader.line_num} 行)不是有效的 CSV,可能缺少引号",
                f"{path.name}: row {number} (line {reader.line_num}) is not valid CSV, perhaps a quote is missing: {error}",
            ) from None
        yield number, cells


# --- XLSX ---------------------------------------------------------------------------------------------------------


@contextmanager
def _workbook(path: Path, file: Any) -> Iterator[Source]:
    if file.read(4) == ZIP:
        _refuse_bomb(path, file)
    sheet = _first_sheet(path)
    total = sheet.end[0] + 1 if sheet.end else 0
    read = 0

    def rows() -> Iterator[tuple[int, list[str]]]:
        nonlocal read
        for read, cells in enumerate(sheet.iter_rows(), start=1):
            yield read, [_cell(value) for value in cells]

    yield Source(encoding="XLSX", rows=_from_header(rows()), total=total, done=lambda: read)


def _first_sheet(path: Path) -> Any:
    try:
        return calamine.CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0)
    except calamine.PasswordError:
        raise Invalid(
            f"{path.name} 有密码,请先去掉", f"{path.name} has a password; remove it first"
        ) from None
    except (calamine.CalamineError, OSError, ValueError, IndexError) as error:
        raise _broken(path, error) from None
    except BaseException as error:
        # a panic of the Rust library is no Exception
        if type(error).__name__ != "PanicException":
            raise
        raise _broken(path, error) from None


def _broken(path: Path, error: BaseException) -> Invalid:
    reason = (str(error).strip().splitlines() or ["?"])[0][:120]
    return Invalid(
        f"{path.name} 不是完好的 Excel 文件,请重新另存为 XLSX",
        f"{path.name} is not a sound workbook; save it again as XLSX ({reason})",
    )


def _refuse_bomb(path: Path, file: Any) -> None:
    try:
        with zipfile.ZipFile(file) as packed:
            unpacked = sum(entry.file_size for entry in packed.infolist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise _broken(path, error) from None
    if unpacked > MOST_UNPACKED:
        raise Invalid(
            f"{path.name} 解压后有 {unpacked >> 20} MB,太大;请拆开或用 CSV",
            f"{path.name} unpacks to {unpacked >> 20} MB, which is too much; split it or use CSV",
        )


def _cell(value: Any) -> str:
    """A cell as a person would have typed it: whole numbers without a point, times in ISO 8601."""
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    if isinstance(value, dt.datetime):
        return value.isoformat(sep=" ", timespec="seconds")
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    return "" if value is None else str(value)
