"""
The monthly publication of whistles as a sheet: CSV that spreadsheets open, or XLSX.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from whistle.errors import Invalid
from whistle_routing.organisation.exporting import GUARDED

COLUMNS: Mapping[str, tuple[str, str]] = {
    "party": ("单位编号", "party"),
    "party_name": ("单位", "name"),
    "whistle_class": ("吹哨类别", "class"),
    "called": ("应到次数", "called"),
    "in_time": ("按时办结", "in time"),
    "late": ("逾期办结", "late"),
    "never": ("逾期未办", "never"),
    "open": ("在办", "open"),
    "released": ("准予撤离", "released"),
    "returned": ("退回", "returned"),
    "vetoed": ("被否决", "vetoed"),
    "answered": ("应哨率", "answered"),
    "score": ("平均分", "score"),
    "lowest": ("最低分", "lowest"),
    "highest": ("最高分", "highest"),
    "excellent": ("优秀", "excellent"),
    "qualified": ("合格", "qualified"),
    "unqualified": ("不合格", "unqualified"),
}
CLASS_WORDS: Mapping[str, tuple[str, str]] = {
    "daily": ("日常", "daily"),
    "major": ("重大", "major"),
    "urgent": ("紧急", "urgent"),
}


def write_publication(published: Mapping[str, Any], out: Path) -> None:
    """
    Write the rows of a month to a ``.csv`` (UTF-8 with a mark, so that spreadsheets know) or ``.xlsx``.

    Raises:
        Invalid: another ending.
    """
    table = [[f"{zh} {en}" for zh, en in COLUMNS.values()], *map(_cells, published["rows"])]
    if out.suffix.lower() == ".csv":
        text = io.StringIO(newline="")
        csv.writer(text).writerows(table)
        out.write_text(text.getvalue(), encoding="utf-8-sig", newline="")
    elif out.suffix.lower() == ".xlsx":
        import xlsxwriter  # seldom needed

        with xlsxwriter.Workbook(str(out), {"strings_to_formulas": False, "strings_to_urls": False}) as book:
            sheet = book.add_worksheet(f"吹哨 {published['month']}")
            for number, row in enumerate(table):
                sheet.write_row(number, 0, row)
            sheet.freeze_panes(1, 2)
    else:
        raise Invalid(
            f"文件名应以 .csv 或 .xlsx 结尾:{out.name}",
            f"the file's name must end in .csv or .xlsx: {out.name}",
        )


def percent(answered: int | None) -> str:
    """Per mille as a percentage; empty without one."""
    return "" if answered is None else f"{answered / 10:.1f}%"


def _cells(row: Mapping[str, Any]) -> list[Any]:
    shown = {
        **row,
        "whistle_class": CLASS_WORDS[row["whistle_class"]][0],
        "answered": percent(row["answered"]),
    }
    return [_guarded(shown[name]) for name in COLUMNS]


def _guarded(value: Any) -> Any:
    """What begins like a formula is text."""
    if value is None:
        return ""
    return f"'{value}" if isinstance(value, str) and value.startswith(tuple(GUARDED)) else value
