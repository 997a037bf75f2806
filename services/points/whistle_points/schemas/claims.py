"""
Claims, reviews, publications and appeals.
"""

from __future__ import annotations

import marshmallow as ma
from marshmallow import fields, validate

from whistle_points.domain import ASSESSORS, MOST_HUNDREDTHS, OUTCOMES
from whistle_points.schemas.base import ID, MEMBER, NAME, Amount, PageQuery, Write


class EvidenceSchema(ma.Schema):
    """One piece of evidence: the file stays where it is, its SHA-256 names it."""

    kind = fields.String(required=True, validate=validate.Length(1, 40))
    sha256 = fields.String(
        load_default="", validate=validate.Regexp(r"([0-9a-f]{64})?\Z", error="64 hex digits")
    )
    note = fields.String(load_default="", validate=validate.Length(max=300))


_HUNDREDTHS = validate.Range(min=1, max=MOST_HUNDREDTHS)


class ClaimBody(Write):
    """What a member did: ``hundredths`` of the item's unit (1.5 hours: 150) on a day."""

    member = fields.String(required=True, validate=MEMBER)
    item = fields.String(required=True, validate=NAME)
    assessor = fields.String(load_default="organisation", validate=validate.OneOf(ASSESSORS))
    hundredths = fields.Integer(load_default=100, validate=_HUNDREDTHS)
    day = fields.Date(required=True)
    evidence = fields.List(fields.Nested(EvidenceSchema), load_default=list, validate=validate.Length(max=20))
    note = fields.String(load_default="", validate=validate.Length(max=1000))


class ReviewBody(Write):
    """The reviewer's finding; ``hundredths`` if it is another amount than was claimed."""

    approve = fields.Boolean(required=True)
    hundredths = fields.Integer(load_default=None, validate=_HUNDREDTHS)
    reason = fields.String(load_default="", validate=validate.Length(max=300))


class ClaimSchema(ma.Schema):
    """A claim."""

    id = fields.String()
    member = fields.String()
    item = fields.String()
    assessor = fields.String()
    hundredths = fields.Integer()
    day = fields.Date()
    evidence = fields.List(fields.Nested(EvidenceSchema))
    note = fields.String()
    state = fields.String()
    submitted_by = fields.String()
    submitted_at = fields.AwareDateTime()
    granted = fields.Integer(allow_none=True)
    reviewed_by = fields.String(allow_none=True)
    reviewed_at = fields.AwareDateTime(allow_none=True)
    reason = fields.String()


class AwardSchema(ma.Schema):
    """An entry: ``asked`` by the rule, ``tenths`` booked under the caps; ``capped`` if these differ."""

    id = fields.String()
    member = fields.String()
    item = fields.String()
    rules = fields.Integer()
    assessor = fields.String()
    day = fields.Date()
    asked = fields.Integer()
    tenths = fields.Integer()
    capped = fields.Boolean()
    reviewer = fields.String()
    state = fields.String()
    publication = fields.String(allow_none=True)


class ReviewAnswer(ma.Schema):
    """The claim, and what was booked."""

    claim = fields.Nested(ClaimSchema)
    award = fields.Nested(AwardSchema, allow_none=True)


class ClaimQuery(PageQuery):
    """Claims of a state or a member."""

    state = fields.String(load_default=None, validate=validate.OneOf(["submitted", "approved", "rejected"]))
    member = fields.String(load_default=None, validate=MEMBER)


class ClaimPage(ma.Schema):
    """Newest first."""

    claims = fields.List(fields.Nested(ClaimSchema))
    next = fields.String(allow_none=True)


class PublicationBody(Write):
    """The period (``2026-03``, ``2026-Q1``, ``2026``) that is made public."""

    period = fields.String(required=True, validate=validate.Length(min=4, max=10))


class PublicationSchema(ma.Schema):
    """A list; ``rows`` are member, name, tenths, entries, as they stood."""

    id = fields.String()
    district = fields.String(attribute="scheme")
    period = fields.String()
    state = fields.String()
    opened_at = fields.AwareDateTime()
    opened_by = fields.String()
    appeal_until = fields.AwareDateTime()
    rules = fields.Integer()
    text_hash = fields.String()
    head_seq = fields.Integer()
    head_hash = fields.String()
    rows = fields.List(fields.List(fields.Raw()))
    rows_hash = fields.String()


class PublicationPage(ma.Schema):
    """Newest first; ``due`` is the newest period that is over and not published, with its days of delay."""

    publications = fields.List(fields.Nested(PublicationSchema(exclude=("rows",))))
    due = fields.Dict(allow_none=True)
    next = fields.String(allow_none=True)


class AppealBody(Write):
    """Which entry is disputed, and why."""

    award = fields.String(required=True, validate=ID)
    text = fields.String(required=True, validate=validate.Length(min=1, max=2000))


class DecideBody(Write):
    """What comes of it; ``points`` are added if the outcome is ``more``."""

    outcome = fields.String(required=True, validate=validate.OneOf(OUTCOMES))
    reason = fields.String(required=True, validate=validate.Length(min=1, max=300))
    points = Amount(load_default=None)

    @ma.validates_schema
    def _points_if_more(self, data: dict[str, object], **_: object) -> None:
        if (data["outcome"] == "more") != (data["points"] is not None):
            raise ma.ValidationError("仅在 more 时填写 / only and always with more", "points")


class AppealSchema(ma.Schema):
    """An appeal."""

    id = fields.String()
    award = fields.String()
    member = fields.String()
    text = fields.String()
    state = fields.String()
    outcome = fields.String(allow_none=True)
    reason = fields.String()
    filed_by = fields.String()
    filed_at = fields.AwareDateTime()
    decided_by = fields.String(allow_none=True)
    decided_at = fields.AwareDateTime(allow_none=True)


class AppealQuery(PageQuery):
    """Appeals of a state."""

    state = fields.String(load_default=None, validate=validate.OneOf(["open", "decided"]))


class AppealPage(ma.Schema):
    """Newest first."""

    appeals = fields.List(fields.Nested(AppealSchema))
    next = fields.String(allow_none=True)
