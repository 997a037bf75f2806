"""
Intake's use cases: load, decide, store, emit.
"""

from __future__ import annotations

from whistle_intake.handlers.answering import answer_case, rate_case
from whistle_intake.handlers.closing import close_unrated
from whistle_intake.handlers.filing import Filing, file_case, file_many, nowhere_in
from whistle_intake.handlers.finding import find_by_tail, find_case, read_number, tail_fingerprint
from whistle_intake.handlers.following import follow_dispatch

__all__ = [
    "Filing",
    "answer_case",
    "close_unrated",
    "file_case",
    "file_many",
    "find_by_tail",
    "find_case",
    "follow_dispatch",
    "nowhere_in",
    "rate_case",
    "read_number",
    "tail_fingerprint",
]
