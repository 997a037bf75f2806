"""
What a member's file says beside points.
"""

from __future__ import annotations

import marshmallow as ma
from marshmallow import fields, validate

from whistle_points.domain import RECORD_PARTS
from whistle_points.schemas.base import MEMBER, PageQuery, Write


class RecordBody(Write):
    """Something to be entered; ``part`` is one of the five (S4-9)."""

    member = fields.String(required=True, validate=MEMBER)
    part = fields.String(required=True, validate=validate.OneOf(list(RECORD_PARTS)))
    day = fields.Date(required=True)
    title = fields.String(required=True, validate=validate.Length(1, 200))
    detail = fields.String(load_default="", validate=validate.Length(max=1000))


class WithdrawBody(Write):
    """Why it does not hold."""

    reason = fields.String(required=True, validate=validate.Length(1, 200))


class RecordSchema(ma.Schema):
    """One record."""

    id = fields.String()
    member = fields.String()
    part = fields.String()
    day = fields.Date()
    title = fields.String()
    detail = fields.String()
    entered_by = fields.String()
    entered_at = fields.AwareDateTime()
    state = fields.String()
    reason = fields.String()


class RecordQuery(PageQuery):
    """Of one member, of one part."""

    member = fields.String(load_default=None, validate=MEMBER)
    part = fields.String(load_default=None, validate=validate.OneOf(list(RECORD_PARTS)))


class RecordPage(ma.Schema):
    """Newest first."""

    records = fields.List(fields.Nested(RecordSchema))
    next = fields.String(allow_none=True)
