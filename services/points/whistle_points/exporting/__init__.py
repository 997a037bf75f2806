"""
What people take away: spreadsheets and papers.
"""

from __future__ import annotations

from whistle_points.exporting.papers import DOCX, paper
from whistle_points.exporting.sheets import XLSX, ranking_workbook, workbook
from whistle_points.exporting.tables import (
    Tables,
    cell_text,
    evaluation_tables,
    member_tables,
    report_tables,
    statement_tables,
)

__all__ = [
    "DOCX",
    "XLSX",
    "Tables",
    "cell_text",
    "evaluation_tables",
    "member_tables",
    "paper",
    "ranking_workbook",
    "report_tables",
    "statement_tables",
    "workbook",
]
