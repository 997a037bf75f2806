"""
The tables inside of a version in ``points.toml``: their keys, and what is made of them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate

from whistle_points.domain import MOST
from whistle_points.domain.flags import Thresholds
from whistle_points.domain.grids import GridItem, GridResult, GridRules
from whistle_points.domain.recurrence import VolunteerDay

NAME = validate.Regexp(r"[a-z0-9][a-z0-9-]{0,39}\Z", error="a-z, 0-9 and hyphens")


class Points(fields.Field[int]):
    """Points with at most one decimal, as tenths."""

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise ValidationError("Not a valid number.")
        tenths = round(value * 10)
        if abs(tenths / 10 - value) > 1e-9 or abs(tenths) > MOST:
            raise ValidationError("最多一位小数 / at most one decimal")
        return tenths


def whole(least: int, most: int, **options: Any) -> fields.Integer:
    """A whole number in a range."""
    return fields.Integer(strict=True, validate=validate.Range(least, most), **options)


class FlagsSchema(Schema):
    """``[versions.flags]``: from when something looks wrong."""

    days = whole(1, 366)
    shared_device = whole(0, 1000)
    overlap_minutes = whole(0, 1440)
    long_day_minutes = whole(0, 1440)
    same_evidence = whole(0, 1000)
    mutual_reviews = whole(0, 1000)
    burst_days = whole(1, 31)
    burst_claims = whole(0, 1000)
    over_cap = whole(0, 1000)


class _GridItemSchema(Schema):
    name = fields.String(required=True, validate=validate.Length(1, 100))
    most = Points(required=True, validate=validate.Range(min=1))


class _GridResultSchema(Schema):
    title = fields.String(required=True, validate=validate.Length(1, 40))
    yuan = whole(0, 10_000_000, required=True)
    places = whole(1, 100_000)
    least = Points(validate=validate.Range(min=0))


class GridSchema(Schema):
    """``[versions.grid]``: how grids are evaluated each month."""

    items = fields.Dict(
        required=True,
        keys=fields.String(validate=NAME),
        values=fields.Nested(_GridItemSchema),
        validate=validate.Length(1, 100),
    )
    results = fields.List(fields.Nested(_GridResultSchema), required=True, validate=validate.Length(1, 50))


class _Clock(fields.Field[dt.time]):
    """A local time of TOML: ``09:00:00``."""

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> dt.time:
        if not isinstance(value, dt.time):
            raise ValidationError("应为时间,如 09:00:00 / a time, e.g. 09:00:00")
        return value


class VolunteerDaySchema(Schema):
    """``[versions.volunteer_day]``: what is planned for each month."""

    title = fields.String(required=True, validate=validate.Length(1, 200))
    item = fields.String(required=True, validate=NAME)
    kind = fields.String(validate=NAME)
    place = fields.String(validate=validate.Length(max=200))
    day = whole(1, 31)
    weekday = whole(1, 7)
    nth = fields.Integer(strict=True, validate=validate.OneOf([1, 2, 3, 4, 5, -1]))
    starts = _Clock()
    minutes = whole(10, 1440)
    capacity = whole(1, 100_000)
    ahead = whole(0, 12)


def sections(values: dict[str, Any]) -> dict[str, Any]:
    """Takes the tables out of a version's values; what they are in the domain, by the scheme's attributes."""
    day = values.pop("volunteer_day", None)
    return {
        "flags": Thresholds(**values.pop("flags", {})),
        "grid": _grid(values.pop("grid", {"items": {}, "results": []})),
        "volunteer_day": VolunteerDay(**day) if day else None,
    }


def _grid(row: Mapping[str, Any]) -> GridRules:
    items = {name: GridItem(id=name, **one) for name, one in row["items"].items()}
    return GridRules(items=items, results=tuple(GridResult(**one) for one in row["results"]))
