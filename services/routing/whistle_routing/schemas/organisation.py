"""
Bodies and queries about the organisation of a district.
"""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from whistle.contracts.organisation import KINDS
from whistle_routing.handlers.organisation import NEEDED

_Code = validate.Regexp(r"[0-9A-Za-z][0-9A-Za-z-]{0,39}\Z")
_Official = validate.Regexp(r"(\d{6}|\d{9}|\d{12}|\d{15})?\Z")


class AsOfQuery(Schema):
    """On which day; by default today (China)."""

    as_of = fields.Date()


class NodeQuery(AsOfQuery):
    """A page of nodes in the order of their codes, behind code ``after``; of a kind, at and below ``under``."""

    kind = fields.String(validate=validate.OneOf(list(KINDS)))
    under = fields.String(validate=validate.Length(max=40))
    after = fields.String(load_default="", validate=validate.Length(max=40))
    limit = fields.Integer(load_default=100, validate=validate.Range(min=1, max=1000))


class SittingsQuery(Schema):
    """A page of the duties of a month (``2026-11``, by default this one), behind the key ``after``."""

    month = fields.String(load_default="", validate=validate.Length(max=7))
    after = fields.String(load_default="", validate=validate.Length(max=120))
    limit = fields.Integer(load_default=200, validate=validate.Range(min=1, max=1000))


class CalendarQuery(Schema):
    """A month (``2026-11``), or the next ``days``; ``only`` one row by its id; ``key`` of the link, for who has no token."""

    month = fields.String(load_default="", validate=validate.Length(max=7))
    days = fields.Integer(load_default=60, validate=validate.Range(min=1, max=400))
    row = fields.String(data_key="only", load_default="", validate=validate.Length(max=40))
    key = fields.String(load_default="", validate=validate.Length(max=120))


class PeopleQuery(AsOfQuery):
    """A page of people in the order of their ids, with a skill, a role, at or below a node, or with a word in name or unit."""

    skill = fields.String(load_default="", validate=validate.Length(max=40))
    role = fields.String(load_default="", validate=validate.Length(max=40))
    under = fields.String(load_default="", validate=validate.Length(max=40))
    q = fields.String(load_default="", validate=validate.Length(max=40))
    after = fields.String(load_default="", validate=validate.Length(max=40))
    limit = fields.Integer(load_default=100, validate=validate.Range(min=1, max=500))


class UnderQuery(AsOfQuery):
    """At and below a node, or everywhere."""

    under = fields.String(validate=validate.Length(max=40))


class DutyQuery(Schema):
    """At an instant; by default now."""

    at = fields.AwareDateTime()


class DormantQuery(AsOfQuery):
    """Without an event for so many days."""

    days = fields.Integer(load_default=30, validate=validate.Range(min=1, max=3650))


class ReportQuery(Schema):
    """Cases filed from ``first`` to ``last``, by nodes of a kind (``grid``: dedicated grids too)."""

    first = fields.Date(required=True)
    last = fields.Date(required=True)
    kind = fields.String(load_default="grid", validate=validate.OneOf(list(KINDS)))


class ChangesQuery(Schema):
    """A page of the log, oldest first, behind id ``after``."""

    after = fields.String(load_default="", validate=validate.Length(max=64))
    limit = fields.Integer(load_default=50, validate=validate.Range(min=1, max=500))


class PartBody(Schema):
    """What a node becomes."""

    code = fields.String(required=True, validate=_Code)
    name = fields.String(required=True, validate=validate.Length(min=1, max=200))
    official = fields.String(load_default="", validate=_Official)
    children = fields.List(fields.String(validate=_Code), validate=validate.Length(max=2000))


class ChangeBody(Schema):
    """
    A change from ``day`` on. Which further fields are needed depends on ``change``; ``late`` allows a day that has passed.
    """

    change = fields.String(required=True, validate=validate.OneOf(list(NEEDED)))
    day = fields.Date(required=True)
    late = fields.Boolean(load_default=False)
    code = fields.String(validate=_Code)
    codes = fields.List(fields.String(validate=_Code), validate=validate.Length(min=2, max=50))
    parts = fields.List(fields.Nested(PartBody), validate=validate.Length(min=2, max=50))
    into = fields.Nested(PartBody)
    carry = fields.String(validate=validate.Length(max=40))
    parent = fields.String(validate=_Code)
    name = fields.String(validate=validate.Length(min=1, max=200))
    official = fields.String(validate=_Official)
    kind = fields.String(validate=validate.OneOf(list(KINDS)))
    role = fields.String(validate=validate.Length(min=1, max=40))
    person = fields.String(validate=validate.Length(max=40))
    unit = fields.String(validate=validate.Length(max=100))
    end = fields.Date()
