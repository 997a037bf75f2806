"""Importing ledgers by the command line: every row is filed, known or rejected, and never twice."""

from __future__ import annotations

import csv
import json
import signal

import pytest

from tests.integration.intake.installed import HEADER, Installation, ledger_rows, write_ledger
from whistle.testing import wait_for
from whistle.testing.platform import EmbeddedPlatform


def test_a_ledger_comes_in_whole_and_only_once(installed):
    """A second import of the same file files nothing; one that has grown files what is new."""
    file = write_ledger(installed.folder / "l.csv", ledger_rows(450))
    first = installed.json("ledger", "import", file, "--district", "mawei")
    assert (450, 450, 0, 0, "UTF-8") == tuple(
        first[name] for name in ("rows", "filed", "known", "rejected", "encoding")
    )
    again = installed.json("ledger", "import", file, "--district", "mawei")
    assert (450, 0, 450, 0) == tuple(again[name] for name in ("rows", "filed", "known", "rejected"))
    write_ledger(file, ledger_rows(460))
    grown = installed.json("ledger", "import", file, "--district", "mawei")
    assert (460, 10, 450) == tuple(grown[name] for name in ("rows", "filed", "known"))
    assert [f"ledger:HX-{number}" for number in range(1, 461)] == [
        case.source_ref for case in installed.cases()
    ]
    assert [] == installed.differences()


def test_numbers_stay_different_when_batches_use_up_broken_blocks(installed):
    """Part of each batch is known already, so that more than one block of numbers is begun and left unfinished."""
    rows = list(ledger_rows(1000))
    file = write_ledger(installed.folder / "l.csv", rows[::3])
    installed.json("ledger", "import", file, "--district", "mawei")
    write_ledger(file, rows)
    assert 666 == installed.json("ledger", "import", file, "--district", "mawei")["filed"]
    assert (
        1000
        == len({case.serial for case in installed.cases()})
        == len({case.no for case in installed.cases()})
    )


def test_a_row_becomes_a_case_as_it_was_filed_then(installed):
    """With its own time, door and place; the phone is sealed and finds the case; the event waits for the relay."""
    installed.json(
        "ledger", "import", write_ledger(installed.folder / "l.csv", ledger_rows(1)), "--district", "mawei"
    )
    (case,) = installed.cases()
    assert ("2026-02-02T00:30:00+00:00", "hotline", "1号楼路灯", "幸福里1号楼", ("imported",)) == (
        case.filed_at.isoformat(),
        case.door,
        case.title,
        case.place,
        case.tags,
    )
    assert case.contact is not None
    assert "138" not in case.contact
    assert case.contact_tail is not None
    with installed.database.read() as unit:
        rows = unit.connection.execute(unit.kit.outbox.select()).all()
        assert [("whistle.case.filed.v1", None, True)] == [
            (row.type, row.published_at, row.not_before <= unit.now) for row in rows
        ]


def test_wrong_rows_are_written_down_with_row_column_and_reason(installed):
    """The good ones come in; exit 1 tells that there is something to look at."""
    rows = list(ledger_rows(6))
    rows[1][4], rows[3][6], rows[4][1] = "", "打我电话", "=cmd()"
    run = installed.cli(
        "ledger",
        "import",
        write_ledger(installed.folder / "l.csv", rows),
        "--district",
        "mawei",
        "--rejects",
        "bad.csv",
    )
    assert (1, 3) == (run.code, installed.count())
    with (installed.folder / "bad.csv").open(encoding="utf-8-sig", newline="") as file:
        told = list(csv.reader(file))
    assert ["行号 row", "列 column", "原因 reason", "内容 value"] == told[0]
    assert [("3", "内容", ""), ("5", "电话", "打我电话"), ("6", "受理时间", "'=cmd()")] == [
        (row[0], row[1], row[3]) for row in told[1:]
    ]
    assert "bad.csv" in run.stderr
    assert "退回 3" in run.stdout


def test_rows_that_were_rejected_come_in_once_they_are_mended(installed):
    """The same file, corrected, is simply imported again."""
    rows = list(ledger_rows(5))
    good = rows[2][4]
    rows[2][4] = ""
    file = write_ledger(installed.folder / "l.csv", rows)
    assert 1 == installed.cli("ledger", "import", file, "--district", "mawei").code
    rows[2][4] = good
    write_ledger(file, rows)
    assert 1 == installed.json("ledger", "import", file, "--district", "mawei")["filed"]
    assert 5 == installed.count()


@pytest.mark.parametrize(
    ("name", "raw", "arguments", "told"),
    [
        ("l.csv", b"", [], "l.csv is empty"),
        ("l.csv", "姓名,年龄\r\n张三,5\r\n".encode(), [], "wrong columns"),
        ("l.csv", b"id,user,title,time,text,against,likes\r\n", [], "--map petitions"),
        ("l.csv", "内容\r\n路灯不亮\r\n".encode("utf-16"), [], "UTF-16"),
        (
            "l.csv",
            ("內容,地點\r\n" + "路燈不亮三天了請修理,幸福里\r\n" * 30).encode("big5"),
            [],
            "neither UTF-8 nor GBK",
        ),
        ("l.xlsx", b"PK\x03\x04 broken", [], "not a sound workbook"),
        ("l.csv", "内容\r\n路灯不亮\r\n".encode(), ["--district", "atlantis"], "'atlantis' is not installed"),
        ("l.csv", "内容\r\n路灯不亮\r\n".encode(), ["--map", "nonsense"], "nonsense"),
    ],
)
def test_a_file_that_cannot_be_imported_is_told_in_one_line(installed, name, raw, arguments, told):
    """On standard error, with exit 2, in both languages, and nothing is filed."""
    file = installed.folder / name
    file.write_bytes(raw)
    run = installed.cli("ledger", "import", file, "--district", "mawei", *arguments)
    assert (2, "", 0) == (run.code, run.stdout, installed.count())
    assert told in run.stderr
    assert "Traceback" not in run.stderr
    if "--map" not in arguments:
        assert 1 == len(run.stderr.splitlines())


