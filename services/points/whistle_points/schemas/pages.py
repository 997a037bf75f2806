"""
Queries of pages.
"""

from __future__ import annotations

from marshmallow import fields, validate

from whistle_points.schemas.base import ID, MEMBER, DistrictQuery


class PageQuery(DistrictQuery):
    """What every page takes: ``elder`` 1 or 0 switches the larger text."""

    elder = fields.String()


class FrontQuery(PageQuery):
    """``member``: whose file is looked for."""

    member = fields.String(load_default=None, validate=MEMBER)


class PointQuery(PageQuery):
    """``point``: at which pick-up point."""

    point = fields.String(load_default=None, validate=validate.Length(max=120))


class ArrivalQuery(PageQuery):
    """``code``: what was scanned."""

    code = fields.String(load_default="", validate=validate.Length(max=80))


class CardQuery(PageQuery):
    """``card``: what was scanned."""

    card = fields.String(load_default="", validate=validate.Length(max=300))


class ListsQuery(PageQuery):
    """``after``: the last one that was seen."""

    after = fields.String(load_default=None, validate=ID)


class RulesQuery(PageQuery):
    """``at``: the version in force on that day; today's by default."""

    at = fields.Date(load_default=None)
