"""
The columns of ledgers, as data: our own (S1-9) and those of files from elsewhere.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from whistle.errors import Invalid

GUARDED = "=+-@\t\r\x00＝＋－＠"
"""What a spreadsheet may take for a formula at the beginning of a cell (ASVS 5.0.0 1.2.10, and the full-width forms)."""


@dataclass(frozen=True, kw_only=True)
class Column:
    """
    One column of our own ledger. ``taken``: an import reads it; the others tell what became of the case and are only written.
    """

    name: str
    zh: str
    en: str
    taken: bool = True
    width: int = 14

    @property
    def header(self) -> str:
        """What stands in the first row of our files."""
        return f"{self.zh} {self.en}"


COLUMNS: tuple[Column, ...] = (
    Column(name="no", zh="编号", en="No"),
    Column(name="source_ref", zh="来源编号", en="Source"),
    Column(name="filed_at", zh="受理时间", en="Filed at", width=20),
    Column(name="district", zh="区", en="District"),
    Column(name="door", zh="渠道", en="Door"),
    Column(name="title", zh="标题", en="Title", width=36),
    Column(name="text", zh="内容", en="Text", width=60),
    Column(name="place", zh="地点", en="Place", width=24),
    Column(name="grid", zh="网格", en="Grid", width=20),
    Column(name="category", zh="类别", en="Category", width=20),
    Column(name="tags", zh="标签", en="Tags"),
    Column(name="contact_name", zh="联系人", en="Contact"),
    Column(name="phone", zh="电话", en="Phone"),
    Column(name="state", zh="状态", en="State", taken=False),
    Column(name="round", zh="轮次", en="Round", taken=False),
    Column(name="party_name", zh="主办单位", en="Lead", taken=False, width=20),
    Column(name="due_at", zh="时限", en="Due at", taken=False, width=20),
    Column(name="result", zh="办理结果", en="Result", taken=False, width=36),
    Column(name="answer_way", zh="答复方式", en="Answered by", taken=False),
    Column(name="answer", zh="答复内容", en="Answer", taken=False, width=36),
    Column(name="rating", zh="评价", en="Rating", taken=False),
    Column(name="changed_at", zh="更新时间", en="Changed at", taken=False, width=20),
)


@dataclass(frozen=True, kw_only=True)
class ColumnMap:
    """
    How a file's columns become ours.

    ``fields``: headers under which a field may come, as :func:`normalised`. ``ignored``: headers that are known and not used.
    ``source``: the field that identifies a row where it comes from.
    """

    name: str
    fields: Mapping[str, tuple[str, ...]]
    ignored: frozenset[str]
    source: str = "source_ref"

    def layout(self, header: Sequence[str]) -> Layout:
        """
        Where each field stands.

        Raises:
            Invalid: the text is missing, a field comes twice, or another map is meant.
        """
        names = [normalised(cell) for cell in header]
        places: dict[str, int] = {}
        unknown: list[str] = []
        for place, name in enumerate(names):
            field = next((field for field, known in self.fields.items() if name in known), None)
            if field is not None and field in places:
                raise Invalid(f"列“{header[place]}”重复", f"the column {header[place]!r} comes twice")
            if field is not None:
                places[field] = place
            elif name and name not in self.ignored:
                unknown.append(header[place])
        if "text" not in places or (unknown and self.source not in places and self._others(header)):
            raise self._lacking(header)
        return Layout(places, tuple(cell.strip() for cell in header), tuple(unknown))

    def _others(self, header: Sequence[str]) -> list[str]:
        return [other.name for other in MAPS.values() if other is not self and other.fits(header)]

    def _lacking(self, header: Sequence[str]) -> Invalid:
        found = ", ".join(cell.strip()[:20] for cell in header if cell.strip())[:200] or "-"
        if others := self._others(header):
            option = f"--map {others[0]}"
            return Invalid(
                f"列不对:文件的列为 {found},请用 {option}",
                f"wrong columns: the file has {found}; say {option}",
            )
        wanted = " / ".join(self.fields["text"][:3])
        return Invalid(
            f"列不对:缺少 {wanted};文件的列为:{found}",
            f"wrong columns: {wanted} is missing; the file has: {found}",
        )

    def fits(self, header: Sequence[str]) -> bool:
        """Are text and the row's own number there?"""
        names = {normalised(cell) for cell in header}
        return all(names & set(self.fields[field]) for field in ("text", self.source))


@dataclass(frozen=True)
class Layout:
    """Places of the fields, the header as it is, and headers that nobody knows."""

    places: Mapping[str, int]
    header: tuple[str, ...]
    unknown: tuple[str, ...]


def normalised(header: str) -> str:
    """A header without blanks, marks of required fields and case."""
    return "".join(header.split()).strip("*＊\ufeff").casefold()


def _accepted(column: Column) -> tuple[str, ...]:
    return tuple(
        dict.fromkeys(normalised(name) for name in (column.zh, column.en, column.name, column.header))
    )


LEDGER = ColumnMap(
    name="ledger",
    fields=MappingProxyType({column.name: _accepted(column) for column in COLUMNS if column.taken}),
    ignored=frozenset(name for column in COLUMNS if not column.taken for name in _accepted(column)),
)
PETITIONS = ColumnMap(
    name="petitions",
    fields=MappingProxyType(
        {"source_ref": ("id",), "title": ("title",), "filed_at": ("time",), "text": ("text",)}
    ),
    ignored=frozenset({"user", "against", "likes"}),
)
MAPS: Mapping[str, ColumnMap] = MappingProxyType({map_.name: map_ for map_ in (LEDGER, PETITIONS)})


def guarded(text: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(tuple(GUARDED)) else text


def unguarded(text: str) -> str:
    """The cell as it was before :func:`guarded`."""
    return text[1:] if text[:1] == "'" and text[1:].startswith(tuple(GUARDED)) else text
