"""
``points.toml`` of a district's pack: its points scheme as plain configuration, with dated versions (S1-18).

    [[versions]]
    version = 1
    name = "党员积分办法(2026)"
    valid_from = 2026-01-01
    validity = { months = 36 }          # or { clear_on = "12-31" }; without it points last for ever

    scored_by = "tables"                # or "plugin": the pack's hook `score` is asked; also for one item alone

    [versions.items.volunteer]
    name = "志愿服务"
    points = 1
    unit = "hour"
    caps = { event = 2, day = 4, month = 20, year = 100 }
    claims = ["self", "organisation"]
    evidence = ["photo"]

    [versions.items.wish]               # 微心愿: what closed cases of such a category earn instead of `case-closed`
    name = "认领并完成微心愿"
    points = 3
    unit = "case"
    cases = ["微心愿"]

    [versions.flags]                    # from when something looks wrong; 0 turns a rule off
    shared_device = 3
    burst_claims = 6

    [versions.grid]                     # 奖补: the first result that fits counts
    items = { patrol = { name = "巡查", most = 30 } }
    results = [{ title = "优秀", places = 3, least = 27, yuan = 300 }, { title = "合格", least = 18, yuan = 100 }]

    [versions.volunteer_day]            # planned for each month
    title = "党员志愿服务日"
    item = "volunteer"
    weekday = 6                         # the first Saturday
    starts = 09:00:00

Every key is described at :class:`whistle_points.domain.Scheme` and :class:`whistle_points.domain.Item`; amounts are points with at
most one decimal.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import tomllib
from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path
from types import MappingProxyType
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate

from whistle.errors import Misconfigured
from whistle.http.validation import flatten
from whistle.plugins.loader import Pack
from whistle_points.domain import ASSESSORS, Caps, Hours, Item, Scheme, Schemes, Validity
from whistle_points.domain.recurrence import VolunteerDay
from whistle_points.domain.scheme import UNITS
from whistle_points.rules import Rules
from whistle_points.scheme_sections import (
    NAME,
    FlagsSchema,
    GridSchema,
    Points,
    VolunteerDaySchema,
    sections,
)

FILE = "points.toml"
SCORERS = ("tables", "plugin")
_RATINGS = (
    "very_satisfied",
    "satisfied",
    "basically_satisfied",
    "dissatisfied",
    "very_dissatisfied",
    "unrated",
)


class _CapsSchema(Schema):
    event = Points(validate=validate.Range(min=0))
    day = Points(validate=validate.Range(min=0))
    month = Points(validate=validate.Range(min=0))
    year = Points(validate=validate.Range(min=0))


class _HoursSchema(Schema):
    least = fields.Integer(strict=True, validate=validate.Range(0, 1440))
    first_hour = fields.Boolean()
    step = fields.Integer(strict=True, validate=validate.Range(1, 1440))


class _ValiditySchema(Schema):
    months = fields.Integer(strict=True, validate=validate.Range(1, 600))
    clear_on = fields.String(
        validate=validate.Regexp(r"(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])\Z", error="MM-DD")
    )


class _ItemSchema(Schema):
    name = fields.String(required=True, validate=validate.Length(1, 100))
    points = Points(required=True)
    unit = fields.String(validate=validate.OneOf(UNITS))
    criteria = fields.String(validate=validate.Length(max=1000))
    caps = fields.Nested(_CapsSchema)
    hours = fields.Nested(_HoursSchema)
    evidence = fields.List(fields.String(validate=validate.Length(1, 40)), validate=validate.Length(max=10))
    who = fields.List(fields.String(validate=validate.Length(1, 60)))
    claims = fields.List(fields.String(validate=validate.OneOf(ASSESSORS)))
    activity = fields.Boolean()
    ratings = fields.Dict(keys=fields.String(validate=validate.OneOf(_RATINGS)), values=Points())
    cases = fields.List(fields.String(validate=validate.Length(1, 60)), validate=validate.Length(max=20))
    scored_by = fields.String(validate=validate.OneOf(SCORERS))
    outcomes = fields.List(fields.String(validate=validate.OneOf(["resolved", "explained", "withdrawn"])))


class _VersionSchema(Schema):
    version = fields.Integer(required=True, strict=True, validate=validate.Range(1, 10_000))
    name = fields.String(required=True, validate=validate.Length(1, 200))
    valid_from = fields.Raw(required=True)
    validity = fields.Nested(_ValiditySchema)
    publish = fields.String(validate=validate.OneOf(["month", "quarter", "year"]))
    appeal_days = fields.Integer(strict=True, validate=validate.Range(1, 90))
    pickup_days = fields.Integer(strict=True, validate=validate.Range(1, 90))
    spend = fields.String(validate=validate.OneOf(["reviewed", "final"]))
    grace_days = fields.Integer(strict=True, validate=validate.Range(0, 365))
    order_limit = fields.Integer(strict=True, validate=validate.Range(1, 1000))
    hours_target = fields.Integer(strict=True, validate=validate.Range(1, 8760))
    commend = fields.Integer(strict=True, validate=validate.Range(1, 10_000))
    flags = fields.Nested(FlagsSchema)
    grid = fields.Nested(GridSchema)
    volunteer_day = fields.Nested(VolunteerDaySchema)
    scored_by = fields.String(validate=validate.OneOf(SCORERS))
    public_names = fields.String(validate=validate.OneOf(["masked", "full"]))
    items = fields.Dict(
        required=True,
        keys=fields.String(validate=NAME),
        values=fields.Nested(_ItemSchema),
        validate=validate.Length(1),
    )


class _FileSchema(Schema):
    versions = fields.List(fields.Nested(_VersionSchema), required=True, validate=validate.Length(1))


def rules_of(packs: Mapping[str, Pack]) -> Rules:
    """
    The schemes of the installed packs; a pack without ``points.toml`` goes by the default.

    Raises:
        Misconfigured: a file cannot be used; every mistake by its place.
    """
    found = {}
    for district, pack in packs.items():
        file = pack.folder / FILE
        if file.exists():
            found[district] = read_schemes(file, district=district)
    return Rules(found)


def read_schemes(file: Path, *, district: str) -> Schemes:
    """
    All versions in a file.

    Raises:
        Misconfigured: names the file and every mistake by its place.
    """
    shown = f"{file.parent.name}/{file.name}"
    try:
        raw = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise Misconfigured(f"无法读取 {shown}:{error}", f"cannot read {shown}: {error}") from None
    return schemes_from(raw, district=district, shown=shown)


def schemes_from(raw: Mapping[str, Any], *, district: str, shown: str) -> Schemes:
    """As :func:`read_schemes`, from parsed TOML; ``shown`` is how the file is called in complaints."""
    try:
        loaded = _FileSchema().load(raw)
    except ValidationError as error:
        mistakes = "; ".join(f"{path}: {' '.join(texts)}" for path, texts in flatten(error.messages))
        raise Misconfigured(
            f"积分办法 {shown} 有误:{mistakes}", f"points scheme {shown}: {mistakes}"
        ) from None
    pairs = zip(loaded["versions"], raw["versions"], strict=True)
    versions = sorted(
        (_scheme(made, source, district=district, shown=shown) for made, source in pairs),
        key=lambda scheme: scheme.valid_from,
    )
    for earlier, later in pairwise(versions):
        if earlier.valid_from == later.valid_from or earlier.version >= later.version:
            raise Misconfigured(
                f"积分办法 {shown}:版本 {earlier.version} 与 {later.version} 的编号和日期须一起递增",
                f"points scheme {shown}: numbers and dates of versions {earlier.version} and {later.version} must rise together",
            )
    return Schemes(tuple(versions))


def _scheme(made: Mapping[str, Any], source: Mapping[str, Any], *, district: str, shown: str) -> Scheme:
    values = dict(made)
    valid_from = values.pop("valid_from")
    if not isinstance(valid_from, dt.date) or isinstance(valid_from, dt.datetime):
        raise Misconfigured(
            f"积分办法 {shown}:valid_from 应为日期,如 2026-01-01",
            f"points scheme {shown}: valid_from must be a date, e.g. 2026-01-01",
        )
    items = {name: _item(name, row) for name, row in values.pop("items").items()}
    parts = sections(values)
    _check_day(parts["volunteer_day"], items, shown)
    return Scheme(
        district=district,
        valid_from=valid_from,
        validity=_validity(values.pop("validity", {}), shown),
        items=MappingProxyType(items),
        **parts,
        text_hash=_hash(source),
        **values,
    )


def _check_day(day: VolunteerDay | None, items: Mapping[str, Item], shown: str) -> None:
    if day is not None and (day.item not in items or not items[day.item].activity):
        raise Misconfigured(
            f"积分办法 {shown}:volunteer_day.item {day.item} 不是按活动计分的项目",
            f"points scheme {shown}: volunteer_day.item {day.item} is no item that activities earn",
        )


def _item(name: str, row: Mapping[str, Any]) -> Item:
    values = dict(row)
    ratings = {
        None if rating == "unrated" else rating: tenths
        for rating, tenths in values.pop("ratings", {}).items()
    }
    return Item(
        id=name,
        tenths=values.pop("points"),
        caps=Caps(**values.pop("caps", {})),
        hours=Hours(**values.pop("hours", {})),
        ratings=MappingProxyType(ratings),
        evidence=tuple(values.pop("evidence", ())),
        who=frozenset(values.pop("who", ())),
        claims=frozenset(values.pop("claims", ())),
        cases=frozenset(values.pop("cases", ())),
        outcomes=frozenset(values.pop("outcomes", ("resolved",))),
        **values,
    )


def _validity(row: Mapping[str, Any], shown: str) -> Validity:
    if len(row) > 1:
        raise Misconfigured(
            f"积分办法 {shown}:validity 只能选 months 或 clear_on 之一",
            f"points scheme {shown}: validity is either months or clear_on",
        )
    if "months" in row:
        return Validity(mode="months", months=row["months"])
    if "clear_on" in row:
        month, _, day = row["clear_on"].partition("-")
        try:
            dt.date(2001, int(month), int(day))  # a year without 29 February
        except ValueError:
            raise Misconfigured(
                f"积分办法 {shown}:没有 {row['clear_on']} 这一天",
                f"points scheme {shown}: there is no {row['clear_on']} in every year",
            ) from None
        return Validity(mode="yearly", clear_on=(int(month), int(day)))
    return Validity()


def _hash(source: Mapping[str, Any]) -> str:
    text = json.dumps(source, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode()).hexdigest()
