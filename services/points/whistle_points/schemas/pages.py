"""
Queries of pages.
"""

from __future__ import annotations

from marshmallow import fields

from whistle_points.schemas.base import MEMBER, DistrictQuery


class PageQuery(DistrictQuery):
    """What every page takes: ``elder`` 1 or 0 switches the larger text."""

    elder = fields.String()


class FrontQuery(PageQuery):
    """``member``: whose file is looked for."""

    member = fields.String(load_default=None, validate=MEMBER)
