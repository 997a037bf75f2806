"""
Spreadsheets. Text is written as text, so that no cell is ever a formula.
"""

from __future__ import annotations

import io
from collections.abc import Sequence

from whistle_points.exporting.tables import Tables
from whistle_points.store import Rank

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def ranking_workbook(ranks: Sequence[Rank], *, period: str, rule: str) -> bytes:
    """A ranking with the hash of the rule text it was made by."""
    rows = [(rank.place, rank.member, rank.name, rank.branch, rank.tenths / 10) for rank in ranks]
    head = ("名次", "编号", "姓名", "支部", "积分")
    return workbook({f"排名 {period}": (head, [*rows, ("", "", "", f"规则 {rule}", "")])})


def workbook(sheets: Tables) -> bytes:
    """An .xlsx: by sheet the heading and the rows. Numbers are numbers, everything else is text."""
    import xlsxwriter  # seldom needed

    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    bold = book.add_format({"bold": True, "bottom": 1})
    for name, (head, rows) in sheets.items():
        sheet = book.add_worksheet(name)
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, len(head) - 1, 16)
        for column, text in enumerate(head):
            sheet.write_string(0, column, text, bold)
        for line, row in enumerate(rows, start=1):
            for column, value in enumerate(row):
                if isinstance(value, int | float):
                    sheet.write_number(line, column, value)
                else:
                    sheet.write_string(line, column, str(value))
    book.close()
    return out.getvalue()
