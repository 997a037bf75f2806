"""The same ledger on PostgreSQL: imports that meet each other, exports, and what the pages ask."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator

import pytest

from tests.integration.intake.installed import Installation, ledger_rows, write_ledger
from whistle.places import Extent


@pytest.fixture
def installed(tmp_path, database_url) -> Iterator[Installation]:
    with Installation(tmp_path, database_url) as installation:
        yield installation


def test_two_imports_at_once_file_each_row_once(installed):
    """Here they truly run side by side: who comes second finds the row taken, and goes on."""
    file = write_ledger(installed.folder / "l.csv", ledger_rows(900))
    running = [installed.begin("ledger", "import", file, "--district", "mawei", "--json") for _ in range(3)]
    ended = [one.communicate(timeout=90) for one in running]
    told = [json.loads(out) for out, _err in ended]
    assert 900 == installed.count() == sum(one["filed"] for one in told)
    assert (
        900
        == len({case.source_ref for case in installed.cases()})
        == len({case.serial for case in installed.cases()})
    )
    assert [] == installed.differences()


def test_export_and_import_again_know_each_other(installed):
    """What was exported is known when it comes back."""
    file = write_ledger(installed.folder / "l.csv", ledger_rows(30))
    installed.json("ledger", "import", file, "--district", "mawei")
    installed.json("ledger", "export", "--district", "mawei", "--out", "out.xlsx")
    again = installed.json("ledger", "import", "out.xlsx", "--district", "mawei")
    assert (0, 30, 0) == (again["filed"], again["known"], again["rejected"])


def test_what_pages_ask_is_answered(installed):
    """Counts, what happened today, the newest lines, the ledger of a grid."""
    file = write_ledger(installed.folder / "l.csv", ledger_rows(5))
    installed.json("ledger", "import", file, "--district", "mawei")
    with installed.database.read() as unit:
        assert {("mawei", "filed"): 5} == unit.counts()
        assert {"case.filed": 5} == unit.happened(unit.now - dt.timedelta(hours=1))
        assert ["case.filed"] * 3 == [line.kind for line in unit.newest(["case.filed"], 3)]
        assert [] == unit.newest(["case.closed"], 3)
        assert [] == unit.ledger(
            districts=["mawei"], extent=Extent(codes=frozenset({"35"}), prefix="35"), limit=5
        )
        case = unit.find_source("mawei", "ledger:HX-3")
        assert case is not None
        assert {case.no: ("mawei", case.text)} == unit.texts_of([case.no, "26-99999-0"])
