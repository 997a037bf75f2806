"""
Papers to be printed or edited in a word processor (DOCX).
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

from whistle_points.exporting.tables import Tables, cell_text

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
FONT = "宋体"
_NOT_TEXT = {code: None for code in range(32) if code not in (9, 10, 13)}
"""Control characters, which XML cannot hold."""


def paper(title: str, *, lines: Sequence[str], tables: Tables, below: Sequence[str] = ()) -> bytes:
    """A .docx: a title, lines of text, a section with a table for each of ``tables`` that has rows, and lines below."""
    # seldom needed, and as large as the rest of this service: imported when somebody asks for a paper
    from docx import Document
    from docx.oxml.ns import qn
    from docx.shared import Pt

    made = Document()
    normal = made.styles["Normal"]
    normal.font.name, normal.font.size = "Times New Roman", Pt(11)
    normal.element.rPr.rFonts.set(qn("w:eastAsia"), FONT)
    made.core_properties.title = _text(title)
    made.core_properties.author = "吹哨 Whistle"
    made.add_heading(_text(title), level=0)
    for line in lines:
        made.add_paragraph(_text(line))
    for name, (head, rows) in tables.items():
        _section(made, name, head, list(rows))
    for line in below:
        made.add_paragraph(_text(line))
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def _section(made: Any, name: str, head: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    made.add_heading(_text(name), level=1)
    if not rows:
        made.add_paragraph("暂无 / none")
        return
    table = made.add_table(rows=len(rows) + 1, cols=len(head), style="Table Grid")
    lines = iter(table.rows)
    for cell, text in zip(next(lines).cells, head, strict=True):
        cell.paragraphs[0].add_run(_text(text)).bold = True
    for line, row in zip(lines, rows, strict=True):
        for cell, value in zip(line.cells, row, strict=True):
            cell.text = _text(cell_text(value))


def _text(text: str) -> str:
    return text.translate(_NOT_TEXT)
