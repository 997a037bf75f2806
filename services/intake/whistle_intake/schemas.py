"""
Bodies and queries of intake's HTTP interface.
"""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields, post_load, validate

from whistle_intake.domain import ANSWER_WAYS, DOORS, RATINGS
from whistle_intake.handlers import Filing

PHONE = r"^\+?[0-9][0-9 -]{5,19}\Z"
TAIL = r"^[0-9]{4}\Z"


class ContactBody(Schema):
    """How to reach the resident; sealed before it is stored."""

    name = fields.String(validate=validate.Length(max=50))
    phone = fields.String(validate=validate.Regexp(PHONE))
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
    consent = fields.Boolean(load_default=False)

    @post_load
    def _filing(self, data: dict[str, Any], **_: Any) -> Filing:
        return Filing(**{**data, "tags": tuple(data.get("tags", ()))})


class AnswerBody(Schema):
    """An answer to the resident."""

    way = fields.String(required=True, validate=validate.OneOf(ANSWER_WAYS))
    text = fields.String(required=True, validate=validate.Length(min=1, max=5000))


class RatingBody(Schema):
    """The resident's verdict, with the last four digits of the phone (``tail``) or the signed ``link`` of the case."""

    rating = fields.String(required=True, validate=validate.OneOf(RATINGS))
    comment = fields.String(load_default="", validate=validate.Length(max=1000))
    tail = fields.String(validate=validate.Regexp(TAIL))
    link = fields.String(validate=validate.Length(max=300))


class CaseQuery(Schema):
    """How a resident shows that the case is theirs."""

    tail = fields.String(validate=validate.Regexp(TAIL))
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
    """A case with its timeline; ``owner`` is the party that received it first and answers for it (首办责任)."""

    owner = fields.String(allow_none=True)
    timeline = fields.List(fields.Nested(EntryAnswer))


class LedgerPage(Schema):
    """A page; ``next`` is the ``before`` of the following one, null at the end."""

    cases = fields.List(fields.Nested(CaseAnswer(exclude=("text", "answer", "result"))))
    next = fields.Integer(allow_none=True)


# --- pages --------------------------------------------------------------------------------------------------------


class PageQuery(Schema):
    """What every page takes: ``elder`` 1 or 0 switches the larger text."""

    elder = fields.String()


class FilingPageQuery(PageQuery):
    """``district`` whose communities and grids the form offers."""

    district = fields.String(validate=validate.Length(max=40))


class CasePageQuery(PageQuery):
    """``link`` shows that the case is the reader's; ``filed`` that it was filed just now."""

    link = fields.String(load_default="", validate=validate.Length(max=300))
    filed = fields.String()


class LedgerPageQuery(PageQuery):
    """A page of the ledger; ``unplaced`` 1: only cases without a grid, which nobody of grid and community sees."""

    unplaced = fields.String(validate=validate.OneOf(["", "1"]))

    district = fields.String(validate=validate.Length(max=40))
    state = fields.String(validate=validate.Length(max=20))
    before = fields.Integer(validate=validate.Range(min=1))


class ContactForm(ContactBody):
    """Contact data as typed on a page; says what is wrong in words for residents."""

    phone = fields.String(
        validate=validate.Regexp(
            PHONE, error="手机号应为 6 到 20 位数字 / the phone must have 6 to 20 digits"
        )
    )


class FilingForm(FilingBody):
    """The form of ``/file``; loads to (token, filing)."""

    class Meta:
        exclude = ("source_ref", "tags")

    text = fields.String(
        required=True,
        validate=validate.Length(min=2, max=8000, error="请写 2 到 8000 个字 / write 2 to 8000 characters"),
        error_messages={"required": "请写明什么事 / say what is the matter"},
    )
    district = fields.String(
        required=True,
        validate=validate.Length(max=40),
        error_messages={"required": "请选择哪个区 / choose the district"},
    )
    contact = fields.Nested(ContactForm)
    token = fields.String(required=True, validate=validate.Length(min=8, max=100))

    @post_load
    def _filing(self, data: dict[str, Any], **_: Any) -> Any:
        token = data.pop("token")
        return token, Filing(**data)


class LookupForm(Schema):
    """How a resident finds a case; staff need no tail."""

    no = fields.String(
        required=True,
        validate=validate.Length(max=40, error="编号太长 / the number is too long"),
        error_messages={"required": "请填写编号 / enter the number"},
    )
    tail = fields.String(validate=validate.Regexp(TAIL, error="应为四位数字 / four digits are needed"))


class RatingForm(Schema):
    """The rating on the case's page."""

    rating = fields.String(
        required=True,
        validate=validate.OneOf(RATINGS, error="请选择一项 / choose one"),
        error_messages={"required": "请选择一项 / choose one"},
    )
    comment = fields.String(
        load_default="",
        validate=validate.Length(max=1000, error="最多 1000 个字 / at most 1000 characters"),
    )
    link = fields.String(validate=validate.Length(max=300))


class AnswerForm(Schema):
    """The answer on the case's page."""

    way = fields.String(
        required=True,
        validate=validate.OneOf(ANSWER_WAYS, error="请选择一种方式 / choose a way"),
        error_messages={"required": "请选择一种方式 / choose a way"},
    )
    text = fields.String(
        required=True,
        validate=validate.Length(max=5000, error="最多 5000 个字 / at most 5000 characters"),
        error_messages={"required": "请写答复内容 / write the answer"},
    )
