"""
Records of the organisation as rows, and back.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa

from whistle.contracts.organisation import Charge, Duty, Node, Person, Post
from whistle_routing.store.organisation_tables import charges, duties, nodes, people, posts

Row = sa.RowMapping


def _node_row(node: Node) -> dict[str, Any]:
    row = dict(vars(node))
    centre = row.pop("centre")
    return {**row, "lon": centre[0] if centre else None, "lat": centre[1] if centre else None}


def _node(row: Row) -> Node:
    centre = None if row["lon"] is None else (row["lon"], row["lat"])
    return Node(
        code=row["code"],
        kind=row["kind"],
        name=row["name"],
        parent=row["parent"],
        official=row["official"],
        centre=centre,
        shape=row["shape"],
        start=row["start"],
        end=row["end"],
    )


def person_of(row: Row) -> Person:
    """A person with the masked phone number only."""
    return Person(
        id=row["id"],
        name=row["name"],
        source=row["source"],
        unit=row["unit"],
        skills=tuple(row["skills"]),
        phone=row["phone"],
    )


def _post(row: Row) -> Post:
    return Post(
        node=row["node"],
        role=row["role"],
        person=row["person"],
        unit=row["unit"],
        start=row["start"],
        end=row["end"],
    )


def _duty_row(duty: Duty) -> dict[str, Any]:
    return {
        **vars(duty),
        "weekdays": ",".join(map(str, duty.weekdays)),
        "begin": duty.begin.isoformat("minutes"),
        "finish": duty.finish.isoformat("minutes"),
    }


def _duty(row: Row) -> Duty:
    return Duty(
        node=row["node"],
        person=row["person"],
        weekdays=tuple(map(int, filter(None, row["weekdays"].split(",")))),
        begin=dt.time.fromisoformat(row["begin"]),
        finish=dt.time.fromisoformat(row["finish"]),
        note=row["note"],
        start=row["start"],
        end=row["end"],
    )


def _charge(row: Row) -> Charge:
    return Charge(
        role=row["role"],
        sort=row["sort"],
        subject=row["subject"],
        text=row["text"],
        start=row["start"],
        end=row["end"],
    )


DATED: tuple[tuple[str, sa.Table, Callable[[Any], dict[str, Any]], Callable[[Row], Any]], ...] = (
    ("nodes", nodes, _node_row, _node),
    ("posts", posts, lambda post: dict(vars(post)), _post),
    ("duties", duties, _duty_row, _duty),
    ("charges", charges, lambda charge: dict(vars(charge)), _charge),
)
"""Section, table, record to row, row to record; people are stored in their own way, because of their phone numbers."""

TABLES = (nodes, people, posts, duties, charges)
