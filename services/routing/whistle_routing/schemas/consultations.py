"""
Joint consultations (联合会商) about a case, with a whistle or without.
"""

from __future__ import annotations

from marshmallow import Schema, fields, validate

_PARTY = validate.Length(min=1, max=80)
_TEXT = validate.Length(min=1, max=1000)
_NO = validate.Length(min=1, max=20)


class ConsultationBody(Schema):
    """Call parties and guests (律师、专家、社区智囊团) to sit together about a case; two at least."""

    case_no = fields.String(required=True, validate=_NO)
    parties = fields.List(fields.String(validate=_PARTY), load_default=list, validate=validate.Length(max=50))
    guests = fields.List(fields.String(validate=_PARTY), load_default=list, validate=validate.Length(max=50))
    meet_at = fields.AwareDateTime(required=True)
    place = fields.String(required=True, validate=validate.Length(min=1, max=300))
    subject = fields.String(required=True, validate=_TEXT)


class MinutesBody(Schema):
    """
    Who came, what was said and decided. ``join`` are further parties that the decision calls, ``lead`` leads from now on; neither:
    the decision is an advice.
    """

    present = fields.List(
        fields.String(validate=_PARTY), required=True, validate=validate.Length(min=1, max=100)
    )
    minutes = fields.String(required=True, validate=validate.Length(min=1, max=5000))
    decision = fields.String(required=True, validate=validate.Length(min=1, max=2000))
    join = fields.List(fields.String(validate=_PARTY), load_default=list, validate=validate.Length(max=50))
    lead = fields.String(load_default=None, allow_none=True, validate=_PARTY)


class ConsultationQuery(Schema):
    """A page of consultations, oldest first, behind id ``after``; ``held`` true or false: with minutes or still to come."""

    district = fields.String(validate=validate.Length(max=40))
    case_no = fields.String(validate=validate.Length(max=20))
    held = fields.Boolean()
    after = fields.String(load_default="", validate=validate.Length(max=64))
    limit = fields.Integer(load_default=50, validate=validate.Range(min=1, max=500))


class ConsultationAnswer(Schema):
    """A joint consultation; ``whistle`` is null for a case that had none."""

    id = fields.String()
    whistle = fields.String(allow_none=True)
    case_no = fields.String()
    district = fields.String()
    parties = fields.List(fields.String())
    guests = fields.List(fields.String())
    meet_at = fields.AwareDateTime()
    place = fields.String()
    subject = fields.String()
    called_by = fields.String()
    called_at = fields.AwareDateTime()
    held_at = fields.AwareDateTime(allow_none=True)
    held_by = fields.String(allow_none=True)
    present = fields.List(fields.String())
    minutes = fields.String(allow_none=True)
    decision = fields.String(allow_none=True)
    summoned = fields.List(fields.String())
    lead = fields.String(allow_none=True)


class ConsultationPage(Schema):
    """A page; ``next`` is the ``after`` of the following one, null at the end."""

    consultations = fields.List(fields.Nested(ConsultationAnswer))
    next = fields.String(allow_none=True)
