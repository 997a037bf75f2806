"""
Importing a ledger: batch by batch, each in one transaction, so that an import may end anywhere and be run again.
"""

from __future__ import annotations

import csv
import os
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import IO, Any

from whistle.errors import Invalid, Transient
from whistle.privacy import mask_text
from whistle.storage import Database
from whistle_intake.handlers import file_many
from whistle_intake.ledger.checking import Checker, Entry, Problem
from whistle_intake.ledger.columns import guarded
from whistle_intake.store import IntakeUnit, is_double
from whistle_intake.tools import Tools

BATCH = 200
PATIENCE_SECONDS = 30.0
"""How long a locked or restarting database is waited for."""


@dataclass(kw_only=True)
class Outcome:
    """What became of the rows; ``rows`` without header and empty ones, ``broken`` if the file could not be read to its end."""

    rows: int = 0
    filed: int = 0
    known: int = 0
    rejected: int = 0
    broken: Invalid | None = None


@dataclass
class Rejects:
    """The file of rows that were not taken; made with the first of them, readable by its owner only."""

    path: Path
    _file: IO[str] | None = field(default=None, init=False)
    _writer: Any = field(default=None, init=False)

    def write(self, problems: Iterable[Problem]) -> None:
        """Add what is wrong with a row."""
        if self._file is None:
            descriptor = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            self._file = os.fdopen(descriptor, "w", encoding="utf-8-sig", newline="")
            self._writer = csv.writer(self._file)
            self._writer.writerow(["行号 row", "列 column", "原因 reason", "内容 value"])
        for problem in problems:
            cells = (problem.column, problem.reason, problem.value[:200])
            self._writer.writerow([problem.row, *(guarded(cell) for cell in cells)])

    def close(self) -> None:
        """Close the file, if there is one."""
        if self._file is not None:
            self._file.close()


def import_rows(
    rows: Iterable[tuple[int, list[str]]],
    checker: Checker,
    outcome: Outcome,
    *,
    file_batch: Callable[[Sequence[Entry]], tuple[int, int]],
    rejects: Rejects,
    told: Callable[[], object],
) -> None:
    """
    Check the rows and hand those that are right to ``file_batch``, which returns (filed, known).

    Args:
        outcome: counted up with each batch, so that an interrupted import can say how far it came.
        told: called now and then, for a progress bar.
    """
    checked = _checked(rows, checker, outcome, rejects)
    while batch := list(islice(checked, BATCH)):
        filed, known = file_batch(batch)
        outcome.filed += filed
        outcome.known += known
        told()
    if outcome.broken:
        raise outcome.broken


def _checked(
    rows: Iterable[tuple[int, list[str]]], checker: Checker, outcome: Outcome, rejects: Rejects
) -> Iterator[Entry]:
    """The rows that are right. A file that breaks off ends them; what came before it is still filed."""
    try:
        for number, cells in rows:
            if not any(cell.strip() for cell in cells):
                continue
            outcome.rows += 1
            entry = checker.check(number, cells)
            if isinstance(entry, Entry):
                yield entry
            else:
                outcome.rejected += 1
                rejects.write(entry)
    except Invalid as error:
        outcome.broken = error


def file_in(database: Database[IntakeUnit], tools: Tools) -> Callable[[Sequence[Entry]], tuple[int, int]]:
    """
    ``file_batch`` on a database of intake. The running platform's sweep finds what it has to publish.

    Raises (when called):
        Transient: the database could not be written for half a minute.
    """

    def file_batch(batch: Sequence[Entry]) -> tuple[int, int]:
        until = time.monotonic() + PATIENCE_SECONDS
        pause = 0.05
        while True:
            try:
                with database.write() as unit:
                    return _file(unit, batch, tools)
            except Exception as error:
                # another import of the same rows was faster: now they are known
                if not (isinstance(error, Transient) or is_double(error)) or time.monotonic() > until:
                    raise
            time.sleep(pause)
            pause = min(2 * pause, 2.0)

    return file_batch


def _file(unit: IntakeUnit, batch: Sequence[Entry], tools: Tools) -> tuple[int, int]:
    """File what is not here yet. A number of ours alone proves nothing: another installation has the same numbers."""
    here = unit.texts_of([entry.no for entry in batch if entry.no])
    fresh = [entry.filing for entry in batch if not _is_here(entry, here.get(entry.no or ""), tools)]
    filed, known = file_many(unit, fresh, tools=tools, actor="import")
    return filed, known + len(batch) - len(fresh)


def _is_here(entry: Entry, found: tuple[str, str] | None, tools: Tools) -> bool:
    """Is this the case of that number? What was exported is masked, so both are."""
    if found is None:
        return False
    district, text = found
    return district == entry.filing.district and mask_text(text) == mask_text(
        tools.simplify(entry.filing.text)
    )
