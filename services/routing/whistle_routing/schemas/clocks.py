"""
Clocks and supervision orders.
"""

from __future__ import annotations

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from whistle.contracts.timing import Span
from whistle_routing.domain import OPEN


class ClockQuery(Schema):
    """A page of open clocks, the first due first, behind the clock ``after``; or all clocks of the case ``no``."""

    no = fields.String(validate=validate.Length(max=20))
    district = fields.String(validate=validate.Length(max=40))
    state = fields.String(validate=validate.OneOf(OPEN))
    due = fields.AwareDateTime()
    after = fields.String(load_default="", validate=validate.Length(max=64))
    limit = fields.Integer(load_default=50, validate=validate.Range(min=1, max=500))


class MoveAnswer(Schema):
    """A pause, its end, or an extension."""

    verb = fields.String()
    at = fields.AwareDateTime()
    by = fields.String()
    reason = fields.String()
    amount = fields.Integer()
    asked_at = fields.AwareDateTime(allow_none=True)


class ClockAnswer(Schema):
    """A clock; ``amount`` of ``unit`` were granted, ``extended`` more later."""

    id = fields.String()
    case_no = fields.String()
    district = fields.String()
    kind = fields.String()
    dispatch = fields.String(allow_none=True)
    party = fields.String()
    handling_class = fields.String(allow_none=True)
    basis = fields.String(allow_none=True)
    unit = fields.String()
    amount = fields.Integer()
    extended = fields.Integer()
    state = fields.String()
    started_at = fields.AwareDateTime()
    warn_at = fields.AwareDateTime()
    due_at = fields.AwareDateTime()
    red_at = fields.AwareDateTime()
    provisional = fields.Boolean()
    calendar = fields.String()
    may_pause = fields.Boolean()
    may_extend = fields.Integer(allow_none=True)
    moves = fields.List(fields.Nested(MoveAnswer))
    stopped_at = fields.AwareDateTime(allow_none=True)
    late = fields.Boolean(allow_none=True)


class ClockPage(Schema):
    """A page; ``next`` is the ``after`` of the following one, null at the end."""

    clocks = fields.List(fields.Nested(ClockAnswer))
    next = fields.String(allow_none=True)


class StepAnswer(Schema):
    """One sentence, in both languages."""

    zh = fields.String()
    en = fields.String()


class ExplainedClock(Schema):
    """A clock with the sentences that tell how its deadline comes about."""

    clock = fields.Nested(ClockAnswer)
    steps = fields.List(fields.Nested(StepAnswer))


class ClockActionBody(Schema):
    """Pause (补办), resume or extend a clock; an extension needs ``span``, like ``5 working days`` or ``5 个工作日``."""

    action = fields.String(required=True, validate=validate.OneOf(["pause", "resume", "extend"]))
    reason = fields.String(required=True, validate=validate.Length(min=1, max=1000))
    by = fields.String(validate=validate.Length(min=1, max=100))
    span = fields.String(validate=validate.Length(max=40))

    @validates_schema
    def check_span(self, data: dict[str, str], **_: object) -> None:
        """An extension says by how much, in words that mean something."""
        if data.get("action") == "extend" and Span.parse(data.get("span", "")) is None:
            raise ValidationError(
                '延期须写明时长,如 "5 个工作日" / an extension needs a length of time, like "5 working days"',
                "span",
            )


class SupervisionQuery(Schema):
    """A page of open supervision orders, oldest first, behind id ``after``."""

    district = fields.String(validate=validate.Length(max=40))
    after = fields.String(load_default="", validate=validate.Length(max=64))
    limit = fields.Integer(load_default=50, validate=validate.Range(min=1, max=500))


class SupervisionAnswer(Schema):
    """A supervision order (督办单)."""

    id = fields.String()
    case_no = fields.String()
    district = fields.String()
    party = fields.String()
    dispatch = fields.String(allow_none=True)
    clock = fields.String(allow_none=True)
    cause = fields.String()
    reason = fields.String()
    state = fields.String()
    opened_at = fields.AwareDateTime()


class SupervisionPage(Schema):
    """A page; ``next`` is the ``after`` of the following one, null at the end."""

    supervisions = fields.List(fields.Nested(SupervisionAnswer))
    next = fields.String(allow_none=True)
