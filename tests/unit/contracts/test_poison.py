"""
Bodies that can never be read: each is Poison, and nothing else ever leaves ``decode``.
"""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.contracts.test_messages import event_of
from whistle.contracts import REGISTRY, CaseFiled, DispatchReported, decode, encode
from whistle.contracts.envelope import SIZE_LIMIT
from whistle.errors import Poison

GOOD: dict[str, Any] = json.loads(encode(event_of(CaseFiled)))
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


def but(**changes: Any) -> bytes:
    """The good body with other attributes; None takes one out."""
    body = {**GOOD, **changes}
    return json.dumps({name: value for name, value in body.items() if value is not None}).encode()


def but_data(**changes: Any) -> bytes:
    return but(data={**GOOD["data"], **changes})


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"", id="empty"),
        pytest.param("诉求".encode("gbk"), id="not UTF-8"),
        pytest.param(json.dumps(GOOD).encode("utf-16"), id="UTF-16"),
        pytest.param(b"{", id="cut off"),
        pytest.param(b"null", id="null"),
        pytest.param(b"[]", id="a list"),
        pytest.param(b'"text"', id="a text"),
        pytest.param(b"[" * 100_000, id="deep list"),
        pytest.param(b'{"a":' * 40_000 + b"1" + b"}" * 40_000, id="deep object"),
        pytest.param(b'{"id":' + b"1" * 5_000 + b"}", id="a number of 5,000 digits"),
        pytest.param(but(specversion=None), id="no specversion"),
        pytest.param(but(id=None), id="no id"),
        pytest.param(but(type=None), id="no type"),
        pytest.param(but(source=None), id="no source"),
        pytest.param(but(time=None), id="no time"),
        pytest.param(but(district=None), id="no district"),
        pytest.param(but(data=None), id="no data"),
        pytest.param(but(type="whistle.case.filed.v99"), id="unknown type"),
        pytest.param(but(type=7), id="type is a number"),
        pytest.param(but(id=7), id="id is a number"),
        pytest.param(but(id="x" * 101), id="id too long"),
        pytest.param(but(subject="case/" + "1" * 100), id="case number too long"),
        pytest.param(but(district="x" * 101), id="district too long"),
        pytest.param(but(district=["mawei"]), id="district is a list"),
        pytest.param(but(party={"a": 1}), id="party is an object"),
        pytest.param(but(time="yesterday"), id="time is no time"),
        pytest.param(but(time="2026-11-22T04:00:00"), id="time without zone"),
        pytest.param(but(time="0001-01-01T00:00:00+14:00"), id="time before all time"),
        pytest.param(but(time="9999-12-31T23:59:59-14:00"), id="time after all time"),
        pytest.param(but(specversion="0.3"), id="an older CloudEvents"),
        pytest.param(but(sequence="-1"), id="negative sequence"),
        pytest.param(but(sequence="9" * 5_000), id="sequence of 5,000 digits"),
        pytest.param(but(data=[]), id="data is a list"),
        pytest.param(but(data="text"), id="data is a text"),
        pytest.param(but_data(title=None), id="a required field is null"),
        pytest.param(but(data={"title": "x"}), id="required fields are missing"),
        pytest.param(but_data(title=7), id="a text is a number"),
        pytest.param(but_data(title="x" * 301), id="a text is too long"),
        pytest.param(but_data(tags="a"), id="a list is a text"),
        pytest.param(but_data(filed_at="2026-13-01"), id="a time is no time"),
        pytest.param(but_data(text="a\0b"), id="NUL"),
        pytest.param(but_data(text="a\ud83d"), id="half a surrogate pair"),
        pytest.param(but_data(text="x" * SIZE_LIMIT), id="larger than 256 KiB"),
        pytest.param(but(extra="路" * SIZE_LIMIT), id="larger than 256 KiB by what would be ignored"),
    ],
)
def test_what_cannot_be_read_is_poison(body: bytes) -> None:
    """Each broken body is parked at once, with a reason."""
    with pytest.raises(Poison) as caught:
        decode(body, REGISTRY)

    assert str(caught.value)
    assert 1 == len(str(caught.value).splitlines())


def test_wrong_numbers_and_flags_are_poison() -> None:
    """A number is no text, a fraction no number, a missing version no first version."""
    good: dict[str, Any] = json.loads(encode(event_of(DispatchReported)))
    for change in (
        {"version": "2"},
        {"version": 1.5},
        {"version": None},
        {"case_done": "perhaps"},
        {"members": [1]},
    ):
        with pytest.raises(Poison):
            decode(json.dumps({**good, "data": {**good["data"], **change}}), REGISTRY)


def test_the_reason_names_the_fields_but_not_their_values() -> None:
    """What is logged about a broken message holds nobody's data."""
    with pytest.raises(Poison) as caught:
        decode(but_data(title="13812345678" * 40, tags="张三"), REGISTRY)

    assert "title" in str(caught.value)
    assert "tags" in str(caught.value)
    assert "13812345678" not in str(caught.value)
    assert "张三" not in str(caught.value)


def test_a_text_body_is_read_like_bytes() -> None:
    """The in-memory bus hands over text; the same rules hold."""
    assert "3号楼路灯不亮" == decode(json.dumps(GOOD), REGISTRY).data.title
    with pytest.raises(Poison):
        decode(json.dumps({**GOOD, "extra": "路" * (SIZE_LIMIT // 3)}, ensure_ascii=False), REGISTRY)
    with pytest.raises(Poison):
        decode(json.dumps({**GOOD, "district": "\ud83d"}, ensure_ascii=False), REGISTRY)


@given(body=st.binary(max_size=200) | st.text(max_size=200) | JSON.map(json.dumps))
def test_no_body_raises_anything_else(body: bytes | str) -> None:
    """Any bytes at all are poison or a message, never another exception."""
    with pytest.raises(Poison):
        decode(body, REGISTRY)


@given(attribute=st.sampled_from([*GOOD, "party", "sequence", "causationid", "traceparent"]), value=JSON)
def test_any_value_of_any_attribute_is_read_or_poison(attribute: str, value: Any) -> None:
    """What is read can also be written again."""
    try:
        event = decode(json.dumps({**GOOD, attribute: value}), REGISTRY)
    except Poison:
        return
    assert encode(event)


@given(field=st.sampled_from(list(GOOD["data"])), value=JSON)
def test_any_value_of_any_field_is_read_or_poison(field: str, value: Any) -> None:
    """What is read can also be written again."""
    try:
        event = decode(json.dumps({**GOOD, "data": {**GOOD["data"], field: value}}), REGISTRY)
    except Poison:
        return
    assert encode(event)
