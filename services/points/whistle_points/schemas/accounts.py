"""
Members' accounts, the roll, the scheme, rankings and the log.
"""

from __future__ import annotations

import marshmallow as ma
from marshmallow import fields, validate

from whistle_points.domain import MEMBER_STATES
from whistle_points.schemas.base import DISTRICT, MEMBER, DistrictQuery, Write


class MemberQuery(ma.Schema):
    """``after`` is the ``next`` of the page before."""

    district = fields.String(load_default=None, validate=validate.Length(min=1, max=80))
    after = fields.Integer(load_default=None, validate=validate.Range(min=1, max=2**62))
    limit = fields.Integer(load_default=None, validate=validate.Range(min=1, max=500))


class EntrySchema(ma.Schema):
    """One line of an account."""

    seq = fields.Integer()
    transfer = fields.String()
    kind = fields.String()
    tenths = fields.Integer()
    case_no = fields.String()
    round = fields.Integer()
    rule = fields.String()
    reason = fields.String()
    reverses = fields.String(allow_none=True)
    effective_at = fields.AwareDateTime()
    recorded_at = fields.AwareDateTime()


class MemberAnswer(ma.Schema):
    """A member's account."""

    member = fields.String()
    district = fields.String()
    tenths = fields.Integer(metadata={"description": "balance in tenths of a point"})
    points = fields.String(metadata={"description": "the same as people write it"})
    entries = fields.List(fields.Nested(EntrySchema))
    next = fields.Integer(allow_none=True)


class VerifyAnswer(ma.Schema):
    """Each difference names the row."""

    ok = fields.Boolean()
    differences = fields.List(fields.String())


class BalanceQuery(DistrictQuery):
    """``at``: by what had happened then; ``known_at``: by what had been booked then; ``year`` of the rank score."""

    at = fields.AwareDateTime(load_default=None)
    known_at = fields.AwareDateTime(load_default=None)
    year = fields.Integer(load_default=None, validate=validate.Range(min=2000, max=2200))


class Expiring(ma.Schema):
    """What expires at the end of which month."""

    month = fields.String()
    tenths = fields.Integer()


class BalanceAnswer(ma.Schema):
    """In tenths. ``rank`` does not fall when points are spent."""

    member = fields.String()
    district = fields.String()
    free = fields.Integer()
    held = fields.Integer()
    debt = fields.Integer()
    rank = fields.Integer()
    year = fields.Integer()
    expiring = fields.List(fields.Nested(Expiring))


class MemberBody(Write):
    """A member on the roll; what is left out stays as it is."""

    member = fields.String(required=True, validate=MEMBER)
    name = fields.String(validate=validate.Length(max=80))
    branch = fields.String(validate=validate.Length(max=120))
    groups = fields.List(fields.String(validate=validate.Length(1, 60)), validate=validate.Length(max=20))
    grid = fields.String(allow_none=True, validate=validate.Length(max=40))
    state = fields.String(validate=validate.OneOf(MEMBER_STATES))
    reason = fields.String(validate=validate.Length(max=300))
    exempt_until = fields.Date(allow_none=True)


class MemberSchema(ma.Schema):
    """A member on the roll."""

    member = fields.String()
    name = fields.String()
    branch = fields.String()
    groups = fields.List(fields.String())
    grid = fields.String(allow_none=True)
    state = fields.String()
    reason = fields.String()
    exempt_until = fields.Date(allow_none=True)
    joined_at = fields.AwareDateTime()


class CardBody(Write):
    """``renew``: a new card, which ends the one before."""

    renew = fields.Boolean(load_default=False)


class CardAnswer(ma.Schema):
    """The link that the member's phone opens once; of a rehearsal, none that will count."""

    member = fields.String()
    link = fields.String()


class RollQuery(DistrictQuery):
    """``after`` is the ``next`` of the page before."""

    after = fields.String(load_default=None, validate=MEMBER)
    limit = fields.Integer(load_default=50, validate=validate.Range(min=1, max=500))


class RollPage(ma.Schema):
    """Members by number."""

    members = fields.List(fields.Nested(MemberSchema))
    next = fields.String(allow_none=True)


class SchemeQuery(DistrictQuery):
    """The version in force on a day; today's by default."""

    at = fields.Date(load_default=None)


class ReverseBody(Write):
    """Why it does not stand."""

    reason = fields.String(required=True, validate=validate.Length(min=1, max=300))


class PostingSchema(ma.Schema):
    """One line of a transfer."""

    account = fields.String()
    tenths = fields.Integer()
    lot = fields.String(allow_none=True)


class TransferSchema(ma.Schema):
    """One movement, with its place in the chain."""

    id = fields.String()
    seq = fields.Integer()
    kind = fields.String()
    ref = fields.String()
    reason = fields.String()
    rule = fields.String()
    member = fields.String()
    case_no = fields.String()
    cause = fields.String()
    reverses = fields.String(allow_none=True)
    effective_at = fields.AwareDateTime()
    recorded_at = fields.AwareDateTime()
    prev_hash = fields.String()
    hash = fields.String()
    postings = fields.List(fields.Nested(PostingSchema))


class LogQuery(DistrictQuery):
    """``after``: the number behind which to begin."""

    after = fields.Integer(load_default=0, validate=validate.Range(min=0, max=2**62))
    limit = fields.Integer(load_default=100, validate=validate.Range(min=1, max=500))


class LogPage(ma.Schema):
    """Transfers in the order of the chain."""

    transfers = fields.List(fields.Nested(TransferSchema))
    next = fields.Integer(allow_none=True)


class RankingQuery(DistrictQuery):
    """``period``: a year, quarter or month; ``branch``: of one party branch."""

    period = fields.String(required=True, validate=validate.Length(max=10))
    branch = fields.String(load_default=None, validate=DISTRICT)
    limit = fields.Integer(load_default=100, validate=validate.Range(min=1, max=1000))


class RankSchema(ma.Schema):
    """One line; equal scores share a place."""

    place = fields.Integer()
    member = fields.String()
    name = fields.String()
    branch = fields.String()
    tenths = fields.Integer()


class RankingAnswer(ma.Schema):
    """A ranking and the rule of its ties."""

    period = fields.String()
    ties = fields.String()
    ranks = fields.List(fields.Nested(RankSchema))