def test_a_file_that_breaks_off_is_filed_up_to_there(installed):
    """A missing quote in row 7: six rows are in, the rest waits for the mended file."""
    file = write_ledger(installed.folder / "l.csv", ledger_rows(5))
    file.write_bytes(file.read_bytes() + '"没有结束的引号,\r\nHX-9,,,,多行,,\r\n'.encode())
    run = installed.cli("ledger", "import", file, "--district", "mawei")
    assert (2, 5) == (run.code, installed.count())
    assert "row 7" in run.stderr
    assert "5 filed so far" in run.stderr


def test_gbk_and_xlsx_are_taken_and_named(installed):
    """WPS saves CSV as GBK; the summary says what was read."""
    file = installed.folder / "l.csv"
    write_ledger(file, ledger_rows(3))
    file.write_bytes(file.read_text(encoding="utf-8-sig").encode("gbk"))
    first = installed.json("ledger", "import", file, "--district", "mawei")
    assert ("GBK", 3) == (first["encoding"], first["filed"])
    installed.json("ledger", "export", "--district", "mawei", "--out", "l.xlsx")
    again = installed.json("ledger", "import", "l.xlsx", "--district", "mawei")
    assert ("XLSX", 0, 3) == tuple(again[name] for name in ("encoding", "filed", "known"))


def test_without_migration_nothing_is_touched(tmp_path):
    """One line says what to run first."""
    fresh = EmbeddedPlatform(tmp_path)
    file = write_ledger(tmp_path / "l.csv", ledger_rows(1))
    for _folder_is_there in (False, True):
        run = fresh.cli("ledger", "import", str(file), "--district", "mawei")
        assert 2 == run.code
        assert "whistle db upgrade" in run.stderr
        assert 1 == len(run.stderr.splitlines())
        (tmp_path / "data").mkdir(exist_ok=True)


@pytest.fixture
def interruptible():
    """What is started from a shell's background ignores SIGINT, and so do its children: not here."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("interruptible")
def test_ctrl_c_says_how_far_it_came_and_the_next_run_goes_on(installed):
    """What was committed stays, what was not comes with the next run."""
    file = write_ledger(installed.folder / "l.csv", ledger_rows(6000))
    running = installed.begin("ledger", "import", file, "--district", "mawei")
    try:
        wait_for(lambda: installed.count() >= 200, timeout=60, what="the first batches", every=0.005)
        running.send_signal(signal.SIGINT)
        _out, err = running.communicate(timeout=60)
    finally:
        running.kill()
        running.wait()
    assert 130 == running.returncode, err
    assert "interrupted" in err
    assert "Traceback" not in err
    before = installed.count()
    assert f"{before} filed so far" in err
    assert before < 6000
    # the rest would take its time: a file that goes a little further shows the same
    shorter = write_ledger(installed.folder / "s.csv", ledger_rows(before + 300))
    told = installed.json("ledger", "import", shorter, "--district", "mawei")
    assert (before, 300) == (told["known"], told["filed"])
    assert before + 300 == installed.count() == len({case.source_ref for case in installed.cases()})


@pytest.mark.slow
def test_an_import_beside_the_running_platform_is_routed(tmp_path):
    """The rows are due at once; the platform's sweep publishes them, and nobody's request fails meanwhile."""
    with EmbeddedPlatform(tmp_path) as platform:
        file = write_ledger(tmp_path / "l.csv", ledger_rows(300))
        told = json.loads(platform.require("ledger", "import", str(file), "--district", "mawei", "--json"))
        assert 300 == told["filed"]
        wait_for(
            lambda: not list(platform.cases(state="filed")),
            timeout=90,
            what="300 cases to be dispatched",
            every=0.2,
        )
        assert 300 == len({one["case_no"] for one in platform.dispatches(district="mawei")})


def test_two_imports_of_one_file_at_once_file_each_row_once(installed):
    """A second click, a second clerk."""
    file = write_ledger(installed.folder / "l.csv", ledger_rows(900))
    running = [installed.begin("ledger", "import", file, "--district", "mawei", "--json") for _ in range(2)]
    told = [json.loads(one.communicate(timeout=90)[0]) for one in running]
    assert 900 == installed.count() == sum(one["filed"] for one in told)
    assert 1800 == sum(one["filed"] + one["known"] for one in told)
    assert [] == installed.differences()


def test_the_template_is_a_ledger_that_can_be_imported(installed: Installation):
    """Its columns are known, and the marked one is required."""
    installed.cli("ledger", "template", "--out", "t.xlsx")
    told = installed.json("ledger", "import", "t.xlsx", "--district", "mawei")
    assert (0, []) == (told["rows"], told["ignored_columns"])
    assert HEADER[4] == "内容"
