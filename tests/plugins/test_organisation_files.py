"""
Organisations in files: every bad row is named with file, row, column and reason, all in one run; the formats say the same.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from pathlib import Path

import pytest
import xlsxwriter

from whistle.contracts.organisation import ALWAYS, OPEN, Node
from whistle.plugins.organisation import SECTIONS, Files, Loaded, built_in, read_organisation

NODES = """编码,类型,名称,上级,国标码,经度,纬度,生效日期,失效日期
d,区,某区,,370883,,,,
s,street,某街道,d,370883001,,,,
c,社区,某社区,s,370883001001,,,,
g,网格,一网格,c,370883001001001,116.98,35.40,2026-01-01,2026年3月15日
g,网格,一网格(新),c,370883001001001,116.98,35.40,2026/3/15,
b,楼栋,1号楼,c,,,,,
"""
PEOPLE = (
    "编号,姓名,来源,单位,特长,电话\np1,王建国,社区工作者,,调解、法律,13812345678\np2,李秀英,,退休支部,,\n"
)
POSTS = "所在,职务,人员,单位,生效日期\nc,社区书记,p1,,\nc,grid-centre-director,p1,,2026-01-01\nc,驻区单位,,第一中学,\n"
DUTIES = (
    "所在,人员,星期,上岗时间,下岗时间,备注\nc,p1,周一至周三、周六,8:00,12:00,前台\nc,p2,工作日,18:00,24:00,\n"
)
CHARGES = "职务,性质,类别,内容\n网格员,共性,信息采集,每日巡查并登记\n"
GOOD = {"nodes": NODES, "people": PEOPLE, "posts": POSTS, "duties": DUTIES, "charges": CHARGES}


def read(folder: Path, texts: dict[str, str]) -> Loaded:
    """The organisation of these CSV texts."""
    for name, text in texts.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    files = Files(folder=folder, sections={name: (f"{name}.csv",) for name in texts}, catalogue=built_in())
    return read_organisation("zc", files)


def test_good_files_are_read_as_they_stand(tmp_path: Path) -> None:
    """Chinese and English words, three ways to write a day, lists, times; nothing given means no limit."""
    loaded = read(tmp_path, GOOD)
    assert () == loaded.problems
    made = loaded.organisation
    spans = [(node.start, node.end) for node in made.nodes if node.code == "g"]
    turned = dt.date(2026, 3, 15)
    assert [(dt.date(2026, 1, 1), turned), (turned, OPEN)] == spans
    assert Node(code="d", kind="district", name="某区", parent=None, official="370883") == made.nodes[0]
    assert (ALWAYS, (116.98, 35.4)) == (made.nodes[0].start, made.nodes[3].centre)
    assert (("调解", "法律"), "other") == (made.people[0].skills, made.people[1].source)
    assert ["community-secretary", "grid-centre-director", "resident-institution"] == [
        post.role for post in made.posts
    ]
    assert [(1, 2, 3, 6), (1, 2, 3, 4, 5)] == [duty.weekdays for duty in made.duties]
    assert dt.time(0) == made.duties[1].finish
    assert "common" == made.charges[0].sort
    assert loaded.has_phones


def test_a_phone_number_stands_in_no_text_of_a_record(tmp_path: Path) -> None:
    """What is printed of a person, in a log line or a traceback, has no number."""
    loaded = read(tmp_path, GOOD)
    assert "13812345678" == loaded.organisation.people[0].phone
    assert "13812345678" not in repr(loaded)


MISTAKES = {
    "no code": ("nodes", "b,楼栋", ",楼栋", "row 7 编码 code", ""),
    "bad code": ("nodes", "b,楼栋", "b/1,楼栋", "row 7 编码 code", "b/1"),
    "unknown kind": ("nodes", "b,楼栋", "b,大楼", "row 7 类型 kind", "大楼"),
    "no name": ("nodes", "b,楼栋,1号楼", "b,楼栋,", "row 7 名称 name", ""),
    "bad day": ("nodes", "2026/3/15", "2026/2/30", "row 6 生效日期 start", "2026/2/30"),
    "end before start": ("nodes", "2026年3月15日", "2025-01-01", "row 5 失效日期 end", "2025-01-01"),
    "swapped degrees": ("nodes", "116.98,35.40,2026-01", "35.40,116.98,2026-01", "row 5 纬度 lat", "116.98"),
    "half a position": ("nodes", "116.98,35.40,2026-01", "116.98,,2026-01", "row 5 纬度 lat", ""),
    "not a number": ("nodes", "116.98,35.40,2026-01", "nan,35.40,2026-01", "row 5 经度 lon", "nan"),
    "unknown source": ("people", "社区工作者", "火星", "row 2 来源 source", "火星"),
    "no id": ("people", "p2,", ",", "row 3 编号 id", ""),
    "unknown role": ("posts", "社区书记", "皇帝", "row 2 职务 role", "皇帝"),
    "nobody": ("posts", "p1,,\nc,grid", ",,\nc,grid", "row 2 人员编号 person", ""),
    "two holders": ("posts", "社区书记,p1,", "社区书记,p1,第一中学", "row 2 人员编号 person", "p1 第一中学"),
    "bad weekday": ("duties", "工作日", "周八", "row 3 星期 weekdays", "周八"),
    "bad time": ("duties", "18:00", "25:00", "row 3 上岗时间 begin", "25:00"),
    "unknown sort": ("charges", "共性", "通用", "row 2 性质 sort", "通用"),
    "too long": ("charges", "每日巡查", "巡" * 1001, "row 2 内容 text", "巡"),
    "unknown column": ("nodes", "国标码", "国标吗", "row 1 架构 nodes", "国标吗"),
    "column twice": ("nodes", "国标码", "名称", "row 1 架构 nodes", "名称"),
    "missing column": ("people", "姓名", "备注", "row 1 人员 people", "姓名 name"),
    "open quote": ("nodes", "b,楼栋,1号楼", 'b,楼栋,"1号楼', "row 7", ""),
}


@pytest.mark.parametrize(("section", "old", "new", "rule", "culprit"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_named_with_file_row_and_column(
    tmp_path: Path, section: str, old: str, new: str, rule: str, culprit: str
) -> None:
    """One wrong cell: its file, its row as a spreadsheet counts, its column, the cell, and what would be right."""
    assert old in GOOD[section]
    loaded = read(tmp_path, {**GOOD, section: GOOD[section].replace(old, new, 1)})
    found = [one for one in loaded.problems if one.file == f"{tmp_path.name}/{section}.csv"]
    assert (rule, True) in [(one.rule, culprit in one.culprit) for one in found], loaded.problems
    assert all(one.zh and one.en for one in found)


def test_twelve_mistakes_come_in_one_run(tmp_path: Path) -> None:
    """Each by its own line, in the order of the files; nothing stops at the first."""
    texts = {
        "nodes": NODES.replace("b,楼栋", "b b,大楼")
        .replace("2026/3/15", "明天")
        .replace("116.98,35.40", "x,95", 1),
        "people": PEOPLE.replace("社区工作者", "火星").replace("p2,李秀英", "p2,"),
        "posts": POSTS.replace("社区书记", "皇帝").replace("2026-01-01", "昨天"),
        "duties": DUTIES.replace("8:00", "8点", 1).replace("工作日", "周八"),
        "charges": CHARGES.replace("共性", "通用"),
    }
    problems = read(tmp_path, texts).problems
    assert 12 == len(problems)
    assert 12 == len({(one.file, one.rule) for one in problems})
    assert list(texts) == list(dict.fromkeys(one.file.split("/")[1].removesuffix(".csv") for one in problems))


BROKEN_FILES = {
    "empty.csv": b"",
    "picture.csv": b"\x89PNG\r\n\x1a\n\x00\x00\xff\xfe",
    "broken.xlsx": b"PK\x03\x04 broken",
    "broken.geojson": b"{",
    "list.geojson": b"[]",
    "odd.geojson": b'{"type":"FeatureCollection","features":[7,{"properties":null}]}',
    "nodes.doc": b"x",
}


@pytest.mark.parametrize("name", [*BROKEN_FILES, "absent.csv"])
def test_a_file_that_cannot_be_read_is_a_problem(tmp_path: Path, name: str) -> None:
    """Empty, binary, cut, shapeless, of another kind or not there at all: told, never a traceback."""
    if name in BROKEN_FILES:
        (tmp_path / name).write_bytes(BROKEN_FILES[name])
    loaded = read_organisation(
        "zc", Files(folder=tmp_path, sections={"nodes": (name,)}, catalogue=built_in())
    )
    assert loaded.problems
    assert {f"{tmp_path.name}/{name}"} == {one.file for one in loaded.problems}


# --- formats ------------------------------------------------------------------------------------------------------------------


def workbook(path: Path, texts: dict[str, str]) -> None:
    """These CSV texts as sheets of a workbook, days and numbers as a spreadsheet has them."""
    with xlsxwriter.Workbook(str(path)) as book:
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for name, text in texts.items():
            sheet = book.add_worksheet(SECTIONS[name].zh)
            for number, cells in enumerate(csv.reader(io.StringIO(text))):
                for place, cell in enumerate(cells):
                    if cell == "2026-01-01":
                        sheet.write_datetime(number, place, dt.date(2026, 1, 1), day)
                    elif cell.replace(".", "").isdigit():
                        sheet.write_number(number, place, float(cell))
                    else:
                        sheet.write_string(number, place, cell)


def test_a_workbook_says_what_the_csv_files_say(tmp_path: Path) -> None:
    """One sheet for each table, found by its name; numbers and days of the spreadsheet are taken as they look."""
    workbook(tmp_path / "all.xlsx", GOOD)
    files = Files(folder=tmp_path, sections=dict.fromkeys(GOOD, ("all.xlsx",)), catalogue=built_in())
    loaded = read_organisation("zc", files)
    assert () == loaded.problems
    assert read(tmp_path, GOOD).organisation == loaded.organisation


def test_gbk_is_taken(tmp_path: Path) -> None:
    """WPS saves CSV so."""
    expected = read(tmp_path, GOOD).organisation
    for name, text in GOOD.items():
        (tmp_path / f"{name}.csv").write_bytes(text.encode("gb18030"))
    files = Files(folder=tmp_path, sections={name: (f"{name}.csv",) for name in GOOD}, catalogue=built_in())
    assert expected == read_organisation("zc", files).organisation


RING = [[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 0.0]]


def feature(geometry: object, **properties: str) -> dict[str, object]:
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def with_shapes(folder: Path, *features: object) -> Loaded:
    """The good files with these features as outlines."""
    read(folder, GOOD)
    text = json.dumps({"type": "FeatureCollection", "features": features})
    (folder / "shapes.geojson").write_text(text, encoding="utf-8")
    sections = {**{name: (f"{name}.csv",) for name in GOOD}, "shapes": ("shapes.geojson",)}
    return read_organisation("zc", Files(folder=folder, sections=sections, catalogue=built_in()))


def test_outlines_come_from_geojson(tmp_path: Path) -> None:
    """To all spans of a node, or to the one that begins on a day."""
    polygon = {"type": "Polygon", "coordinates": [RING]}
    both = with_shapes(tmp_path, feature(polygon, 编码="g"))
    assert [True, True] == [bool(one.shape) for one in both.organisation.nodes if one.code == "g"]
    assert polygon == json.loads(both.organisation.nodes[3].shape)
    later = with_shapes(tmp_path, feature(polygon, code="g", start="2026-03-15"))
    assert [False, True] == [bool(one.shape) for one in later.organisation.nodes if one.code == "g"]


@pytest.mark.parametrize(
    ("found", "rule"),
    [
        (feature({"type": "Point", "coordinates": [0, 0]}, code="g"), "feature 1 geometry"),
        (feature({"type": "Polygon", "coordinates": [RING[:3]]}, code="g"), "feature 1 geometry"),
        (feature({"type": "Polygon", "coordinates": []}, code="g"), "feature 1 geometry"),
        (
            feature({"type": "Polygon", "coordinates": [[*RING[:3], [999, 0]]]}, code="g"),
            "feature 1 geometry",
        ),
        (
            feature(
                {"type": "Polygon", "coordinates": [[[35.4, 116.9], *RING[1:3], [35.4, 116.9]]]}, code="g"
            ),
            "feature 1 geometry",
        ),
        (feature({"type": "Polygon", "coordinates": [RING]}, code="nobody"), "row 1 编码 code"),
    ],
)
def test_a_bad_outline_is_named(tmp_path: Path, found: object, rule: str) -> None:
    """Points, open or empty rings, positions off the earth or with latitude first, unknown nodes."""
    assert [rule] == [one.rule for one in with_shapes(tmp_path, found).problems]
