"""
A whole street's organisation as files, made by rule and therefore always the same: for tests, measurements and trying things.

By default as large as that of S4: 12 communities, 69 compounds, 150 grids, 382 micro-grids, and the party's five levels with
100 branches, 214 groups and 435 member households (S4-1, S4-3).
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
GIVEN = ("建国", "秀英", "志强", "桂兰", "丽华", "海燕", "国庆", "红梅", "立新", "小军", "文静")
COUNTY, STREET, CELL = "370883", "370883001", 0.002

TABLES = """
[organisation]
nodes = "organisation/nodes.csv"
shapes = "organisation/grids.geojson"
people = "organisation/people.csv"
posts = "organisation/posts.csv"
duties = "organisation/duties.csv"
rosters = ["one-chief-three-staff"]
"""
"""What stands in ``district.toml`` for these files."""


@dataclass(frozen=True, kw_only=True)
class Size:
    """How many of each there are; ``buildings`` for each micro-grid, ``units`` for each building."""

    communities: int = 12
    compounds: int = 69
    grids: int = 150
    micro_grids: int = 382
    buildings: int = 3
    units: int = 2
    branches: int = 100
    groups: int = 214
    households: int = 435


def write_street(folder: Path, size: Size | None = None) -> Path:
    """Write the files that :data:`TABLES` names under ``folder``; returns their folder."""
    target = folder / "organisation"
    target.mkdir(parents=True, exist_ok=True)
    for name, text in street_files(size or Size()).items():
        (target / name).write_text(text, encoding="utf-8-sig" if name.endswith(".csv") else "utf-8")
    return target


def street_files(size: Size) -> dict[str, str]:
    """The files by name."""
    nodes = list(_nodes(size))
    return {
        "nodes.csv": _csv("编码,类型,名称,上级,国标码,经度,纬度", nodes),
        "grids.geojson": json.dumps(_outlines(size), ensure_ascii=False),
        "people.csv": _csv("编号,姓名,来源,单位,特长", _people(size)),
        "posts.csv": _csv("所在,职务,人员,单位", _posts(size)),
        "duties.csv": _csv("所在,人员,星期,上岗时间,下岗时间", _duties(size)),
    }


def _csv(header: str, rows: Iterable[Sequence[object]]) -> str:
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(header.split(","))
    writer.writerows(rows)
    return text.getvalue()


def _share(number: int, of: int, among: int) -> int:
    """Which of ``among`` (from 1) the ``number``-th of ``of`` belongs to, if all get about the same."""
    return (number - 1) * among // of + 1


def _grid_place(grid: int) -> tuple[float, float]:
    """South-west corner of a grid's cell on a lattice."""
    return 116.96 + (grid % 15) * CELL, 35.38 + (grid // 15) * CELL


def _nodes(size: Size) -> Iterator[Sequence[object]]:
    yield "zc", "区县", "邹城市", "", COUNTY, "", ""
    yield "fs", "街道", "凫山街道", "zc", STREET, "", ""
    yield "fs-dw", "街道党工委", "凫山街道党工委", "fs", "", "", ""
    for one in range(1, size.communities + 1):
        yield f"sq{one}", "社区", f"第{one}社区", "fs", f"{STREET}{one:03}", "", ""
        yield f"sq{one}-dw", "社区党委", f"第{one}社区党委", f"sq{one}", "", "", ""
    for one in range(1, size.compounds + 1):
        yield (
            f"xq{one}",
            "小区",
            f"第{one}小区",
            f"sq{_share(one, size.compounds, size.communities)}",
            "",
            "",
            "",
        )
    for one in range(1, size.grids + 1):
        compound = _share(one, size.grids, size.compounds)
        community = _share(compound, size.compounds, size.communities)
        yield f"wg{one}", "网格", f"第{one}网格", f"xq{compound}", f"{STREET}{community:03}{one:03}", "", ""
    for one in range(1, size.micro_grids + 1):
        grid = _share(one, size.micro_grids, size.grids)
        yield f"wwg{one}", "微网格", f"第{one}微网格", f"wg{grid}", "", "", ""
        yield from _buildings(size, one, grid)
    yield from _party(size)


def _buildings(size: Size, micro_grid: int, grid: int) -> Iterator[Sequence[object]]:
    west, south = _grid_place(grid)
    for one in range(1, size.buildings + 1):
        code = f"wwg{micro_grid}-{one}"
        lon = west + CELL * ((micro_grid % 7) + 1) / 9
        lat = south + CELL * one / (size.buildings + 1)
        yield code, "楼栋", f"{micro_grid}-{one}号楼", f"wwg{micro_grid}", "", f"{lon:.6f}", f"{lat:.6f}"
        for unit in range(1, size.units + 1):
            yield f"{code}-{unit}", "单元", f"{unit}单元", code, "", "", ""


def _party(size: Size) -> Iterator[Sequence[object]]:
    """Branches at the compounds, and at grids where there are more branches than compounds; groups; member households."""
    for one in range(1, size.branches + 1):
        at = f"xq{one}" if one <= size.compounds else f"wg{one - size.compounds}"
        yield f"zb{one}", "小区网格党支部", f"第{one}党支部", at, "", "", ""
    for one in range(1, size.groups + 1):
        branch = _share(one, size.groups, size.branches)
        yield f"dxz{one}", "楼栋党小组", f"第{one}党小组", f"zb{branch}", "", "", ""
    for one in range(1, size.households + 1):
        group = _share(one, size.households, size.groups)
        yield f"zxh{one}", "党员中心户", f"第{one}党员中心户", f"dxz{group}", "", "", ""


def _outlines(size: Size) -> object:
    features = []
    for one in range(1, size.grids + 1):
        west, south = _grid_place(one)
        east, north = round(west + CELL, 6), round(south + CELL, 6)
        ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
        shape = {"type": "Polygon", "coordinates": [[[round(x, 6), round(y, 6)] for x, y in ring]]}
        features.append({"type": "Feature", "properties": {"code": f"wg{one}"}, "geometry": shape})
    return {"type": "FeatureCollection", "features": features}


_STAFF = ("网格长", "党建指导员", "政策宣传员", "民情信息员")
_SOURCES = ("社区工作者", "驻区单位在职党员", "退休老党员", "物业公司党员")
_SKILLS = ("调解", "水电维修", "法律", "心理", "文艺", "")


def _name(number: int) -> str:
    return SURNAMES[number % len(SURNAMES)] + GIVEN[number % len(GIVEN)]


def _people(size: Size) -> Iterator[Sequence[object]]:
    for one in range(1, size.grids * len(_STAFF) + 1):
        source = _SOURCES[(one - 1) % len(_SOURCES)]
        yield f"p{one}", _name(one), source, "", _SKILLS[one % len(_SKILLS)]
    for one in range(1, size.households + 1):
        yield f"h{one}", _name(one + 7), "居民", "", ""


def _posts(size: Size) -> Iterator[Sequence[object]]:
    for grid in range(1, size.grids + 1):
        for place, role in enumerate(_STAFF, start=1):
            yield f"wg{grid}", role, f"p{(grid - 1) * len(_STAFF) + place}", ""
    for one in range(1, size.households + 1):
        yield f"zxh{one}", "党员中心户", f"h{one}", ""
    for one in range(1, size.compounds + 1):
        yield f"xq{one}", "物业公司", "", f"第{one}物业公司"


def _duties(size: Size) -> Iterator[Sequence[object]]:
    for grid in range(1, size.grids + 1):
        first = (grid - 1) * len(_STAFF)
        yield f"wg{grid}", f"p{first + 1}", "工作日", "08:30", "12:00"
        yield f"wg{grid}", f"p{first + 2}", "工作日", "14:00", "18:00"
        yield f"wg{grid}", f"p{first + 3}", "周末", "09:00", "11:30"
