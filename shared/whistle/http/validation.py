"""
From a marshmallow error to what a person reads: dotted field names, ``中文 / English``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from marshmallow import EXCLUDE, Schema, ValidationError, fields

from whistle.errors import Invalid

WHOLE = "$"
"""Field name under which errors of the whole body are given."""
MOST_FIELDS = 50

_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_EXACT = {
    "Missing data for required field.": "必填",
    "Field may not be null.": "不能为空",
    "Invalid value.": "值无效",
    "Unknown field.": "没有这个字段",
    "Invalid input type.": "类型不对，应为对象",
    "Invalid type.": "类型不对",
    "Invalid input.": "输入无效",
    "Not a valid string.": "应为文本",
    "Not a valid utf-8 string.": "应为 UTF-8 文本",
    "Not a valid integer.": "应为整数",
    "Not a valid number.": "应为数字",
    "Number too large.": "数字太大",
    "Special numeric values (nan or infinity) are not permitted.": "不允许 NaN 或无穷大",
    "Not a valid boolean.": "应为 true 或 false",
    "Not a valid datetime.": "应为日期时间，如 2026-03-01T08:30:00+08:00",
    "Not a valid naive datetime.": "日期时间不应带时区",
    "Not a valid aware datetime.": "日期时间须带时区",
    "Not a valid time.": "应为时间，如 08:30",
    "Not a valid date.": "应为日期，如 2026-03-01",
    "Not a valid period of time.": "应为时长",
    "Not a valid list.": "应为列表",
    "Not a valid tuple.": "应为列表",
    "Not a valid mapping type.": "应为对象",
    "Not a valid UUID.": "应为 UUID",
    "Not a valid URL.": "应为网址",
    "Not a valid email address.": "应为电子邮件地址",
    "String does not match expected pattern.": "格式不对",
}
_BOUND = {
    "greater than or equal to": "不小于",
    "greater than": "大于",
    "less than or equal to": "不大于",
    "less than": "小于",
}
_BOUNDS = "|".join(_BOUND)
_PATTERNS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"Must be one of: (.*)\.", re.DOTALL), "应为以下之一：{0}"),
    (re.compile(r"Shorter than minimum length (\d+)\."), "太短，至少 {0}"),
    (re.compile(r"Longer than maximum length (\d+)\."), "太长，最多 {0}"),
    (re.compile(r"Length must be between (\d+) and (\d+)\."), "长度应在 {0} 到 {1} 之间"),
    (re.compile(r"Length must be (\d+)\."), "长度应为 {0}"),
    (re.compile(r"Must be equal to (.*)\."), "应等于 {0}"),
    (re.compile(rf"Must be ({_BOUNDS}) (\S+) and ({_BOUNDS}) (\S+)\."), "应{0} {1} 且{2} {3}"),
    (re.compile(rf"Must be ({_BOUNDS}) (\S+)\."), "应{0} {1}"),
    (re.compile(r"One or more of the choices you made was not in: (.*)\.", re.DOTALL), "只能选：{0}"),
    (re.compile(r"One or more of the choices you made was in: (.*)\.", re.DOTALL), "不能选：{0}"),
)


def bilingual(message: str) -> str:
    """``中文 / English`` for a message of marshmallow; one that has Chinese already stays as it is."""
    if _CHINESE.search(message):
        return message
    zh = _EXACT.get(message)
    if zh is None:
        for pattern, text in _PATTERNS:
            found = pattern.fullmatch(message)
            if found:
                zh = text.format(*(_BOUND.get(part, part) for part in found.groups()))
                break
    return f"{zh or '不符合要求'} / {message}"


def flatten(errors: Any, path: str = "") -> Iterator[tuple[str, list[str]]]:
    """Field paths and their messages: ``{"contact": {"phone": ["…"]}}`` gives ``contact.phone``."""
    if isinstance(errors, Mapping):
        for key, inner in errors.items():
            part = "" if key == "_schema" else str(key)
            yield from flatten(inner, ".".join(filter(None, (path, part))))
    elif isinstance(errors, list):
        yield path or WHOLE, [bilingual(str(message)) for message in errors]
    else:
        yield path or WHOLE, [bilingual(str(errors))]


def load(schema: Schema, data: Any, *, what_zh: str, what_en: str, lenient: bool = False) -> Any:
    """What the schema makes of the data. Raises :class:`Invalid` by field name; ``lenient`` drops unknown fields."""
    try:
        return schema.load(data, unknown=EXCLUDE) if lenient else schema.load(data)
    except ValidationError as error:
        found: dict[str, list[str]] = {}
        # a body of a hundred thousand wrong fields gets a short answer
        for path, messages in islice(flatten(error.messages), MOST_FIELDS):
            found.setdefault(path, []).extend(messages)
        names = "、".join(list(found)[:10])
        raise Invalid(
            f"{what_zh}有误，请检查：{names}",
            f"not valid: the {what_en}, see: {names.replace('、', ', ')}",
            fields=found,
        ) from error


def strict(schema: Schema) -> Schema:
    """
    The same schema, for JSON: a number is a number and not a text of digits, ``true`` is not ``"yes"``.

    marshmallow would read ``"5"`` and 5.7 as the integer 5, which is right for forms, where everything is text.
    """
    _guard_all(schema, above=())
    return schema


def _guard_all(schema: Schema, *, above: tuple[type[Schema], ...]) -> None:
    if type(schema) in above:  # a schema within itself: its inner levels stay as marshmallow has them
        return
    for field in schema.fields.values():
        _guard(field, (*above, type(schema)))


def _guard(field: fields.Field[Any] | None, above: tuple[type[Schema], ...]) -> None:
    if isinstance(field, fields.List):
        _guard(field.inner, above)
    elif isinstance(field, fields.Mapping):
        _guard(field.value_field, above)
    elif isinstance(field, fields.Nested):
        _guard_all(field.schema, above=above)
    elif isinstance(field, fields.Boolean):
        field.pre_load = [_boolean, *field.pre_load]
    elif isinstance(field, fields.Integer):
        field.pre_load = [_integer, *field.pre_load]
    elif isinstance(field, fields.Float):
        field.pre_load = [_number, *field.pre_load]


def _boolean(value: Any) -> Any:
    if value is not None and not isinstance(value, bool):
        raise ValidationError("Not a valid boolean.")
    return value


def _integer(value: Any) -> Any:
    whole = isinstance(value, int) or (isinstance(value, float) and value.is_integer())
    if value is not None and (isinstance(value, bool) or not whole):
        raise ValidationError("Not a valid integer.")
    return value


def _number(value: Any) -> Any:
    if value is not None and (isinstance(value, bool) or not isinstance(value, int | float)):
        raise ValidationError("Not a valid number.")
    return value
