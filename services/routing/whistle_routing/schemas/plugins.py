"""
Bodies and queries about plugins.
"""

from __future__ import annotations

from marshmallow import Schema, fields, validate


class OrderBody(Schema):
    """An order for a plugin; ``version`` empty: the installed one."""

    version = fields.String(load_default="", validate=validate.Regexp(r"[\w.+!-]{0,40}\Z"))


class ShadowQuery(Schema):
    """A page of a shadow's answers, oldest first, behind id ``after``; ``changed``: only those that differ."""

    after = fields.String(load_default="", validate=validate.Length(max=64))
    limit = fields.Integer(load_default=50, validate=validate.Range(min=1, max=500))
    changed = fields.Boolean(load_default=False)
