"""
Activities, sign-ups, attendance and skills.
"""

from __future__ import annotations

import marshmallow as ma
from marshmallow import fields, validate

from whistle_points.schemas.base import MEMBER, NAME, DistrictQuery, PageQuery, Write


class ActivityBody(Write):
    """An activity that is planned; without ``capacity`` everybody may come."""

    kind = fields.String(required=True, validate=NAME)
    title = fields.String(required=True, validate=validate.Length(1, 200))
    item = fields.String(required=True, validate=NAME)
    place = fields.String(load_default="", validate=validate.Length(max=200))
    starts_at = fields.AwareDateTime(required=True)
    ends_at = fields.AwareDateTime(required=True)
    capacity = fields.Integer(load_default=None, allow_none=True, validate=validate.Range(1, 100_000))


class ActivitySchema(ma.Schema):
    """An activity."""

    id = fields.String()
    kind = fields.String()
    title = fields.String()
    item = fields.String()
    place = fields.String()
    starts_at = fields.AwareDateTime()
    ends_at = fields.AwareDateTime()
    capacity = fields.Integer(allow_none=True)
    planned_by = fields.String()
    state = fields.String()


class ActivityPage(ma.Schema):
    """Newest first."""

    activities = fields.List(fields.Nested(ActivitySchema))
    next = fields.String(allow_none=True)


class ActivityQuery(PageQuery):
    """Activities of a state."""

    state = fields.String(load_default=None, validate=validate.OneOf(["planned", "cancelled", "closed"]))


class SignupBody(Write):
    """Who."""

    member = fields.String(required=True, validate=MEMBER)


class CheckInBody(Write):
    """Who, and the code that is shown there."""

    member = fields.String(required=True, validate=MEMBER)
    code = fields.String(required=True, validate=validate.Length(min=3, max=60))
    device = fields.String(load_default=None, allow_none=True, validate=validate.Regexp(r"[\w-]{1,64}\Z"))


class SignupSchema(ma.Schema):
    """A member's part in an activity; ``proven``: check-in and check-out came from the member's own phone or from the desk."""

    member = fields.String()
    place = fields.Integer()
    state = fields.String()
    came_at = fields.AwareDateTime(allow_none=True)
    went_at = fields.AwareDateTime(allow_none=True)
    proven = fields.Boolean()
    minutes = fields.Integer(allow_none=True)
    confirmed_by = fields.String(allow_none=True)


class SignupList(ma.Schema):
    """In the order in which they came."""

    signups = fields.List(fields.Nested(SignupSchema))


class PresentSchema(ma.Schema):
    """One line of the paper list; without ``minutes``: was there as long as check-in and check-out say."""

    member = fields.String(required=True, validate=MEMBER)
    minutes = fields.Integer(load_default=None, allow_none=True, validate=validate.Range(0, 1440))


class ConfirmAnswer(ma.Schema):
    """What was confirmed; ``unproven``: who checked in by a number alone, and was not named."""

    signups = fields.List(fields.Nested(SignupSchema))
    unproven = fields.List(fields.String())


class ConfirmBody(Write):
    """The paper list; who is not on it counts by check-in and check-out, if these are proven."""

    present = fields.List(fields.Nested(PresentSchema), load_default=list, validate=validate.Length(max=1000))


class CodeAnswer(ma.Schema):
    """The check-in code of this moment, and for how many seconds it is shown."""

    code = fields.String()
    seconds = fields.Integer()


class SkillBody(Write):
    """What a member can do, and what shows it."""

    member = fields.String(required=True, validate=MEMBER)
    skill = fields.String(required=True, validate=validate.Length(1, 60))
    proof = fields.String(load_default="", validate=validate.Length(max=300))
    valid_until = fields.Date(load_default=None, allow_none=True)


class SkillSchema(ma.Schema):
    """A skill of a member; ``steps``: so many nodes of the organisation's tree away from where one asked for."""

    member = fields.String()
    name = fields.String()
    branch = fields.String()
    grid = fields.String(allow_none=True)
    skill = fields.String()
    proof = fields.String()
    steps = fields.Integer(allow_none=True)


class SkillQuery(DistrictQuery):
    """Who can do this: in this ``grid`` and what lies in it, or all of the district, those ``near`` a grid first."""

    near = fields.String(load_default=None, validate=validate.Length(max=40))

    skill = fields.String(required=True, validate=validate.Length(1, 60))
    grid = fields.String(load_default=None, validate=validate.Length(max=40))


class SkillList(ma.Schema):
    """Nearest first if one asked for a place, then by name and number."""

    members = fields.List(fields.Nested(SkillSchema))
