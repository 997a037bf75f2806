"""
Bodies and queries about parties and what they are sent.
"""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields, validate

from whistle.contracts.parties import WAYS
from whistle_routing.domain.mail import Filter


def _words() -> fields.List[Any]:
    return fields.List(fields.String(validate=validate.Length(max=60)), validate=validate.Length(max=50))


class FilterBody(Schema):
    """What a party wants to be sent; an empty list means all."""

    messages = _words()
    classes = _words()
    levels = _words()
    categories = _words()


class WayBody(Schema):
    """
    How a party is reached from now on; ``url`` for a webhook only; without ``filter`` it stays; with null the party is sent what
    its pack says.
    """

    way = fields.String(required=True, validate=validate.OneOf(list(WAYS)))
    url = fields.String(validate=validate.Length(max=500))
    filter = fields.Nested(FilterBody, allow_none=True)
    why = fields.String(load_default="", validate=validate.Length(max=500))


class LettersQuery(Schema):
    """A page of a party's messages, in order, behind number ``after``."""

    after = fields.Integer(load_default=0, validate=validate.Range(min=0, max=2**31 - 1))
    limit = fields.Integer(load_default=50, validate=validate.Range(min=1, max=500))


class ReplayBody(Schema):
    """From where: a number, or a time; neither: from the first parked one."""

    sequence = fields.Integer(validate=validate.Range(min=1, max=2**31 - 1))
    since = fields.AwareDateTime()


class PledgeBody(Schema):
    """A co-building pledge (S1-6)."""

    signed_on = fields.Date(required=True)
    ends_on = fields.Date(allow_none=True, load_default=None)
    signed_by = fields.String(required=True, validate=validate.Length(min=1, max=100))
    terms = fields.String(required=True, validate=validate.Length(min=1, max=2000))


class TraceBody(Schema):
    """A text that leaked."""

    text = fields.String(required=True, validate=validate.Length(min=1, max=20_000))


def read_filter(given: dict[str, list[str]] | None) -> Filter | None:
    """The filter of a body, None if it names none."""
    return None if given is None else Filter.from_json(given)
