"""
Bodies and queries about dispatches.
"""

from __future__ import annotations

from marshmallow import Schema, fields, validate


class DispatchQuery(Schema):
    """A page of dispatches, oldest first, behind id ``after``; or all of the case ``no``."""

    no = fields.String(validate=validate.Length(max=20))
    district = fields.String(validate=validate.Length(max=40))
    party = fields.String(validate=validate.Length(max=80))
    state = fields.String(validate=validate.Length(max=10))
    after = fields.String(load_default="", validate=validate.Length(max=64))
    limit = fields.Integer(load_default=50, validate=validate.Range(min=1, max=500))


class DistrictQuery(Schema):
    """One district, or all in scope."""

    district = fields.String(validate=validate.Length(max=40))


class ProofBody(Schema):
    """What shows that somebody is on site; see ``ArrivalProof`` of the contracts."""

    place = fields.String(validate=validate.Length(min=1, max=300))
    latitude = fields.Float(validate=validate.Range(min=-90, max=90))
    longitude = fields.Float(validate=validate.Range(min=-180, max=180))
    at = fields.AwareDateTime()
    photo = fields.String(validate=validate.Length(min=1, max=500))
    sha256 = fields.String(validate=validate.Regexp("[0-9a-f]{64}$"))
    code = fields.String(validate=validate.Length(min=1, max=20))


class ActionBody(Schema):
    """What a member of staff does for a party that works on the platform's pages."""

    action = fields.String(
        required=True,
        validate=validate.OneOf(
            ["sign", "arrive", "first_contact", "progress", "report", "return", "extend", "urge"]
        ),
    )
    by = fields.String(required=True, validate=validate.Length(min=1, max=100))
    text = fields.String(validate=validate.Length(min=1, max=5000))
    basis = fields.String(validate=validate.Length(min=1, max=1000))
    suggested = fields.String(validate=validate.Length(max=80))
    span = fields.String(validate=validate.Length(min=1, max=40))
    reason = fields.String(validate=validate.Length(min=1, max=1000))
    members = fields.List(fields.String(validate=validate.Length(max=80)), validate=validate.Length(max=50))
    proof = fields.Nested(ProofBody)


class DispatchAnswer(Schema):
    """
    A dispatch. ``owner`` received the case first and answers for it (首办责任); ``plea``: what about it waits to be decided;
    ``bound``: why it may not be given back.
    """

    id = fields.String()
    case_no = fields.String()
    district = fields.String()
    party = fields.String()
    role = fields.String()
    state = fields.String()
    round = fields.Integer()
    whistle = fields.String(allow_none=True)
    sequence = fields.Integer()
    sent_at = fields.AwareDateTime()
    due_at = fields.AwareDateTime()
    changed_at = fields.AwareDateTime()
    by = fields.String(allow_none=True)
    contacted_at = fields.AwareDateTime(allow_none=True)
    plea = fields.String(allow_none=True)
    bound = fields.String(allow_none=True)
    owner = fields.String()
    hops = fields.Integer()


class DispatchPage(Schema):
    """A page; ``next`` is the ``after`` of the following one, null at the end."""

    dispatches = fields.List(fields.Nested(DispatchAnswer))
    next = fields.String(allow_none=True)
