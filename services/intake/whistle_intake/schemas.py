"""
Bodies and queries of intake's HTTP interface.
"""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields, post_load, validate

from whistle_intake.domain import ANSWER_WAYS, DOORS, RATINGS
from whistle_intake.handlers import Filing


class ContactBody(Schema):
    """How to reach the resident; sealed before it is stored."""

    name = fields.String(validate=validate.Length(max=50))
    phone = fields.String(validate=validate.Regexp(r"^\+?[0-9][0-9 -]{5,19}$"))
    email = fields.Email(validate=validate.Length(max=200))
    wecom = fields.String(validate=validate.Length(max=100))


class FilingBody(Schema):
    """A request."""

    district = fields.String(required=True, validate=validate.Length(max=40))
    text = fields.String(required=True, validate=validate.Length(min=2, max=8000))
    title = fields.String(validate=validate.Length(min=1, max=200))
    door = fields.String(load_default="platform", validate=validate.OneOf(DOORS))
    place = fields.String(validate=validate.Length(max=300))
    grid = fields.String(validate=validate.Length(max=40))
    category = fields.String(validate=validate.Length(max=100))
    tags = fields.List(fields.String(validate=validate.Length(max=40)), validate=validate.Length(max=20))
    contact = fields.Nested(ContactBody)
    source_ref = fields.String(validate=validate.Length(max=200))

    @post_load
    def _filing(self, data: dict[str, Any], **_: Any) -> Filing:
        return Filing(**{**data, "tags": tuple(data.get("tags", ()))})


class AnswerBody(Schema):
    """An answer to the resident."""

    way = fields.String(required=True, validate=validate.OneOf(ANSWER_WAYS))
    text = fields.String(required=True, validate=validate.Length(min=1, max=5000))


class RatingBody(Schema):
    """The resident's verdict; ``tail`` are the last four digits of the phone, ``link`` a signed link, for those without an account."""

    rating = fields.String(required=True, validate=validate.OneOf(RATINGS))
    comment = fields.String(load_default="", validate=validate.Length(max=1000))
    tail = fields.String(validate=validate.Regexp(r"^[0-9]{4}$"))
    link = fields.String(validate=validate.Length(max=300))


class CaseQuery(Schema):
    """How a resident shows that the case is theirs."""

    tail = fields.String(validate=validate.Regexp(r"^[0-9]{4}$"))
    link = fields.String(validate=validate.Length(max=300))


class LedgerQuery(Schema):
    """A page of the ledger: newest first, below serial ``before``."""

    district = fields.String(validate=validate.Length(max=40))
    state = fields.String(validate=validate.Length(max=20))
    before = fields.Integer(validate=validate.Range(min=1))
    limit = fields.Integer(load_default=50, validate=validate.Range(min=1, max=500))


class FiledAnswer(Schema):
    """What whoever files is told."""

    no = fields.String(required=True)
    state = fields.String(required=True)
    district = fields.String(required=True)
    filed_at = fields.AwareDateTime(required=True)
    link = fields.String()


class CaseAnswer(Schema):
    """A case as staff sees it; contact data only masked."""

    no = fields.String()
    serial = fields.Integer()
    district = fields.String()
    state = fields.String()
    round = fields.Integer()
    title = fields.String()
    text = fields.String()
    place = fields.String(allow_none=True)
    grid = fields.String(allow_none=True)
    door = fields.String()
    category = fields.String(allow_none=True)
    tags = fields.List(fields.String())
    filed_at = fields.AwareDateTime()
    changed_at = fields.AwareDateTime()
    party_name = fields.String(allow_none=True)
    due_at = fields.AwareDateTime(allow_none=True)
    result = fields.String(allow_none=True)
    answer = fields.String(allow_none=True)
    answer_way = fields.String(allow_none=True)
    rating = fields.String(allow_none=True)


class EntryAnswer(Schema):
    """A line of the timeline."""

    seq = fields.Integer()
    at = fields.AwareDateTime()
    kind = fields.String()
    actor = fields.String()
    data = fields.Dict()
    hash = fields.String()


class CaseWithTimeline(CaseAnswer):
    """A case with its timeline."""

    timeline = fields.List(fields.Nested(EntryAnswer))


class LedgerPage(Schema):
    """A page; ``next`` is the ``before`` of the following one, null at the end."""

    cases = fields.List(fields.Nested(CaseAnswer(exclude=("text", "answer", "result"))))
    next = fields.Integer(allow_none=True)
