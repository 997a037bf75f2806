"""
Statements of a year.
"""

from __future__ import annotations

import marshmallow as ma
from marshmallow import fields, validate

from whistle_points.schemas.base import DistrictQuery


class YearQuery(DistrictQuery):
    """A year that is over."""

    year = fields.Integer(required=True, validate=validate.Range(min=2000, max=2200))


class KeyAnswer(ma.Schema):
    """The public key, 32 bytes in base64."""

    algorithm = fields.String()
    key = fields.String()


class CheckAnswer(ma.Schema):
    """``ok``: the file is as this platform signed it; ``key``: the key that it says it was signed with."""

    ok = fields.Boolean()
    key = fields.String()
