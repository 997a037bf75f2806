"""Rows of a ledger: what is right becomes a filing, what is wrong is told by row and column."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.unit.intake.made import NOW
from whistle.contracts.places import Place
from whistle.errors import Invalid
from whistle.places import Places
from whistle_intake.ledger.checking import Checker, Entry, Problem, read_time
from whistle_intake.ledger.columns import COLUMNS, LEDGER, PETITIONS, guarded, unguarded

CHINA = dt.timezone(dt.timedelta(hours=8))
HEADER = ["来源编号", "受理时间", "区", "渠道", "标题", "内容", "地点", "标签", "联系人", "电话"]
GOOD = [
    "HX-7",
    "2026/3/1 8:30",
    "马尾区",
    "服务热线",
    "路灯不亮",
    "三号楼前的路灯不亮",
    "幸福里",
    "老人、夜间",
    "陈阿姨",
    "13812345678",
]


def checker(header=HEADER, map_=LEDGER) -> Checker:
    return Checker(map_, map_.layout(header), district="mawei", names={"mawei": "马尾区"}, now=NOW)


def row(**changes: str) -> list[str]:
    return [changes.get(name, cell) for name, cell in zip(HEADER, GOOD, strict=True)]


def test_a_good_row_becomes_a_filing():
    """With everything that a filing over HTTP may have, and when it was filed."""
    entry = checker().check(2, GOOD)
    assert isinstance(entry, Entry)
    filing = entry.filing
    assert ("mawei", "三号楼前的路灯不亮", "路灯不亮", "hotline") == (
        filing.district,
        filing.text,
        filing.title,
        filing.door,
    )
    assert {"name": "陈阿姨", "phone": "13812345678"} == filing.contact
    assert ("老人", "夜间", "imported") == filing.tags
    assert dt.datetime(2026, 3, 1, 8, 30, tzinfo=CHINA) == filing.filed_at
    assert "ledger:HX-7" == filing.source_ref


def test_a_grid_must_lie_in_the_districts_tree_where_that_is_known():
    """Nobody with a scope would ever see such a case; without a tree nobody can tell."""
    header = ["内容", "网格"]
    layout = LEDGER.layout(header)
    tree = Places((Place(code="mawei", official="350105"), Place(code="g1", parent="mawei")), NOW.date())
    strict = Checker(LEDGER, layout, district="mawei", names={}, now=NOW, places=tree)
    for grid in ("g1", "350105001003"):
        assert isinstance(strict.check(2, ["路灯不亮", grid]), Entry)
    (problem,) = strict.check(7, ["路灯不亮", "bogus"])  # type: ignore[misc]
    assert (7, "网格", "bogus") == (problem.row, problem.column, problem.value)
    assert "没有 bogus" in problem.reason
    assert isinstance(checker(header).check(2, ["路灯不亮", "bogus"]), Entry)


@pytest.mark.parametrize(
    ("column", "value", "reason"),
    [
        ("内容", "", "必填"),
        ("内容", "短", "长度"),
        ("内容", "很" * 8001, "长度"),
        ("内容", "路灯\x00不亮", "空字符"),
        ("标题", "很" * 201, "长度"),
        ("地点", "很" * 301, "太长"),
        ("受理时间", "上周三", "不是时间"),
        ("受理时间", "2026-13-01", "不是时间"),
        ("受理时间", "2026-02-30 08:00", "不是时间"),
        ("受理时间", "2027-01-01", "将来"),
        ("受理时间", "1900-01-01", "太早"),
        ("区", "鼓楼区", "不是 mawei 的行"),
        ("渠道", "飞鸽传书", "没有这个渠道"),
        ("电话", "打我电话", "格式不对"),
        ("电话", "12", "格式不对"),
        ("联系人", "很" * 51, "太长"),
    ],
)
def test_a_wrong_cell_is_told_by_row_and_column(column, value, reason):
    """With the reason in both languages and what was in the cell."""
    problems = checker().check(9, row(**{column: value}))
    assert isinstance(problems, list)
    assert [(9, column)] == [(problem.row, problem.column) for problem in problems]
    assert reason in problems[0].reason
    assert " / " in problems[0].reason
    assert value.strip() == problems[0].value or "\x00" in value


def test_all_that_is_wrong_with_a_row_is_told_at_once():
    """Nobody should have to import five times to mend five cells."""
    problems = checker().check(3, row(内容="", 电话="x", 渠道="y", 受理时间="z"))
    assert isinstance(problems, list)
    assert {"内容", "电话", "渠道", "受理时间"} == {problem.column for problem in problems}


def test_a_missing_column_that_is_required_is_named_by_its_own_name():
    """A row that is too short lacks its last cells."""
    problems = checker(["来源编号", "内容"]).check(4, ["1"])
    assert [
        Problem(row=4, column="内容", reason="必填 / Missing data for required field.", value="")
    ] == problems


def test_cells_beyond_the_header_are_told():
    """An unquoted comma shifts a row; what is behind the last column would be lost unseen."""
    problems = checker().check(5, [*GOOD, "多出来的", ""])
    assert isinstance(problems, list)
    assert (5, "", "多出来的") == (problems[0].row, problems[0].column, problems[0].value)


def test_a_masked_phone_is_nobodys_and_no_mistake():
    """Exports are masked; a masked number must not come back as a number."""
    entry = checker().check(2, row(电话="138****5678", 联系人="陈**"))
    assert isinstance(entry, Entry)
    assert not entry.filing.contact


@pytest.mark.parametrize("door", ["服务热线", "service hotline", "HOTLINE", "hotline"])
def test_a_door_may_be_called_by_any_of_its_names(door):
    """Chinese, English or the code."""
    entry = checker().check(2, row(渠道=door))
    assert isinstance(entry, Entry)
    assert "hotline" == entry.filing.door


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2019-04-25T09:32:09+08:00", "2019-04-25T09:32:09+08:00"),
        ("2019-04-25T01:32:09Z", "2019-04-25T01:32:09+00:00"),
        ("2019-04-25 09:32", "2019-04-25T09:32:00+08:00"),
        ("2019/4/5 9:05:07", "2019-04-05T09:05:07+08:00"),
        ("2019年4月5日", "2019-04-05T00:00:00+08:00"),
        ("2019年4月5日 9时5分", "2019-04-05T09:05:00+08:00"),
        ("2019年4月5日9时5分7秒", "2019-04-05T09:05:07+08:00"),
        ("2019.4.5", "2019-04-05T00:00:00+08:00"),
    ],
)
def test_times_are_read_as_people_write_them(text, expected):
    """Without an offset it is China's time."""
    assert dt.datetime.fromisoformat(expected) == read_time(text)


