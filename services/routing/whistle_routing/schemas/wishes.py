"""
The need list (需求清单).
"""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from whistle_routing.domain.wishes import STATES


class WishQuery(Schema):
    """A page of micro-wishes behind the number ``after``; in one ``state`` or in all."""

    state = fields.String(validate=validate.OneOf(STATES))
    after = fields.String(load_default="", validate=validate.Length(max=20))
    limit = fields.Integer(load_default=50, validate=validate.Range(min=1, max=500))


class WishAnswer(Schema):
    """A micro-wish: who has it, who claimed it, who declined it."""

    no = fields.String()
    district = fields.String()
    title = fields.String()
    category = fields.String()
    grid = fields.String(allow_none=True)
    filed_at = fields.AwareDateTime()
    state = fields.String()
    party = fields.String(allow_none=True)
    by = fields.String(allow_none=True)
    since = fields.AwareDateTime()
    declined_by = fields.List(fields.String())


class WishPage(Schema):
    """A page; ``next`` is the ``after`` of the following one, null at the end."""

    wishes = fields.List(fields.Nested(WishAnswer))
    next = fields.String(allow_none=True)
