"""
Bodies from bytes: JSON and forms.
"""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from whistle.errors import Malformed, Refused
from whistle.http.bodies import MAX_DEPTH, is_json, media_type, read_form, read_json, read_pairs

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**18), 10**18)
    | st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"])),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"])), inner, max_size=4
        )
    ),
    max_leaves=10,
)


@given(VALUES, st.booleans())
def test_proper_json_is_read_as_it_is(value: Any, ascii_only: bool) -> None:
    """Whatever JSON a client writes, escaped or not, with a byte order mark or without, is what we read."""
    raw = json.dumps(value, ensure_ascii=ascii_only).encode()
    assert value == read_json(raw)
    assert value == read_json(b"\xef\xbb\xbf" + raw)


@given(
    st.binary(max_size=200)
    | st.text(st.sampled_from('{}[]",:0e-.\\u truefalsn'), max_size=80).map(str.encode)
)
def test_any_bytes_are_read_or_refused(raw: bytes) -> None:
    """No bytes raise anything but Malformed."""
    with suppress(Malformed):
        read_json(raw)


def test_the_place_of_an_error_is_told() -> None:
    """Line and column, in the text and as facts."""
    with pytest.raises(Malformed) as caught:
        read_json('{\n "text": "路灯",\n "count": }'.encode())
    assert {"line": 3, "column": 11} == dict(caught.value.detail)
    assert "第 3 行第 11 列有误：此处应有值" in caught.value.zh


def test_depth_is_counted_outside_of_strings() -> None:
    """Brackets in texts are texts; 32 levels are taken, 33 are not."""
    text = "[" * 100
    assert {"text": text} == read_json(json.dumps({"text": text}).encode())
    assert read_json(b"[" * MAX_DEPTH + b"]" * MAX_DEPTH)
    many = json.dumps([[1]] * 100).encode()
    assert 100 == len(read_json(many))
    for raw in (b"[" * 33 + b"]" * 33, b'{"a":' * 33 + b"1" + b"}" * 33, b"[" * 1_000_000):
        with pytest.raises(Malformed, match="deeper"):
            read_json(raw)


def test_numbers_have_bounds() -> None:
    """Twenty digits are read, twenty-one and infinite ones are not."""
    assert {"n": 10**19} == read_json(b'{"n": 10000000000000000000}')
    for raw in (b"1" * 21, b"[1e400]", b"-1e400", b"Infinity", b"-Infinity", b"NaN"):
        with pytest.raises(Malformed):
            read_json(raw)


def test_what_no_database_stores_is_refused_wherever_it_stands() -> None:
    """NUL and lone surrogates, in keys too; an escaped backslash before u0000 is only a text."""
    for raw in (
        b'"\\u0000"',
        b'{"a": ["\\u0000"]}',
        b'{"\\u0000": 1}',
        b'"\\udc00"',
        b'{"a": {"b": "\\uD800x"}}',
    ):
        with pytest.raises(Malformed):
            read_json(raw)
    assert "\\u0000" == read_json(b'"\\\\u0000"')
    assert "😀" == read_json(b'"\\ud83d\\ude00"')


@pytest.mark.parametrize(
    ("content_type", "media"),
    [
        ("application/json", "application/json"),
        ("Application/JSON; charset=UTF-8", "application/json"),
        ('application/json; charset="utf-8"', "application/json"),
        ("multipart/form-data; boundary=x", "multipart/form-data"),
        ("", ""),
    ],
)
def test_media_types_lose_their_parameters(content_type: str, media: str) -> None:
    """Case and UTF-8's spellings do not matter."""
    assert media == media_type(content_type)


def test_other_charsets_are_named() -> None:
    """415 says which charset it was."""
    with pytest.raises(Refused, match="gb18030") as caught:
        media_type("text/plain; format=flowed; charset=GB18030")
    assert 415 == caught.value.status


def test_json_has_relatives() -> None:
    """`+json` types are JSON, others are not."""
    assert is_json("application/cloudevents+json")
    assert not is_json("text/json-ish")


def test_forms_nest_by_dots_and_repeat_as_lists() -> None:
    """What a page sends is the JSON that an API client would send."""
    raw = "text=%E8%B7%AF%E7%81%AF+x&tags=a&one=1&one=2&contact.phone=138&contact.name=%E6%9D%8E&empty="
    assert {
        "text": "路灯 x",
        "tags": ["a"],
        "one": ["1", "2"],
        "contact": {"phone": "138", "name": "李"},
    } == read_form(raw.encode(), {"tags"})


@pytest.mark.parametrize(
    "raw", [b"a=%00", b"a=%ff", b"a=1&a.b=2", b"a.b=2&a=1", b"&".join([b"a=1"] * 300), b"\xff=1"]
)
def test_broken_forms_are_malformed(raw: bytes) -> None:
    """NUL, other encodings, clashing names and too many fields."""
    with pytest.raises(Malformed):
        read_form(raw, set())


def test_repeated_query_parameters_are_lists() -> None:
    """One value is text, several are a list."""
    assert {"a": ["1", "2", "3"], "b": "x"} == read_pairs("a=1&b=x&a=2&a=3", what_zh="", what_en="")
