"""
Blowing whistles, what is done with them, and how they are shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from whistle.contracts.plugin import LEVELS
from whistle_routing.schemas.consultations import ConsultationAnswer

_ID = validate.Length(min=1, max=64)
_PARTY = validate.Length(min=1, max=80)
_REASON = validate.Length(min=1, max=1000)

NEEDS: Mapping[str, tuple[str, ...]] = {
    "approve": (),
    "decline": ("reason",),
    "summon": ("party", "reason"),
    "release": ("party", "reason"),
    "veto": ("party", "reason"),
    "evaluate": ("party", "score", "verdict"),
    "assess": ("party", "grade"),
    "close": (),
    "consult": ("parties", "meet_at", "place", "subject"),
    "hold": ("consultation", "present", "minutes", "decision"),
}
"""What may be done with a whistle, and what must be said for it."""


class BlowBody(Schema):
    """Blow a whistle on a case; ``within`` is how long the responders may take, like ``2 working days``."""

    case_no = fields.String(required=True, validate=validate.Length(min=1, max=20))
    whistle_class = fields.String(required=True, data_key="class", validate=validate.OneOf(LEVELS))
    lead = fields.String(required=True, validate=_PARTY)
    co_handlers = fields.List(
        fields.String(validate=_PARTY), load_default=list, validate=validate.Length(max=50)
    )
    reason = fields.String(required=True, validate=_REASON)
    within = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=40))


class EscalationBody(Schema):
    """Register a case as one that takes long or exceeds powers (S3-10)."""

    case_no = fields.String(required=True, validate=validate.Length(min=1, max=20))
    reason = fields.String(required=True, validate=_REASON)


class WhistleActionBody(Schema):
    """
    approve, decline: a principal. summon, release, veto, evaluate, assess, close: the blower. consult, hold: a joint consultation.
    What each needs is checked.
    """

    action = fields.String(required=True, validate=validate.OneOf(sorted(NEEDS)))
    reason = fields.String(validate=_REASON)
    party = fields.String(validate=_PARTY)
    lead = fields.String(validate=_PARTY)
    score = fields.Integer(strict=True, validate=validate.Range(min=0, max=100))
    verdict = fields.String(validate=validate.OneOf(["satisfied", "basically_satisfied", "dissatisfied"]))
    grade = fields.String(validate=validate.OneOf(["excellent", "qualified", "unqualified"]))
    comment = fields.String(load_default="", validate=validate.Length(max=1000))
    parties = fields.List(fields.String(validate=_PARTY), validate=validate.Length(max=50))
    guests = fields.List(
        fields.String(validate=validate.Length(min=1, max=80)),
        load_default=list,
        validate=validate.Length(max=50),
    )
    meet_at = fields.AwareDateTime()
    place = fields.String(validate=validate.Length(min=1, max=300))
    subject = fields.String(validate=_REASON)
    consultation = fields.String(validate=_ID)
    present = fields.List(
        fields.String(validate=validate.Length(min=1, max=80)), validate=validate.Length(min=1, max=100)
    )
    minutes = fields.String(validate=validate.Length(min=1, max=5000))
    decision = fields.String(validate=validate.Length(min=1, max=2000))
    summon = fields.List(fields.String(validate=_PARTY), load_default=list, validate=validate.Length(max=50))

    @validates_schema(skip_on_field_errors=True)
    def check_needed(self, data: dict[str, Any], **_: object) -> None:
        """Each action has what it needs."""
        lacking = [name for name in NEEDS[data["action"]] if name not in data]
        if lacking:
            raise ValidationError({name: ["此操作需要此项 / this action needs it"] for name in lacking})


class WhistleQuery(Schema):
    """A page of whistles, oldest first, behind id ``after``."""

    district = fields.String(validate=validate.Length(max=40))
    state = fields.String(validate=validate.OneOf(["requested", "declined", "blown", "closed"]))
    whistle_class = fields.String(data_key="class", validate=validate.OneOf(LEVELS))
    case_no = fields.String(validate=validate.Length(max=20))
    after = fields.String(load_default="", validate=validate.Length(max=64))
    limit = fields.Integer(load_default=50, validate=validate.Range(min=1, max=500))


class PublicationQuery(Schema):
    """A district and a month, like ``2026-11``."""

    district = fields.String(required=True, validate=validate.Length(min=1, max=40))
    month = fields.String(required=True, validate=validate.Length(equal=7))


class PublicationPageQuery(Schema):
    """The page of a district's month; ``elder`` 1 or 0 switches the larger text."""

    district = fields.String(load_default="", validate=validate.Length(max=40))
    month = fields.String(load_default="", validate=validate.Length(max=20))
    elder = fields.String()


