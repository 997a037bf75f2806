"""
The ledger as a file: all columns of S1-9, oldest case first, read page by page; contact data only masked.
"""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import xlsxwriter

from whistle.calendar.days import CHINA
from whistle.errors import Invalid
from whistle.files import whole_file
from whistle.privacy import mask_text
from whistle.storage import Database
from whistle_intake.domain import ANSWER_WAYS, DOORS, RATINGS, STATES, Case
from whistle_intake.ledger.columns import COLUMNS, guarded
from whistle_intake.store import IntakeUnit
from whistle_intake.tools import Tools

PAGE = 500
FORMATS = ("csv", "xlsx")
SHEET = "民情工作台账"
Cell = str | int | dt.datetime
Write = Callable[[list[Cell]], None]


def pages(database: Database[IntakeUnit], district: str) -> Iterator[list[Case]]:
    """The district's cases, oldest first; each page is read for itself, so that nothing is held up."""
    after = 0
    while True:
        with database.read() as unit:
            page = unit.oldest_first(district, after=after, limit=PAGE)
        if not page:
            return
        yield page
        after = page[-1].serial


def row_of(case: Case, tools: Tools) -> list[Cell]:
    """The cells of a case, in the order of the columns; times are China's, to the second."""
    contact = tools.shown_contact(case)
    values: dict[str, Any] = {
        **case.__dict__,
        "text": mask_text(case.text),
        "title": mask_text(case.title),
        "place": mask_text(case.place or ""),
        "district": tools.districts.get(case.district, case.district),
        "door": _word(DOORS, case.door),
        "tags": "、".join(case.tags),
        "contact_name": contact.get("name"),
        "phone": contact.get("phone"),
        "state": _word(STATES, case.state),
        "answer_way": _word(ANSWER_WAYS, case.answer_way),
        "answer": mask_text(case.answer or ""),
        "rating": _word(RATINGS, case.rating),
    }
    return [_cell(values[column.name]) for column in COLUMNS]


def _word(words: Any, code: str | None) -> str:
    return words[code][0] if code in words else code or ""


def _cell(value: Any) -> Cell:
    if isinstance(value, dt.datetime):
        return value.astimezone(CHINA).replace(tzinfo=None, microsecond=0)
    return value if isinstance(value, int) else guarded(str(value or ""))


@contextmanager
def written(path: Path, kind: str) -> Iterator[Write]:
    """
    Writes rows under the header; the file appears under its name when all is written.

    Raises:
        Invalid: the place cannot be written to.
    """
    try:
        with whole_file(path) as part, (_xlsx if kind == "xlsx" else _csv)(part) as write:
            yield write
    except OSError as error:
        raise Invalid(f"写不了 {path}:{error.strerror}", f"cannot write {path}: {error.strerror}") from None


@contextmanager
def _csv(path: Path) -> Iterator[Write]:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([column.header for column in COLUMNS])
        yield writer.writerow


@contextmanager
def _xlsx(path: Path) -> Iterator[Write]:
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(str(path), options) as book:
        sheet = book.add_worksheet(SHEET)
        head = book.add_format({"bold": True, "bg_color": "#E3EFF2", "border": 1})
        time = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        for place, column in enumerate(COLUMNS):
            sheet.set_column(place, place, column.width)
            sheet.write_string(0, place, column.header, head)
        sheet.freeze_panes(1, 1)
        number = 0

        def write(cells: list[Cell]) -> None:
            nonlocal number
            number += 1
            for place, cell in enumerate(cells):
                if isinstance(cell, dt.datetime):
                    sheet.write_datetime(number, place, cell, time)
                elif isinstance(cell, int):
                    sheet.write_number(number, place, cell)
                elif cell:
                    sheet.write_string(number, place, cell)

        yield write
        sheet.autofilter(0, 0, number, len(COLUMNS) - 1)


def write_template(path: Path) -> None:
    """
    An empty ledger to be filled in: the columns that an import takes, with lists to choose from.

    Raises:
        Invalid: the place cannot be written to.
    """
    columns = [column for column in COLUMNS if column.taken and column.name not in ("no", "district")]
    try:
        with xlsxwriter.Workbook(str(path)) as book:
            sheet, choices = book.add_worksheet(SHEET), book.add_worksheet("选项")
            head = book.add_format({"bold": True, "bg_color": "#E3EFF2", "border": 1})
            text = book.add_format({"num_format": "@"})
            for place, column in enumerate(columns):
                sheet.set_column(place, place, column.width, text)
                sheet.write_string(0, place, column.header + ("*" if column.name == "text" else ""), head)
            for number, words in enumerate(DOORS.values()):
                choices.write_string(number, 0, words[0])
                choices.write_string(number, 1, words[1])
            door = next(place for place, column in enumerate(columns) if column.name == "door")
            source = f"=选项!$A$1:$A${len(DOORS)}"
            sheet.data_validation(1, door, 10_000, door, {"validate": "list", "source": source})
            sheet.freeze_panes(1, 0)
    except (OSError, xlsxwriter.exceptions.FileCreateError) as error:
        raise Invalid(f"写不了 {path}", f"cannot write {path}: {error}") from None
