"""
Rewards, stock and orders.
"""

from __future__ import annotations

import marshmallow as ma
from marshmallow import fields, validate

from whistle_points.domain import STOCK_REASONS
from whistle_points.schemas.base import MEMBER, NAME, Amount, DistrictQuery, PageQuery, Write

_COUNT = validate.Range(min=1, max=1_000_000)
_POINT = validate.Length(min=1, max=120)


class RewardBody(Write):
    """A reward; what is left out stays as it is. ``price`` in points."""

    code = fields.String(required=True, validate=NAME)
    name = fields.String(validate=validate.Length(1, 200))
    price = Amount()
    point = fields.String(validate=_POINT)
    sponsor = fields.String(validate=validate.Length(max=200))
    unit = fields.String(validate=validate.Length(1, 20))
    per_member = fields.Integer(allow_none=True, validate=_COUNT)
    valid_from = fields.Date()
    valid_to = fields.Date(allow_none=True)


class RewardSchema(ma.Schema):
    """A reward; ``price`` in tenths, ``left`` may still be ordered."""

    code = fields.String()
    name = fields.String()
    price = fields.Integer()
    point = fields.String()
    sponsor = fields.String()
    unit = fields.String()
    per_member = fields.Integer(allow_none=True)
    valid_from = fields.Date()
    valid_to = fields.Date(allow_none=True)
    on_hand = fields.Integer()
    reserved = fields.Integer()


class RewardPage(ma.Schema):
    """The catalogue."""

    rewards = fields.List(fields.Nested(RewardSchema))
    next = fields.String(allow_none=True)


class StockBody(Write):
    """Goods came (``received``), were lost (``written-off``), or were ``counted``: then ``quantity`` is what was found."""

    reason = fields.String(required=True, validate=validate.OneOf(STOCK_REASONS))
    quantity = fields.Integer(required=True, validate=validate.Range(min=0, max=1_000_000))
    note = fields.String(load_default="", validate=validate.Length(max=300))


class OrderBody(Write):
    """What a member wants."""

    member = fields.String(required=True, validate=MEMBER)
    reward = fields.String(required=True, validate=NAME)
    quantity = fields.Integer(load_default=1, validate=validate.Range(min=1, max=1000))
    proxy = fields.String(load_default="", validate=validate.Length(max=80))


class OrderSchema(ma.Schema):
    """An order."""

    id = fields.String()
    number = fields.Integer()
    member = fields.String()
    reward = fields.String()
    quantity = fields.Integer()
    tenths = fields.Integer()
    point = fields.String()
    state = fields.String()
    ordered_at = fields.AwareDateTime()
    due_at = fields.AwareDateTime()
    proxy = fields.String()
    ended_at = fields.AwareDateTime(allow_none=True)
    clerk = fields.String(allow_none=True)
    taker = fields.String(allow_none=True)


class OrderedAnswer(ma.Schema):
    """The order, and its pick-up code, which is told this once."""

    order = fields.Nested(OrderSchema)
    code = fields.String()


class CancelBody(Write):
    """Why."""

    reason = fields.String(required=True, validate=validate.Length(1, 300))


class PickUpBody(Write):
    """The code, where it is shown, and who fetches it (by default the member)."""

    code = fields.String(required=True, validate=validate.Length(min=4, max=40))
    point = fields.String(required=True, validate=_POINT)
    taker = fields.String(load_default=None, validate=MEMBER)


class OrderQuery(PageQuery):
    """Orders of a state or a member."""

    state = fields.String(load_default=None, validate=validate.OneOf(["held", "settled", "voided", "lapsed"]))
    member = fields.String(load_default=None, validate=MEMBER)


class OrderPage(ma.Schema):
    """Newest first."""

    orders = fields.List(fields.Nested(OrderSchema))
    next = fields.String(allow_none=True)


class PickUpQuery(DistrictQuery):
    """Of one point, or of all."""

    point = fields.String(load_default=None, validate=_POINT)


class WaitingSchema(ma.Schema):
    """One line of the list that is printed."""

    number = fields.Integer()
    member = fields.String()
    name = fields.String()
    reward = fields.String()
    quantity = fields.Integer()
    unit = fields.String()
    tenths = fields.Integer()
    point = fields.String()
    proxy = fields.String()
    due_at = fields.AwareDateTime()


class PickUpList(ma.Schema):
    """What waits to be fetched."""

    waiting = fields.List(fields.Nested(WaitingSchema))
