"""The ledger given back: as CSV and XLSX, harmless in a spreadsheet, and good to be imported again."""

from __future__ import annotations

import csv
import stat

import pytest
from python_calamine import CalamineWorkbook

from tests.integration.intake.installed import HEADER, Installation, ledger_rows, write_ledger

NOT_CARRIED = ("编号 No", "联系人 Contact", "电话 Phone", "更新时间 Changed at")
"""A case gets a new number where it comes in; masked contact data does not come back."""


def import_file(installed: Installation, rows, header=HEADER) -> None:
    installed.json(
        "ledger", "import", write_ledger(installed.folder / "in.csv", rows, header), "--district", "mawei"
    )


def exported(installed: Installation, name: str) -> list[dict[str, str]]:
    """The rows of an export as text, by column."""
    installed.json("ledger", "export", "--district", "mawei", "--out", name)
    path = installed.folder / name
    if name.endswith(".csv"):
        assert b"\xef\xbb\xbf" == path.read_bytes()[:3]
        with path.open(encoding="utf-8-sig", newline="") as file:
            return list(csv.DictReader(file))
    header, *rows = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()
    return [{str(name): str(cell) for name, cell in zip(header, row, strict=True)} for row in rows]


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_what_was_exported_comes_in_again_as_it_was(installed, tmp_path_factory, kind):
    """Here it is known; in another installation it makes the same ledger under new numbers."""
    hostile = ["=1+1", "+8613812345678", "-1", "@SUM(A1)", "'=1", '"引号",逗号\n换行', "😀 𠮷", "  空格  "]
    rows = [["", "", "微信群", text, f"{text} 的内容", text, ""] for text in hostile]
    import_file(installed, [*ledger_rows(600), *rows])
    first = exported(installed, f"out.{kind}")
    assert 608 == len(first)
    assert 608 == installed.json("ledger", "import", f"out.{kind}", "--district", "mawei")["known"]
    with Installation(tmp_path_factory.mktemp("elsewhere")) as elsewhere:
        told = elsewhere.json("ledger", "import", installed.folder / f"out.{kind}", "--district", "mawei")
        assert (608, 0, []) == (told["filed"], told["rejected"], told["ignored_columns"])
        second = exported(elsewhere, f"out.{kind}")
    assert [_carried(row) for row in first] == [_carried(row) for row in second]


def _carried(row: dict[str, str]) -> dict[str, str]:
    return {name: cell for name, cell in row.items() if name not in NOT_CARRIED}


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_no_cell_of_an_export_is_taken_for_a_formula(installed, kind):
    """A resident who writes =HYPERLINK(…) gets nothing executed on a clerk's machine."""
    starts = "=+-@＝＋－＠"
    import_file(
        installed,
        [
            ["", "", "", f"{start}HYPERLINK()", f"{start}cmd|' /C calc'!A0", f"{start}1", ""]
            for start in starts
        ],
    )
    for row in exported(installed, f"out.{kind}"):
        assert [] == [cell for cell in row.values() if cell.startswith(tuple(starts))]
        assert row["内容 Text"].startswith("'")


def test_an_export_shows_contact_data_only_masked_and_is_its_owners(installed):
    """Numbers in the text too; nobody else of the machine may read the file."""
    rows = [["1", "", "", "路灯", "请打 13912345678 找我", "", "13812345678"]]
    import_file(installed, rows)
    (row,) = exported(installed, "out.csv")
    raw = (installed.folder / "out.csv").read_text(encoding="utf-8-sig")
    assert ("138****5678", False, False) == (row["电话 Phone"], "13812345678" in raw, "13912345678" in raw)
    assert 0o600 == stat.S_IMODE((installed.folder / "out.csv").stat().st_mode)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--district", "mawei", "--out", "l.txt"], "--format"),
        (["--district", "atlantis", "--out", "l.csv"], "not installed"),
        (["--district", "mawei", "--out", "none/l.csv"], "cannot write"),
    ],
)
def test_an_export_that_cannot_be_is_told_in_one_line(installed, arguments, told):
    """With exit 2, and nothing is left behind."""
    run = installed.cli("ledger", "export", *arguments)
    assert (2, "", 1) == (run.code, run.stdout, len(run.stderr.splitlines()))
    assert told in run.stderr
    assert [] == list(installed.folder.glob("l.*"))


def test_a_case_is_filed_listed_and_shown_on_the_command_line(installed):
    """As text for people and as JSON for scripts."""
    filed = installed.json(
        "case",
        "file",
        "三号楼路灯不亮了",
        "--district",
        "mawei",
        "--phone",
        "13812345678",
        "--place",
        "三号楼",
    )
    assert filed["link"].startswith(f"/cases/{filed['no']}?link=")
    listed = installed.json("case", "list", "--district", "mawei", "--state", "filed")
    assert ([filed["no"]], None) == ([case["no"] for case in listed["cases"]], listed["next"])
    shown = installed.json("case", "show", filed["no"])
    assert ("三号楼路灯不亮了", "office_phone", ["case.filed"]) == (
        shown["text"],
        shown["door"],
        [entry["kind"] for entry in shown["timeline"]],
    )
    assert filed["no"] in installed.cli("case", "show", filed["no"].replace("-", " ")).stdout


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["case", "show", "26-00001-1"], "not a valid case number"),
        (["case", "show", "26-00001-0"], "there is no case"),
        (["case", "file", "路灯", "--district", "atlantis"], "not installed"),
        (["case", "file", "路灯", "--district", "mawei", "--door", "window"], "door"),
        (["case", "file", "路灯", "--district", "mawei", "--phone", "x"], "phone"),
        (["case", "list", "--district", "atlantis"], "not installed"),
    ],
)
def test_a_mistake_on_the_command_line_is_told_in_one_line(installed, arguments, told):
    """What is wrong and with what, exit 2."""
    run = installed.cli(*arguments)
    assert (2, "", 1) == (run.code, run.stdout, len(run.stderr.splitlines()))
    assert told in run.stderr
