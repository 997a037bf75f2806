"""
Frozen reports.
"""

from __future__ import annotations

import marshmallow as ma
from marshmallow import fields, validate

from whistle_points.domain import REPORT_KINDS
from whistle_points.schemas.base import ID, PageQuery, Write

_KIND = validate.OneOf(list(REPORT_KINDS))


class FreezeBody(Write):
    """What is frozen; a correction names the edition before and says why."""

    kind = fields.String(required=True, validate=_KIND)
    period = fields.String(required=True, validate=validate.Length(min=4, max=10))
    corrects = fields.String(load_default=None, validate=ID)
    reason = fields.String(load_default="", validate=validate.Length(max=300))


class ReportQuery(PageQuery):
    """Reports of a kind."""

    kind = fields.String(load_default=None, validate=_KIND)


class ReportRowSchema(ma.Schema):
    """One line; ``verdict``: is the member to be commended, or why not."""

    place = fields.Integer()
    member = fields.String()
    name = fields.String()
    branch = fields.String()
    tenths = fields.Integer()
    minutes = fields.Integer()
    verdict = fields.String()


class ReportSchema(ma.Schema):
    """A report as it was frozen; ``hash`` is the SHA-256 of the canonical JSON of the rest."""

    id = fields.String()
    district = fields.String(attribute="scheme")
    kind = fields.String()
    period = fields.String()
    edition = fields.Integer()
    corrects = fields.String(allow_none=True)
    reason = fields.String()
    formula = fields.String()
    rules = fields.Integer()
    text = fields.String()
    text_hash = fields.String()
    head_seq = fields.Integer()
    head_hash = fields.String()
    made_at = fields.AwareDateTime()
    made_by = fields.String()
    rows = fields.List(fields.Nested(ReportRowSchema))
    hash = fields.String()


class ReportPage(ma.Schema):
    """Newest first; ``due`` is the newest quarter that is over and has no public list, with its days of delay."""

    reports = fields.List(fields.Nested(ReportSchema(exclude=("rows", "text"))))
    due = fields.Dict(allow_none=True)
    next = fields.String(allow_none=True)
