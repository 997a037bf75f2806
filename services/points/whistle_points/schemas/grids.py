"""
Grids: scores, evaluations, what they earn.
"""

from __future__ import annotations

import marshmallow as ma
from marshmallow import fields, validate

from whistle_points.schemas.base import NAME, DistrictQuery, PageQuery, Write

MONTH = validate.Regexp(r"\d{4}-(0[1-9]|1[0-2])\Z", error="如 2026-03 / e.g. 2026-03")
TENTHS = validate.Range(0, 100_000)


class ScoreSchema(ma.Schema):
    """A grid's score for an item, in tenths."""

    grid = fields.String(required=True, validate=validate.Length(1, 40))
    item = fields.String(required=True, validate=NAME)
    tenths = fields.Integer(required=True, strict=True, validate=TENTHS)


class ScoresBody(Write):
    """Scores of a month: as rows, or as the text of a CSV table ``grid,<item>,<item>…`` in points."""

    period = fields.String(required=True, validate=MONTH)
    scores = fields.List(fields.Nested(ScoreSchema), load_default=list, validate=validate.Length(max=5000))
    csv = fields.String(load_default="", validate=validate.Length(max=500_000))


class ScoresAnswer(ma.Schema):
    """How many scores are new or other than before."""

    changed = fields.Integer()


class ScoresQuery(DistrictQuery):
    """Scores of a month."""

    period = fields.String(required=True, validate=MONTH)


class ScoreList(ma.Schema):
    """By grid and item, in tenths; ``missing`` are still to be entered."""

    scores = fields.Dict(
        keys=fields.String(), values=fields.Dict(keys=fields.String(), values=fields.Integer())
    )
    missing = fields.List(fields.List(fields.String()))


class EvaluateBody(Write):
    """Which month."""

    period = fields.String(required=True, validate=MONTH)


class GridRowSchema(ma.Schema):
    """A grid's line; ``yuan`` is what it earns."""

    place = fields.Integer()
    grid = fields.String()
    tenths = fields.Integer()
    title = fields.String()
    yuan = fields.Integer()


class EvaluationSchema(ma.Schema):
    """A month's evaluation as it was frozen."""

    id = fields.String()
    period = fields.String()
    rules = fields.Integer()
    text_hash = fields.String()
    rows = fields.List(fields.Nested(GridRowSchema))
    made_by = fields.String()
    made_at = fields.AwareDateTime()
    hash = fields.String()


class EvaluationLine(ma.Schema):
    """An evaluation without its lines."""

    id = fields.String()
    period = fields.String()
    made_by = fields.String()
    made_at = fields.AwareDateTime()
    hash = fields.String()


class EvaluationPage(ma.Schema):
    """Newest first."""

    evaluations = fields.List(fields.Nested(EvaluationLine))
    next = fields.String(allow_none=True)


class EvaluationQuery(PageQuery):
    """A page of evaluations."""
