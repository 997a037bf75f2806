"""
The quick half of strict writing: does a message surely fit its own schema?

Asking marshmallow means reading back everything that was just written. This looks at the values instead, once for each field; where
it says no, the schema is asked and names what is wrong.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import math
import types
import typing
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, Literal

import marshmallow as ma

Check = Callable[[Any], bool]


def surely_fits(message: Any) -> bool:
    """True only if the schema of the message's class would accept its fields."""
    return all(check(getattr(message, name)) for name, check in _checks_of(typing.cast(Any, type(message))))


@cache
def _checks_of(cls: type) -> tuple[tuple[str, Check], ...]:
    hints = typing.get_type_hints(cls)
    return tuple(
        (field.name, _validated(_check(hints[field.name]), field.metadata.get("validate")))
        for field in dataclasses.fields(cls)
    )


def _check(hint: Any) -> Check:
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin in (types.UnionType, typing.Union):
        (inner,) = [_check(argument) for argument in arguments if argument is not types.NoneType]
        return lambda value: value is None or inner(value)
    if origin is tuple:
        each = _check(arguments[0])
        return lambda value: isinstance(value, tuple) and all(map(each, value))
    if origin is Literal:
        return lambda value: type(value) is str and value in arguments
    if dataclasses.is_dataclass(hint):
        return lambda value: type(value) is hint and surely_fits(value)
    return _SCALARS[hint]


def _validated(check: Check, validate: Any) -> Check:
    if validate is None:
        return check
    if isinstance(validate, ma.validate.Length) and validate.min is None and validate.equal is None:
        most = typing.cast(int, validate.max)
        return lambda value: check(value) and (value is None or len(value) <= most)
    return lambda value: check(value) and (value is None or _passes(validate, value))


def _passes(validate: Callable[[Any], Any], value: Any) -> bool:
    try:
        validate(value)
    except ma.ValidationError:
        return False
    return True


_SCALARS: Mapping[Any, Check] = {
    str: lambda value: type(value) is str,
    int: lambda value: type(value) is int,
    float: lambda value: type(value) in (int, float) and math.isfinite(value),
    bool: lambda value: type(value) is bool,
    dt.datetime: lambda value: isinstance(value, dt.datetime) and value.tzinfo is not None,
}
