"""
Hypothesis strategies that make any message of the contracts, from its declaration.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import types
import typing
from typing import Any, Literal

from hypothesis import strategies as st
from marshmallow import validate

from whistle.contracts import MESSAGES, Event, Message

_LETTERS = st.characters(codec="utf-8", exclude_characters="\0")
_INSTANTS = st.datetimes(
    min_value=dt.datetime(1970, 1, 2),  # noqa: DTZ001 — hypothesis wants naive bounds
    max_value=dt.datetime(2200, 1, 1),  # noqa: DTZ001
    timezones=st.timezones(),
)


def messages() -> st.SearchStrategy[Message]:
    """Any message of any type."""
    return st.sampled_from(MESSAGES).flatmap(message_of)


def message_of(cls: type[Message]) -> st.SearchStrategy[Any]:
    """Any message of one type, within its declared limits."""
    hints = typing.get_type_hints(cls)
    made = {field.name: _values(hints[field.name], _limit(field)) for field in dataclasses.fields(cls)}
    return st.builds(cls, **made)


def events() -> st.SearchStrategy[Event[Any]]:
    """Any message in an envelope with any attributes."""
    name = st.text(_LETTERS, min_size=1, max_size=40)
    return st.builds(
        Event,
        id=st.uuids(version=4).map(str),
        source=name.map(lambda text: f"/whistle/{text}"),
        time=_INSTANTS.map(lambda time: time.astimezone(dt.UTC)),
        district=name,
        data=messages(),
        case_no=st.none() | name,
        party=st.none() | name,
        cause=st.none() | name,
        sequence=st.none() | st.integers(0, 10**18 - 1),
        traceparent=st.none() | name,
    )


def _limit(field: dataclasses.Field[Any]) -> int:
    length = field.metadata.get("validate")
    return min(length.max or 50, 50) if isinstance(length, validate.Length) else 50


def _values(hint: Any, limit: int) -> st.SearchStrategy[Any]:
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin in (types.UnionType, typing.Union):
        (inner,) = [argument for argument in arguments if argument is not types.NoneType]
        return st.none() | _values(inner, limit)
    if origin is tuple:
        return st.lists(_values(arguments[0], limit), max_size=3).map(tuple)
    if origin is Literal:
        return st.sampled_from(arguments)
    if dataclasses.is_dataclass(hint):
        return message_of(typing.cast(type[Message], hint))
    return {
        str: st.text(_LETTERS, max_size=limit),
        int: st.integers(-(2**31), 2**31 - 1),
        float: st.floats(allow_nan=False, allow_infinity=False),
        bool: st.booleans(),
        dt.datetime: _INSTANTS.map(lambda time: time.astimezone(dt.UTC)),
    }[hint]
