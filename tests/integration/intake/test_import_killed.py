"""kill -9 of an import at random moments: run again, everything is there once."""

from __future__ import annotations

import random
from collections import Counter

import pytest

from tests.integration.intake.installed import ledger_rows, write_ledger
from whistle.testing import wait_for

ROWS = 3000
KILLS = 8


@pytest.mark.slow
def test_an_import_that_is_killed_again_and_again_files_every_row_once(installed):
    """Each run ends in the middle of something else; the last one finds nothing left to do."""
    file = write_ledger(installed.folder / "l.csv", ledger_rows(ROWS))
    chance = random.Random(20261122)
    kills = 0
    while kills < KILLS and installed.count() < ROWS - 200:
        target = installed.count() + chance.randint(1, 500)
        running = installed.begin("ledger", "import", file, "--district", "mawei")
        try:
            wait_for(
                lambda: installed.count() >= target or running.poll() is not None,  # noqa: B023 — asked at once
                timeout=60,
                what=f"{target} rows",
                every=chance.uniform(0.001, 0.02),
            )
            running.kill()
        finally:
            running.kill()
            running.communicate()
        kills += 1
        assert [] == installed.differences()
    assert kills >= 3
    told = installed.json("ledger", "import", file, "--district", "mawei")
    assert (ROWS, 0) == (told["filed"] + told["known"], told["rejected"])
    counted = Counter(case.source_ref for case in installed.cases())
    assert {f"ledger:HX-{number}": 1 for number in range(1, ROWS + 1)} == dict(counted)
    with installed.database.read() as unit:
        events = Counter(
            unit.connection.scalars(unit.kit.outbox.select().with_only_columns(unit.kit.outbox.c.case_no))
        )
    assert {case.no: 1 for case in installed.cases()} == dict(events)
    assert [] == installed.differences()
