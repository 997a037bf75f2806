"""
Messages and their envelope: what is written can be read, and only what is right is written.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.contracts.generated import events, messages
from whistle.contracts import (
    MESSAGES,
    REGISTRY,
    CaseFiled,
    DispatchSigned,
    Event,
    Message,
    Report,
    Sign,
    decode,
    encode,
    new_event,
)
from whistle.contracts.message import schema_of
from whistle.contracts.strict import surely_fits

NOON = dt.datetime(2026, 11, 22, 4, 0, tzinfo=dt.UTC)

every_message = pytest.mark.parametrize("message", MESSAGES, ids=lambda message: message.name)


def event_of(message: type[Message]) -> Event[Any]:
    return new_event(
        message.from_wire(message.example),
        source="routing",
        district="mawei",
        time=NOON,
        case_no="26-00421-7",
    )


@every_message
def test_an_example_survives_the_way_over_the_wire(message: type[Message]) -> None:
    """Each message's example is read, written and read again without a difference."""
    event = event_of(message)

    assert event == decode(encode(event), REGISTRY)


@every_message
def test_an_example_shows_every_required_field(message: type[Message]) -> None:
    """An example is a whole message: it has each required field, and none that the message does not have."""
    fields = dataclasses.fields(message)
    required = {
        f.name
        for f in fields
        if f.default is dataclasses.MISSING and f.default_factory is dataclasses.MISSING
    }

    assert set() == required - set(message.example)
    assert set() == set(message.example) - {field.name for field in fields}


@every_message
def test_no_field_is_named_like_what_every_message_class_has(message: type[Message]) -> None:
    """A field called like a class attribute of Message would get that attribute as its silent default."""
    assert [] == [field.name for field in dataclasses.fields(message) if hasattr(Message, field.name)]


@every_message
def test_every_message_is_frozen_and_hashable(message: type[Message]) -> None:
    """A message that was read cannot be changed, not even inside its lists."""
    read = event_of(message).data

    assert isinstance(hash(read), int)
    with pytest.raises(dataclasses.FrozenInstanceError):
        read.name = "other"


def test_the_names_are_those_of_the_design() -> None:
    """Each wire type is whistle.<entity>.<verb>.v<N> and stands for one class."""
    assert len(MESSAGES) == len(REGISTRY)
    assert all(wire == f"whistle.{cls.name}.v{cls.wire_version}" for wire, cls in REGISTRY.items())
    assert all(2 == len(cls.name.split(".")) for cls in MESSAGES)


@given(event=events())
def test_any_event_survives_the_way_over_the_wire(event: Event[Any]) -> None:
    """Whatever fits the declarations is read as it was written, attributes of the envelope included."""
    assert event == decode(encode(event), REGISTRY)


@given(
    message=messages(),
    extra=st.dictionaries(st.text(min_size=1), st.integers() | st.text() | st.none(), min_size=1),
)
def test_unknown_fields_are_ignored_when_reading(message: Message, extra: dict[str, Any]) -> None:
    """A later version may add fields; a reader of today does not notice."""
    cls, wire = type(message), message.to_wire()

    assert message == cls.from_wire({**extra, **wire})


def test_unknown_attributes_of_the_envelope_are_ignored() -> None:
    """Extension attributes of others do no harm."""
    event = event_of(CaseFiled)
    body = {**json.loads(encode(event)), "partitionkey": "7", "expirytime": "2030-01-01T00:00:00Z"}

    assert event == decode(json.dumps(body), REGISTRY)


def test_a_missing_optional_field_gets_its_default() -> None:
    """An older sender leaves out what it does not know."""
    assert () == Report.from_wire({"dispatch": "d", "by": "张工", "text": "好了"}).members


def test_a_message_that_breaks_its_schema_is_not_written() -> None:
    """Too long a text or a missing one is the sending code's defect and is found there, not at the reader."""
    for wrong in (Sign(dispatch="x" * 41, by="张工"), Sign(dispatch="d", by=None)):  # type: ignore[arg-type]
        with pytest.raises(ValueError, match=r"whistle\.action\.sign\.v1"):
            encode(new_event(wrong, source="x", district="mawei", time=NOON))


def test_the_envelope_is_cloudevents_in_utf8_without_escapes() -> None:
    """The body is what the design promises: names of attributes, UTC time, Chinese as it is."""
    event = dataclasses.replace(
        event_of(Sign), party="power-bureau", cause="c", sequence=17, traceparent="00-1-2-01"
    )
    body = encode(event)

    assert "张工".encode() in body
    assert {
        "specversion": "1.0",
        "id": event.id,
        "source": "/whistle/routing",
        "type": "whistle.action.sign.v1",
        "subject": "case/26-00421-7",
        "time": "2026-11-22T04:00:00Z",
        "datacontenttype": "application/json",
        "dataschema": "/schemas/action.sign.v1.json",
        "district": "mawei",
        "party": "power-bureau",
        "correlationid": "26-00421-7",
        "causationid": "c",
        "sequence": "17",
        "traceparent": "00-1-2-01",
        "data": {"dispatch": Sign.example["dispatch"], "by": "张工"},
    } == json.loads(body)


def test_the_version_of_a_dispatch_is_not_the_version_of_its_message() -> None:
    """The schema a message names is that of its type, however often the dispatch has changed."""
    event = event_of(DispatchSigned)

    assert 2 == event.data.version
    assert "/schemas/dispatch.signed.v1.json" == json.loads(encode(event))["dataschema"]


_WRONG: st.SearchStrategy[Any] = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=5),
    st.just("长" * 10_001),
    st.lists(st.integers(), max_size=2),
    st.datetimes(),
    st.tuples(st.integers()),
)


@given(messages(), st.data())
def test_what_the_quick_look_lets_through_fits_the_schema(message: Message, data: st.DataObject) -> None:
    """Whatever a field is made to hold: the quick look never accepts what the schema would refuse."""
    field = data.draw(st.sampled_from(dataclasses.fields(message)))
    object.__setattr__(message, field.name, data.draw(_WRONG))

    if surely_fits(message):
        schema = schema_of(cast(Any, type(message)))
        assert {} == schema.validate(schema.dump(message))


@given(messages())
def test_the_quick_look_takes_every_right_message(message: Message) -> None:
    """A message within its limits is not asked about twice."""
    assert surely_fits(message)
