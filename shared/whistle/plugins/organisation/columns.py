"""
The tables of an organisation and their columns, as data: what a file may call them, and what an export writes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column. ``words`` are its Chinese names, the first is what we write; ``name`` is its English name."""

    name: str
    words: tuple[str, ...]
    needed: bool = False
    width: int = 14

    @property
    def header(self) -> str:
        """What stands in the first row of our files."""
        return f"{self.words[0]} {self.name}"


@dataclass(frozen=True, kw_only=True)
class Section:
    """One table: ``[organisation] <name> = "file"`` in ``district.toml``; in a workbook the sheet of that name."""

    name: str
    zh: str
    columns: tuple[Column, ...]

    @property
    def sheet(self) -> str:
        """What we call its sheet."""
        return f"{self.zh} {self.name}"


_SPAN = (
    Column(name="start", words=("生效日期", "起始日期", "开始日期")),
    Column(name="end", words=("失效日期", "终止日期", "结束日期")),
)
_NOTE = Column(name="note", words=("备注",), width=24)
_PERSON = ("人员编号", "人员")
_NODE = Column(name="node", words=("所在", "所在编码", "节点", "网格"), needed=True, width=20)

_ALL = (
    Section(
        name="nodes",
        zh="架构",
        columns=(
            Column(name="code", words=("编码", "代码"), needed=True, width=22),
            Column(name="kind", words=("类型", "层级"), needed=True),
            Column(name="name", words=("名称",), needed=True, width=28),
            Column(name="parent", words=("上级", "上级编码"), width=22),
            Column(name="official", words=("国标码", "网格码", "行政区划代码"), width=18),
            Column(name="lon", words=("经度",)),
            Column(name="lat", words=("纬度",)),
            *_SPAN,
            _NOTE,
        ),
    ),
    Section(
        name="people",
        zh="人员",
        columns=(
            Column(name="id", words=("编号", "人员编号"), needed=True),
            Column(name="name", words=("姓名",), needed=True),
            Column(name="source", words=("来源", "人员来源"), width=20),
            Column(name="unit", words=("单位", "所在单位"), width=24),
            Column(name="skills", words=("特长", "技能"), width=24),
            Column(name="phone", words=("电话", "手机", "联系电话"), width=16),
            _NOTE,
        ),
    ),
    Section(
        name="posts",
        zh="任职",
        columns=(
            _NODE,
            Column(name="role", words=("职务", "角色", "岗位"), needed=True, width=18),
            Column(name="person", words=_PERSON),
            Column(name="unit", words=("单位",), width=24),
            *_SPAN,
            _NOTE,
        ),
    ),
    Section(
        name="duties",
        zh="值班",
        columns=(
            _NODE,
            Column(name="person", words=_PERSON, needed=True),
            Column(name="weekdays", words=("星期", "值班日"), needed=True, width=24),
            Column(name="begin", words=("上岗时间", "开始时间"), needed=True),
            Column(name="finish", words=("下岗时间", "结束时间"), needed=True),
            *_SPAN,
            _NOTE,
        ),
    ),
    Section(
        name="charges",
        zh="职责",
        columns=(
            Column(name="role", words=("职务", "角色", "岗位"), needed=True, width=18),
            Column(name="sort", words=("性质", "共性个性"), needed=True),
            Column(name="subject", words=("类别",), needed=True, width=18),
            Column(name="text", words=("内容", "职责"), needed=True, width=60),
            *_SPAN,
            _NOTE,
        ),
    ),
)

SECTIONS: Mapping[str, Section] = MappingProxyType({section.name: section for section in _ALL})
"""The tables by name, in the order in which they are read."""

SHAPES = "shapes"
"""Further files of ``[organisation]``: GeoJSON with the outlines of nodes."""


def column_of(section: Section, header: str) -> Column | None:
    """
    The column that a header names: ``编码``, ``code``, or both (``编码 code``, ``编码(code)``); a ``*`` marks needed ones.
    """
    plain = header.replace("*", " ").replace("(", " ").replace(")", " ").replace("(", " ").replace(")", " ")
    for word in (" ".join(plain.split()), *plain.split()):
        for column in section.columns:
            if word.casefold() == column.name or word in column.words:
                return column
    return None
