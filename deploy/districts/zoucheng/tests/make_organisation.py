"""
Writes the organisation's files of this pack, always the same: 12 communities, 69 compounds, 150 grids, 382 micro-grids, and the
party's five levels (S4-1, S4-3)::

    python tests/make_organisation.py            # into whistle_zoucheng/organisation
    python tests/make_organisation.py <folder>
"""

# ruff: noqa: INP001 - the tests of a pack are no package: only whistle_* is installed
from __future__ import annotations

import csv
import io
import sys
from pathlib import Path

from whistle.testing.streets import Size, street_files

HERE = Path(__file__).parents[1] / "whistle_zoucheng" / "organisation"
SIZE = Size(buildings=1, units=1)
"""The account counts no buildings: one for each micro-grid shows that there is no blank area."""
NAMED = {"第1社区": "铁西社区", "第2社区": "石家庄社区", "第3社区": "海悦社区"}
"""The communities that the account names (S4-2)."""

CHARGES = (
    ("共性", "政策宣传", "宣传党的方针政策和惠民政策"),
    ("共性", "入户走访", "常态化入户走访,及时了解和掌握各种信息"),
    ("共性", "信息采集", "采集人、房、事信息,登记造册"),
    ("共性", "矛盾排查", "建立矛盾纠纷排查工作台账,早发现、早介入、早调解、早稳控"),
    ("共性", "事件上报", "网格事件及时上报、办结"),
    ("个性", "民生服务", "帮办代办,关心看病就医和医疗保险"),
    ("个性", "环境巡查", "巡查居住环境和消防通道"),
    ("个性", "志愿服务", "带动网格志愿服务团队"),
)
"""The eight classes of a grid worker's common and individual duties (S4-10)."""


def files() -> dict[str, str]:
    """The files by name; outlines are left out, because they would be those of no real place."""
    made = street_files(SIZE)
    del made["grids.geojson"]
    nodes = made["nodes.csv"]
    for number, name in NAMED.items():
        nodes = nodes.replace(f",{number},", f",{name},").replace(f",{number}党委,", f",{name}党委,")
    made["nodes.csv"] = nodes
    text = io.StringIO(newline="")
    csv.writer(text).writerows([("职务", "性质", "类别", "内容"), *(("网格员", *row) for row in CHARGES)])
    made["charges.csv"] = text.getvalue()
    return {name: text.replace("\r\n", "\n") for name, text in made.items()}


def write(folder: Path = HERE) -> None:
    """Write them."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files().items():
        (folder / name).write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    write(*map(Path, sys.argv[1:]))
