"""
HTTP bodies of the notify service.
"""

from __future__ import annotations

import marshmallow as ma
from marshmallow import fields, validate

from whistle_notify.domain import RESULTS, TRANSITIONS

STATES = sorted({"skipped", *(state for pair, after in TRANSITIONS.items() for state in (pair[0], after))})


class PageQuery(ma.Schema):
    """``after`` is the ``next`` of the page before."""

    district = fields.String(load_default=None, validate=validate.Length(min=1, max=80))
    case_no = fields.String(load_default=None, validate=validate.Length(min=1, max=100))
    after = fields.String(load_default=None, validate=validate.Length(min=1, max=64))
    limit = fields.Integer(load_default=None, validate=validate.Range(min=1, max=500))


class NoticeQuery(PageQuery):
    """Which notices."""

    state = fields.String(load_default=None, validate=validate.OneOf(STATES))


class TaskQuery(PageQuery):
    """Which tasks."""

    state = fields.String(load_default=None, validate=validate.OneOf(["open", "done"]))


class NoticeSchema(ma.Schema):
    """A notice as staff sees it: to whom in words, never an address."""

    id = fields.String()
    case_no = fields.String(allow_none=True)
    district = fields.String()
    audience = fields.String()
    recipient = fields.String()
    purpose = fields.String()
    state = fields.String()
    channel = fields.String(allow_none=True)
    text = fields.String(allow_none=True)
    reason = fields.String(allow_none=True)
    task = fields.String(allow_none=True)
    attempts = fields.Integer()
    created_at = fields.AwareDateTime()
    changed_at = fields.AwareDateTime()


class NoticePage(ma.Schema):
    """Newest first."""

    notices = fields.List(fields.Nested(NoticeSchema))
    next = fields.String(allow_none=True)


class TaskSchema(ma.Schema):
    """Something that a person must do."""

    id = fields.String()
    kind = fields.String(metadata={"description": "one of the six ways (S1-12)"})
    purpose = fields.String()
    owner = fields.String()
    district = fields.String()
    grid = fields.String(allow_none=True)
    case_no = fields.String(allow_none=True)
    notice = fields.String(allow_none=True)
    text = fields.String()
    state = fields.String()
    created_at = fields.AwareDateTime()
    due_at = fields.AwareDateTime()
    done_at = fields.AwareDateTime(allow_none=True)
    done_by = fields.String(allow_none=True)
    result = fields.String(allow_none=True)
    note = fields.String(allow_none=True)


class TaskPage(ma.Schema):
    """Newest first."""

    tasks = fields.List(fields.Nested(TaskSchema))
    next = fields.String(allow_none=True)


class TasksPageQuery(ma.Schema):
    """The page of tasks: ``elder`` switches the larger text, ``after`` the task after which it begins."""

    elder = fields.String()
    after = fields.String(validate=validate.Length(min=1, max=64))


class DoneBody(ma.Schema):
    """What came of a task."""

    result = fields.String(load_default="reached", validate=validate.OneOf(list(RESULTS)))
    note = fields.String(load_default=None, validate=validate.Length(max=1000))


class DoneForm(DoneBody):
    """The same as a form."""

    result = fields.String(
        required=True,
        validate=validate.OneOf(list(RESULTS), error="请选择一项 / choose one"),
        error_messages={"required": "请选择一项 / choose one"},
    )
