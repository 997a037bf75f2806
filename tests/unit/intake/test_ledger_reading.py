"""Files as people have them: whatever cannot be read is told in one line."""

from __future__ import annotations

import codecs
import datetime as dt
import zipfile

import pytest

from tests.unit.intake.made import write_csv, write_xlsx
from whistle.errors import Invalid
from whistle_intake.ledger import reading

HEADER = ["id", "title", "time", "text", "user"]
ROW = ["7", "路灯不亮", "2019-04-25T09:32:09+08:00", "三号楼前的路灯,三天不亮了\n请修一修", "A1"]


def rows_of(path):
    with reading.opened(path) as source:
        return source.encoding, list(source.rows)


def refusal(path) -> Invalid:
    with pytest.raises(Invalid) as caught:
        rows_of(path)
    assert "\n" not in str(caught.value)
    return caught.value


@pytest.mark.parametrize(
    ("encoding", "named"),
    [("utf-8", "UTF-8"), ("utf-8-sig", "UTF-8"), ("gbk", "GBK"), ("gb18030", "GBK")],
)
def test_the_encodings_of_excel_and_wps_are_read_and_named(tmp_path, encoding, named):
    """UTF-8 with or without mark, and GBK, which WPS still writes."""
    path = write_csv(tmp_path / "l.csv", [HEADER, ROW], encoding=encoding)
    assert (named, [(1, HEADER), (2, ROW)]) == rows_of(path)


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_columns_are_parted_by_what_the_header_is_parted_by(tmp_path, delimiter):
    """Excel writes semicolons or tabs in some languages."""
    path = tmp_path / "l.csv"
    path.write_text(
        delimiter.join(["编号", "内容"]) + "\r\n" + delimiter.join(["1", "路灯"]), encoding="utf-8"
    )
    assert [(1, ["编号", "内容"]), (2, ["1", "路灯"])] == rows_of(path)[1]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "big5"])
def test_other_encodings_are_refused_and_not_guessed(tmp_path, encoding):
    """Bytes of another encoding, read as GBK, would be nonsense in the ledger."""
    path = tmp_path / "l.csv"
    raw = ("id,text\r\n" + "1,路燈不亮三天了請修理\r\n" * 50).encode(encoding)
    path.write_bytes((codecs.BOM_UTF16_LE if encoding == "utf-16-le" else b"") + raw)
    error = refusal(path)
    assert "编码" in error.zh
    assert "UTF-8" in error.en


def test_a_smiley_does_not_make_a_gbk_file_unreadable(tmp_path):
    """GB18030 has every character, and residents use them."""
    path = write_csv(
        tmp_path / "l.csv",
        [HEADER, [*ROW[:3], "路灯修好了非常感谢大家的努力" * 5 + "😀", ""]],
        encoding="gb18030",
    )
    assert "😀" in rows_of(path)[1][1][1][3]


@pytest.mark.parametrize("raw", [b"", b"\xef\xbb\xbf"])
def test_an_empty_file_is_told_or_has_no_rows(tmp_path, raw):
    """Nothing in it, or nothing but the byte order mark."""
    path = tmp_path / "l.csv"
    path.write_bytes(raw)
    if raw:
        assert [] == rows_of(path)[1]
    else:
        assert "空文件" in refusal(path).zh


def test_a_missing_file_a_folder_and_a_program_are_told(tmp_path):
    """One line each."""
    assert "No such file" in refusal(tmp_path / "none.csv").en
    assert "Is a directory" in refusal(tmp_path).en
    program = tmp_path / "program"
    program.write_bytes(b"\x7fELF\x02\x01\x01" + bytes(range(256)) * 20)
    assert "neither UTF-8 nor GBK" in refusal(program).en


@pytest.mark.parametrize(
    "tail", ['8,"没有结束的引号\r\n9,x\r\n', '8,"多了"字\r\n', '8,"' + "长" * 140_000 + '"\r\n']
)
def test_a_broken_quote_is_told_with_its_row(tmp_path, tail):
    """It would swallow the rest of the file as one cell."""
    path = tmp_path / "l.csv"
    path.write_text("id,text\r\n7,路灯\r\n" + tail, encoding="utf-8")
    with reading.opened(path) as source:
        assert [(1, ["id", "text"]), (2, ["7", "路灯"])] == [next(source.rows), next(source.rows)]
        with pytest.raises(Invalid) as caught:
            list(source.rows)
    assert "第 3 行" in caught.value.zh
    assert "row 3" in caught.value.en


def test_a_workbook_gives_its_cells_as_a_person_would_type_them(tmp_path):
    """Whole numbers without a point, times as times, long numbers with every digit, empty cells empty."""
    at = dt.datetime(2019, 4, 25, 9, 32)  # noqa: DTZ001 — a spreadsheet knows no zones
    path = write_xlsx(
        tmp_path / "l.xlsx",
        [["编号", "电话", "时间", "量", "空", "是"], [7, 13812345678, at, 1.5, None, True]],
    )
    encoding, rows = rows_of(path)
    assert "XLSX" == encoding
    assert (2, ["7", "13812345678", "2019-04-25 09:32:00", "1.5", "", "True"]) == rows[1]


def test_rows_above_the_first_used_one_are_counted(tmp_path):
    """The number of a row is the one that the spreadsheet shows."""
    path = write_xlsx(tmp_path / "l.xlsx", [[], [], ["编号", "内容"], ["1", "路灯"]])
    assert [3, 4] == [number for number, _cells in rows_of(path)[1]]


def test_what_a_file_is_called_does_not_matter(tmp_path):
    """A workbook that was saved as .csv is still a workbook."""
    assert "XLSX" == rows_of(write_xlsx(tmp_path / "l.csv", [["编号"], ["1"]]))[0]


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.99])
def test_a_workbook_that_was_cut_off_is_told(tmp_path, share):
    """A download that ended early."""
    raw = write_xlsx(
        tmp_path / "whole.xlsx", [["编号", "内容"], *([str(n), "路灯不亮" * 9] for n in range(200))]
    ).read_bytes()
    cut = tmp_path / "cut.xlsx"
    cut.write_bytes(raw[: int(len(raw) * share)])
    assert "不是完好的 Excel 文件" in refusal(cut).zh


def test_a_zip_that_is_no_workbook_and_an_old_file_of_garbage_are_told(tmp_path):
    """The first bytes promise what the rest does not keep."""
    path = tmp_path / "l.xlsx"
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("readme.txt", "no workbook")
    assert "不是完好的 Excel 文件" in refusal(path).zh
    old = tmp_path / "l.xls"
    old.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 2000)
    assert "不是完好的 Excel 文件" in refusal(old).zh


def test_a_workbook_that_unpacks_to_gigabytes_is_refused_unread(tmp_path, monkeypatch):
    """A small file may hold a very large one."""
    monkeypatch.setattr(reading, "MOST_UNPACKED", 1000)
    assert "太大" in refusal(write_xlsx(tmp_path / "l.xlsx", [["编号"], ["1"]])).zh


def test_progress_runs_from_nothing_to_all(tmp_path):
    """For the bar on a terminal, also when the file is at its end and closed."""
    for path in (
        write_csv(tmp_path / "l.csv", [HEADER, ROW] * 50),
        write_xlsx(tmp_path / "l.xlsx", [HEADER, ROW] * 50),
    ):
        with reading.opened(path) as source:
            before = source.done()
            list(source.rows)
            assert (True, source.total) == (before < source.total, source.done())
