"""
What bodies and queries of points have in common.
"""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from marshmallow import fields, validate

from whistle.http.validation import flatten
from whistle_points.domain import MOST, tenths_of
from whistle_points.refusals import WrongAmount

DISTRICT = validate.Length(min=1, max=80)
MEMBER = validate.Regexp(
    r"[\w.-]{1,60}\Z", error="1 到 60 个字母、数字、_ . - / 1 to 60 letters, digits, _ . -"
)
NAME = validate.Regexp(r"[a-z0-9][a-z0-9-]{0,39}\Z", error="a-z 0-9 -")
ID = validate.Length(min=1, max=64)


class Amount(fields.Field[int]):
    """Points above 0 with at most one decimal, as text or number (``0.5``); inside, an integer in tenths."""

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int | float | str):
            raise ma.ValidationError("应为积分数,如 1.5 / an amount of points, e.g. 1.5")
        try:
            tenths = tenths_of(str(value))
        except ValueError:
            raise ma.ValidationError("应为积分数,最多一位小数 / points with at most one decimal") from None
        if not 0 < tenths <= MOST:
            raise ma.ValidationError(f"应大于 0 且不超过 {MOST // 10} / above 0 and at most {MOST // 10}")
        return tenths

    def _serialize(self, value: Any, *args: Any, **kwargs: Any) -> Any:
        return value


AMOUNTS = frozenset({"hundredths", "minutes", "points", "price", "quantity", "tenths"})
"""Fields that say how much."""


class Write(ma.Schema):
    """
    Every write: whose book, and whether it is only tried (``dry_run`` answers and changes nothing). Where nothing but an amount is
    wrong, the refusal is :class:`WrongAmount`.
    """

    def handle_error(self, error: ma.ValidationError, data: Any, **kwargs: Any) -> None:
        """Called by marshmallow with all mistakes. Raises WrongAmount."""
        found = dict(flatten(error.messages))
        if found and AMOUNTS.issuperset(path.rpartition(".")[2] for path in found):
            raise WrongAmount("数量不对", "the amount is wrong", fields=found)

    district = fields.String(load_default=None, validate=DISTRICT)
    dry_run = fields.Boolean(load_default=False)


class DistrictQuery(ma.Schema):
    """Whose book."""

    district = fields.String(load_default=None, validate=DISTRICT)


class PageQuery(DistrictQuery):
    """A page: ``after`` is the ``next`` of the page before."""

    after = fields.String(load_default=None, validate=ID)
    limit = fields.Integer(load_default=50, validate=validate.Range(min=1, max=500))
