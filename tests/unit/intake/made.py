"""What intake's unit tests work on: a case, a filing form's text, ledgers as files."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import xlsxwriter

from whistle_intake.domain import Case

NOW = dt.datetime(2026, 11, 22, 8, 0, tzinfo=dt.UTC)


def case(**changes: Any) -> Case:
    """A case as it was just filed."""
    values: dict[str, Any] = {
        "no": "26-00001-0",
        "serial": 1,
        "version": 0,
        "district": "mawei",
        "state": "filed",
        "title": "3号楼路灯不亮",
        "text": "3号楼前的路灯三天不亮了。",
        "original": None,
        "place": None,
        "grid": None,
        "door": "platform",
        "category": None,
        "tags": (),
        "filed_at": NOW,
        "changed_at": NOW,
    }
    return Case(**{**values, **changes})


def write_csv(path: Path, rows: Sequence[Sequence[str]], *, encoding: str = "utf-8") -> Path:
    """A CSV file."""
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file).writerows(rows)
    return path


def write_xlsx(path: Path, rows: Sequence[Sequence[Any]]) -> Path:
    """An XLSX file; times become times."""
    with xlsxwriter.Workbook(str(path), {"default_date_format": "yyyy-mm-dd hh:mm"}) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    return path