@pytest.mark.parametrize(
    "text", ["", "昨天", "25/4/2019", "2019-4", "2019-04-25 25:00", "99999-01-01", "2019-00-01"]
)
def test_what_is_no_time_is_none(text):
    """Guessing a date would be worse than asking."""
    assert read_time(text) is None


def test_rows_without_a_number_are_known_again_by_their_contents():
    """The same file gives the same references, also for two equal rows; another content gives another."""
    header = ["内容", "地点"]
    rows = [["路灯不亮", "一号楼"], ["路灯不亮", "一号楼"], ["路灯不亮", "二号楼"]]

    def references():
        check = checker(header)
        found = [check.check(number, cells) for number, cells in enumerate(rows, start=2)]
        return [entry.filing.source_ref for entry in found if isinstance(entry, Entry)]

    assert references() == references()
    assert [1, 1, 1] == [references().count(one) for one in references()]


def test_two_rows_with_one_number_are_not_silently_one():
    """The second is told, with the row of the first."""
    check = checker()
    check.check(2, GOOD)
    problems = check.check(7, row(内容="别的事情"))
    assert isinstance(problems, list)
    assert "第 2 行" in problems[0].reason


def test_what_our_own_export_names_as_source_keeps_its_name():
    """An exported ledger may be imported elsewhere, and again here."""
    for reference in ("petitions:7", "page:0f3c", "ledger#ab.1"):
        entry = checker().check(2, row(来源编号=reference))
        assert isinstance(entry, Entry)
        assert reference == entry.filing.source_ref


def test_petitions_are_read_by_their_own_columns():
    """id, title, time and text; user and votes are known and not used."""
    header = ["id", "user", "title", "time", "text", "against", "likes"]
    layout = PETITIONS.layout(header)
    entry = checker(header, PETITIONS).check(
        2, ["360114", "A1", "实习", "2017-06-08T17:31:20+08:00", "学校强制实习", "0", "3"]
    )
    assert isinstance(entry, Entry)
    assert ("petitions:360114", "实习", "platform") == (
        entry.filing.source_ref,
        entry.filing.title,
        entry.filing.door,
    )
    assert () == layout.unknown


@pytest.mark.parametrize(
    "header",
    [
        [column.header for column in COLUMNS],
        [column.zh for column in COLUMNS],
        [column.en for column in COLUMNS],
        ["内容*", " 受理 时间 "],
    ],
)
def test_our_own_headers_are_known_in_every_form(header):
    """Both languages together, each alone, with the mark of a required column, with blanks."""
    assert () == LEDGER.layout(header).unknown


def test_unknown_columns_are_named():
    """They are not used, and the import says so."""
    assert ("备注", "颜色") == LEDGER.layout(["内容", "备注", "", "颜色"]).unknown


@pytest.mark.parametrize(
    ("header", "wanted"),
    [
        (["姓名", "年龄"], "缺少 内容"),
        ([], "缺少 内容"),
        (["内容", "Text"], "重复"),
        (["id", "user", "title", "time", "text", "against", "likes"], "--map petitions"),
    ],
)
def test_wrong_columns_are_told_before_any_row(header, wanted):
    """Also when another map is meant: its rows would come in without their numbers, and twice."""
    with pytest.raises(Invalid) as caught:
        LEDGER.layout(header)
    assert wanted in caught.value.zh


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠"])
def test_no_cell_becomes_a_formula_and_comes_back_as_it_was(start):
    """A guarded cell begins with an apostrophe; reading takes it away again."""
    text = f"{start}cmd|' /C calc'!A0"
    assert "'" == guarded(text)[0]
    assert text == unguarded(guarded(text))


@pytest.mark.parametrize("text", ["路灯", "'路灯", "3-4 号楼", "", "'"])
def test_harmless_cells_are_left_alone(text):
    """Only what a spreadsheet would take for a formula is changed."""
    assert (text, text) == (guarded(text), unguarded(text))
