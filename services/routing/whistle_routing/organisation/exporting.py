"""
An organisation as files that load again to the same: a folder of CSV, a workbook, or GeoJSON.
"""

from __future__ import annotations

import csv
import datetime as dt
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from whistle.contracts.organisation import (
    ALWAYS,
    KINDS,
    OPEN,
    SORTS,
    SOURCES,
    WEEKDAYS,
    Charge,
    Duty,
    Node,
    Organisation,
    Person,
    Post,
)
from whistle.errors import Invalid
from whistle.files import whole_file
from whistle.plugins.organisation import SECTIONS
from whistle_routing.domain.organisation import tree_at

GUARDED = "=+-@\t\r"
"""What a spreadsheet may take for a formula at the beginning of a cell."""
Cells = Mapping[str, str]


def snapshot(organisation: Organisation, day: dt.date) -> Organisation:
    """Only what holds on a day, as if it held always."""
    tree = tree_at(organisation, day)

    def timeless(records: Iterable[Any]) -> tuple[Any, ...]:
        return tuple(replace(record, start=ALWAYS, end=OPEN) for record in records)

    return replace(
        organisation,
        nodes=timeless(tree.nodes.values()),
        posts=timeless(tree.posts),
        duties=timeless(tree.duties),
        charges=timeless(one for one in organisation.charges if one.start <= day < one.end),
    )


def export(organisation: Organisation, out: Path, *, phones: Mapping[str, str] | None = None) -> list[Path]:
    """
    Write an organisation to a folder, a ``.xlsx`` (with a ``.geojson`` beside it, if there are outlines) or a ``.geojson``.

    Args:
        phones: phone numbers in clear, by person; None leaves the column out, and a load then keeps the numbers it knows.

    Raises:
        Invalid: the place cannot be written to.
    """
    tables = {name: [header(name, phones), *rows] for name, rows in _tables(organisation, phones).items()}
    shapes = _outlines(organisation.nodes)
    try:
        if out.suffix.lower() == ".geojson":
            return [_write(out, _collection(_features(organisation.nodes)))]
        if out.suffix.lower() == ".xlsx":
            _workbook(out, tables)
            beside = out.with_suffix(".geojson")
            return [out, *([_write(beside, shapes)] if shapes else [])]
        out.mkdir(parents=True, exist_ok=True)
        written = [_csv(out / f"{name}.csv", rows) for name, rows in tables.items()]
        return [*written, *([_write(out / "shapes.geojson", shapes)] if shapes else [])]
    except OSError as error:
        raise Invalid(f"写不了 {out}:{error.strerror}", f"cannot write {out}: {error.strerror}") from None


def header(section: str, phones: Mapping[str, str] | None) -> list[str]:
    """The first row of a table."""
    return [column.header for column in SECTIONS[section].columns if _written(section, column.name, phones)]


def _written(section: str, column: str, phones: Mapping[str, str] | None) -> bool:
    if column == "note":
        return section == "duties"
    return column != "phone" or phones is not None


def _tables(organisation: Organisation, phones: Mapping[str, str] | None) -> dict[str, list[list[str]]]:
    tables = {}
    for name, rows in _cells(organisation, phones or {}).items():
        names = [column.name for column in SECTIONS[name].columns if _written(name, column.name, phones)]
        tables[name] = [[_guarded(str(cells.get(column) or "")) for column in names] for cells in rows]
    return tables


def _cells(organisation: Organisation, phones: Mapping[str, str]) -> dict[str, list[Cells]]:
    """By table the cells of each row, by column."""
    roles = {role.code: role.zh for role in organisation.roles}

    def with_role(record: Post | Charge) -> dict[str, Any]:
        return {**vars(record), "role": roles.get(record.role, record.role), **_span(record)}

    return {
        "nodes": [_node(node) for node in organisation.nodes],
        "people": [_person(person, phones.get(person.id, "")) for person in organisation.people],
        "posts": [with_role(post) for post in organisation.posts],
        "duties": [_duty(duty) for duty in organisation.duties],
        "charges": [{**with_role(charge), "sort": SORTS[charge.sort][0]} for charge in organisation.charges],
    }


def _person(person: Person, phone: str) -> Cells:
    source, skills = SOURCES[person.source][0], "、".join(person.skills)
    return {**vars(person), "source": source, "skills": skills, "phone": phone}


def _duty(duty: Duty) -> Cells:
    return {
        **vars(duty),
        "weekdays": "、".join(WEEKDAYS[day - 1] for day in duty.weekdays),
        "begin": duty.begin.isoformat("minutes"),
        "finish": duty.finish.isoformat("minutes"),
        **_span(duty),
    }


def _node(node: Node) -> Cells:
    lon, lat = map(repr, node.centre) if node.centre else ("", "")
    kind = KINDS[node.kind].zh
    return {**vars(node), "kind": kind, "parent": node.parent or "", "lon": lon, "lat": lat, **_span(node)}


def _span(record: Any) -> Cells:
    return {
        "start": "" if record.start == ALWAYS else record.start.isoformat(),
        "end": "" if record.end == OPEN else record.end.isoformat(),
    }


def _guarded(cell: str) -> str:
    negative = cell[:1] == "-" and cell[1:2].isdigit()
    return f"'{cell}" if cell[:1] and cell[0] in GUARDED and not negative else cell


# --- GeoJSON ----------------------------------------------------------------------------------------------------------------


def _outlines(nodes: Sequence[Node]) -> str:
    """The outlines of the nodes that have one, for the file beside the tables; empty if there are none."""
    features = []
    for node in nodes:
        if node.shape:
            # one of several spans of a node is named by its first day, even if that is the beginning of time
            properties = {"code": node.code, "start": node.start.isoformat()}
            features.append(_feature(properties, node.shape))
    return _collection(features) if features else ""


def _features(nodes: Sequence[Node]) -> list[Any]:
    """Every node as a feature, with or without an outline."""
    return [
        _feature(
            {name: cell for name, cell in _node(node).items() if cell and name not in ("shape", "centre")},
            node.shape,
        )
        for node in nodes
    ]


def _feature(properties: Mapping[str, Any], shape: str) -> Any:
    return {
        "type": "Feature",
        "properties": properties,
        "geometry": json.loads(shape) if shape else None,
    }


def _collection(features: Sequence[Any]) -> str:
    return json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False)


# --- files ------------------------------------------------------------------------------------------------------------------


def _write(path: Path, text: str) -> Path:
    with whole_file(path) as part:
        part.write_text(text, encoding="utf-8")
    return path


def _csv(path: Path, rows: Iterable[Sequence[str]]) -> Path:
    with whole_file(path) as part, part.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows(rows)
    return path


def _workbook(path: Path, tables: Mapping[str, Sequence[Sequence[str]]]) -> None:
    import xlsxwriter  # seldom needed

    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with whole_file(path) as part, xlsxwriter.Workbook(str(part), options) as book:
        bold, text = (
            book.add_format({"bold": True, "bg_color": "#E3EFF2"}),
            book.add_format({"num_format": "@"}),
        )
        for name, rows in tables.items():
            sheet = book.add_worksheet(SECTIONS[name].sheet)
            widths = {column.header: column.width for column in SECTIONS[name].columns}
            for place, title in enumerate(rows[0]):
                sheet.set_column(place, place, widths[title], text)
                sheet.write_string(0, place, title, bold)
            for number, cells in enumerate(rows[1:], start=1):
                for place, cell in enumerate(cells):
                    if cell:
                        sheet.write_string(number, place, cell)
            sheet.freeze_panes(1, 1)