class WhistleRow(Schema):
    """A whistle, without its responders."""

    id = fields.String()
    case_no = fields.String()
    district = fields.String()
    whistle_class = fields.String(data_key="class")
    state = fields.String()
    round = fields.Integer()
    blown_at = fields.AwareDateTime()
    by = fields.String(allow_none=True)
    role = fields.String(allow_none=True)
    reason = fields.String()
    lead = fields.String(allow_none=True)
    co_handlers = fields.List(fields.String(), attribute="co")
    within = fields.String(allow_none=True)
    approved_by = fields.String(allow_none=True)
    proof = fields.Boolean()
    acceptance = fields.Boolean()
    vetoes = fields.Integer()
    answered_at = fields.AwareDateTime(allow_none=True)


class ResponderAnswer(Schema):
    """One who was called, and what is kept of it."""

    dispatch = fields.String()
    party = fields.String()
    role = fields.String()
    state = fields.String()
    by = fields.String(allow_none=True)
    sent_at = fields.AwareDateTime()
    due_at = fields.AwareDateTime()
    changed_at = fields.AwareDateTime()
    arrived_at = fields.AwareDateTime(allow_none=True)
    proof = fields.Raw(allow_none=True)
    vetoes = fields.Integer()
    score = fields.Integer(allow_none=True)
    verdict = fields.String(allow_none=True)
    comment = fields.String(allow_none=True)
    evaluated_by = fields.String(allow_none=True)
    grade = fields.String(allow_none=True)
    assessment = fields.String(allow_none=True)
    assessed_by = fields.String(allow_none=True)
    released = fields.String(allow_none=True)


class StepAnswer(Schema):
    """Something that happened, with who and when."""

    at = fields.AwareDateTime()
    kind = fields.String()
    party = fields.String(allow_none=True)
    dispatch = fields.String(allow_none=True)
    whistle = fields.String(allow_none=True)
    by = fields.String(allow_none=True)
    data = fields.Raw()


class WhistleAnswer(WhistleRow):
    """A whistle with its responders, consultations and (when it is read) every step about its case."""

    code = fields.String(allow_none=True)
    responders = fields.List(fields.Nested(ResponderAnswer))
    consultations = fields.List(fields.Nested(ConsultationAnswer))
    steps = fields.List(fields.Nested(StepAnswer))


class WhistlePage(Schema):
    """A page; ``next`` is the ``after`` of the following one, null at the end."""

    whistles = fields.List(fields.Nested(WhistleRow))
    next = fields.String(allow_none=True)


class PublishedRow(Schema):
    """One party and class; ``answered`` in per mille."""

    party = fields.String()
    party_name = fields.String()
    whistle_class = fields.String(data_key="class")
    called = fields.Integer()
    in_time = fields.Integer()
    late = fields.Integer()
    never = fields.Integer()
    open = fields.Integer()
    released = fields.Integer()
    returned = fields.Integer()
    vetoed = fields.Integer()
    score = fields.Float(allow_none=True)
    lowest = fields.Integer(allow_none=True)
    highest = fields.Integer(allow_none=True)
    excellent = fields.Integer()
    qualified = fields.Integer()
    unqualified = fields.Integer()
    answered = fields.Integer(allow_none=True)


class Publication(Schema):
    """What is published of a district's whistles of a month."""

    district = fields.String()
    month = fields.String()
    until = fields.AwareDateTime()
    whistles = fields.Dict(keys=fields.String(), values=fields.Raw())
    rows = fields.List(fields.Nested(PublishedRow))
