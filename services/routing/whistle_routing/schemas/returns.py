"""
Bodies and queries about returns, rulings, extensions, recalls and precedents.
"""

from __future__ import annotations

from marshmallow import Schema, fields, validate

_ID = validate.Length(max=64)
_WHY = validate.Length(min=1, max=1000)


class PleaQuery(Schema):
    """A page of what waits to be decided (``state`` open, the default), or was, oldest first, behind id ``after``."""

    district = fields.String(validate=validate.Length(max=40))
    kind = fields.String(validate=validate.OneOf(["return", "ruling", "extension"]))
    state = fields.String(
        load_default="open", validate=validate.OneOf(["open", "granted", "declined", "withdrawn", "all"])
    )
    no = fields.String(validate=validate.Length(max=20))
    decider = fields.String(validate=validate.Length(max=80))
    after = fields.String(load_default="", validate=_ID)
    limit = fields.Integer(load_default=50, validate=validate.Range(min=1, max=500))


class PleaAnswer(Schema):
    """
    What waits to be decided: a return (退单异议审核), a ruling (裁定) or an extension (延期). ``reason`` is the legal basis of a
    return.
    """

    id = fields.String()
    kind = fields.String()
    state = fields.String()
    case_no = fields.String()
    district = fields.String()
    round = fields.Integer()
    dispatch = fields.String(allow_none=True)
    party = fields.String()
    decider = fields.String()
    by = fields.String()
    reason = fields.String()
    suggested = fields.String()
    amount = fields.Integer()
    unit = fields.String(allow_none=True)
    opened_at = fields.AwareDateTime()
    due_at = fields.AwareDateTime(allow_none=True)
    decided_at = fields.AwareDateTime(allow_none=True)
    decided_by = fields.String(allow_none=True)
    answer = fields.String()
    assigned = fields.String(allow_none=True)
    precedent = fields.String(allow_none=True)


class PleaPage(Schema):
    """A page; ``next`` is the ``after`` of the following one, null at the end."""

    pleas = fields.List(fields.Nested(PleaAnswer))
    next = fields.String(allow_none=True)


class ReviewBody(Schema):
    """The return is accepted, and the case goes to ``to`` or as the rules say, or it is declined: the dispatch stands."""

    accept = fields.Boolean(required=True)
    reason = fields.String(required=True, validate=_WHY)
    to = fields.String(load_default="", validate=validate.Length(max=80))


class ExtensionBody(Schema):
    """More time is granted as asked for, or not."""

    grant = fields.Boolean(required=True)
    reason = fields.String(required=True, validate=_WHY)


class EqualBody(Schema):
    """
    Which cases are equal from now on. ``category`` and ``keywords`` are by default those of the case itself (the words of the
    district's rules that occur in it); an empty one is not asked for. ``until``: the precedent ends then.
    """

    category = fields.String(allow_none=True, load_default=None, validate=validate.Length(max=100))
    keywords = fields.List(
        fields.String(validate=validate.Length(min=1, max=40)),
        allow_none=True,
        load_default=None,
        validate=validate.Length(max=20),
    )
    place_kind = fields.String(load_default="", validate=validate.Length(max=40))
    until = fields.AwareDateTime(allow_none=True, load_default=None)


class RulingBody(Schema):
    """``party`` has the case and keeps it; ``precedent`` null: the ruling is for this case only."""

    party = fields.String(required=True, validate=validate.Length(min=1, max=80))
    reason = fields.String(required=True, validate=_WHY)
    precedent = fields.Nested(EqualBody, allow_none=True, load_default=lambda: EqualBody().load({}))


class RecallBody(Schema):
    """The dispatch was a mistake; the case goes to ``to``, or as the rules say."""

    reason = fields.String(required=True, validate=_WHY)
    to = fields.String(load_default="", validate=validate.Length(max=80))


class PrecedentQuery(Schema):
    """A page of precedents, oldest first, behind id ``after``; ``all`` with those that do not hold any more."""

    district = fields.String(validate=validate.Length(max=40))
    all = fields.Boolean(load_default=False)
    after = fields.String(load_default="", validate=_ID)
    limit = fields.Integer(load_default=50, validate=validate.Range(min=1, max=500))


class PrecedentAnswer(Schema):
    """
    A precedent: a case that has the ``category`` (or one below it), one of the ``keywords`` and lies in a place of ``place_kind``,
    as far as these are named, goes to ``party``, from ``since`` until ``until`` or its revocation.
    """

    id = fields.String()
    district = fields.String()
    party = fields.String()
    category = fields.String()
    keywords = fields.List(fields.String())
    place_kind = fields.String(allow_none=True)
    case_no = fields.String()
    plea = fields.String()
    reason = fields.String()
    by = fields.String()
    since = fields.AwareDateTime()
    until = fields.AwareDateTime(allow_none=True)
    revoked_at = fields.AwareDateTime(allow_none=True)
    revoked_by = fields.String(allow_none=True)
    revoked_why = fields.String()


class PrecedentPage(Schema):
    """A page; ``next`` is the ``after`` of the following one, null at the end."""

    precedents = fields.List(fields.Nested(PrecedentAnswer))
    next = fields.String(allow_none=True)


class RevokeBody(Schema):
    """Why a precedent does not hold any more."""

    reason = fields.String(required=True, validate=_WHY)
