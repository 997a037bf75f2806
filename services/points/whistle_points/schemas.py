"""
HTTP bodies of the points service.
"""

from __future__ import annotations

import marshmallow as ma
from marshmallow import fields, validate


class MemberQuery(ma.Schema):
    """``after`` is the ``next`` of the page before."""

    district = fields.String(load_default=None, validate=validate.Length(min=1, max=80))
    after = fields.Integer(load_default=None, validate=validate.Range(min=1, max=2**62))
    limit = fields.Integer(load_default=None, validate=validate.Range(min=1, max=500))


class EntrySchema(ma.Schema):
    """One line of an account."""

    seq = fields.Integer()
    transfer = fields.String()
    kind = fields.String()
    tenths = fields.Integer()
    case_no = fields.String()
    round = fields.Integer()
    rule = fields.String()
    reason = fields.String()
    reverses = fields.String(allow_none=True)
    effective_at = fields.AwareDateTime()
    recorded_at = fields.AwareDateTime()


class MemberAnswer(ma.Schema):
    """A member's account."""

    member = fields.String()
    district = fields.String()
    tenths = fields.Integer(metadata={"description": "balance in tenths of a point"})
    points = fields.String(metadata={"description": "the same as people write it"})
    entries = fields.List(fields.Nested(EntrySchema))
    next = fields.Integer(allow_none=True)


class VerifyAnswer(ma.Schema):
    """Each difference names the row."""

    ok = fields.Boolean()
    differences = fields.List(fields.String())
