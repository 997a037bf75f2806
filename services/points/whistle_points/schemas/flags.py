"""
What looks wrong, for a person to judge.
"""

from __future__ import annotations

import marshmallow as ma
from marshmallow import fields, validate

from whistle_points.domain.flags import KINDS
from whistle_points.schemas.base import PageQuery, Write


class FlagQuery(PageQuery):
    """Flags of a state and kind."""

    state = fields.String(load_default="open", validate=validate.OneOf(["open", "upheld", "dismissed"]))
    kind = fields.String(load_default=None, validate=validate.OneOf(list(KINDS)))


class FlagSchema(ma.Schema):
    """A flag; ``facts`` are the figures behind it, ``text`` what its kind means."""

    id = fields.String()
    kind = fields.String()
    text = fields.Function(lambda flag: " / ".join(KINDS[_kind_of(flag)]))
    members = fields.List(fields.String())
    facts = fields.Raw()
    found_at = fields.AwareDateTime()
    state = fields.String()
    reason = fields.String()
    judged_by = fields.String(allow_none=True)
    judged_at = fields.AwareDateTime(allow_none=True)


def _kind_of(flag: object) -> str:
    kind: str = flag["kind"] if isinstance(flag, dict) else getattr(flag, "kind")  # noqa: B009
    return kind


class FlagPage(ma.Schema):
    """Newest first."""

    flags = fields.List(fields.Nested(FlagSchema))
    next = fields.String(allow_none=True)


class JudgementBody(Write):
    """What somebody makes of it, and why."""

    outcome = fields.String(required=True, validate=validate.OneOf(["upheld", "dismissed"]))
    reason = fields.String(required=True, validate=validate.Length(1, 300))
