"""
The published JSON Schemas say what the code does.
"""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from jsonschema import Draft7Validator, Draft202012Validator
from jsonschema.validators import validator_for

from tests.unit.contracts.generated import events
from whistle.contracts import MESSAGES, CaseFiled, DispatchSent, Event, Message, Report, encode
from whistle.contracts.export import all_schemas, envelope_schema, example_body, json_schema, schema_path

every_message = pytest.mark.parametrize("message", MESSAGES, ids=lambda message: message.name)


@every_message
def test_a_schema_is_valid_and_its_example_fits_it(message: type[Message]) -> None:
    """Each schema is JSON Schema 2020-12, and the message's example passes it."""
    schema = json_schema(message)

    assert Draft202012Validator is validator_for(schema, default=Draft7Validator)
    Draft202012Validator.check_schema(schema)
    Draft202012Validator(schema).validate(message.from_wire(message.example).to_wire())


@every_message
def test_an_example_body_fits_the_envelope_and_names_its_schema(message: type[Message]) -> None:
    """The dataschema attribute is the id of the schema of the data."""
    body = example_body(message)

    Draft202012Validator(envelope_schema()).validate(body)
    assert json_schema(message)["$id"] == body["dataschema"] == schema_path(message)


@given(event=events())
def test_whatever_is_written_fits_the_published_schemas(event: Event[Any]) -> None:
    """The schemas do not promise less than the code sends."""
    body = json.loads(encode(event))

    Draft202012Validator(envelope_schema()).validate(body)
    Draft202012Validator(json_schema(type(event.data))).validate(body["data"])


@pytest.mark.parametrize(
    "wrong",
    [{"title": None}, {"title": 7}, {"title": "x" * 301}, {"tags": "a"}, {"tags": [1]}, {"door": None}],
    ids=str,
)
def test_a_schema_refuses_what_the_code_refuses(wrong: dict[str, Any]) -> None:
    """Types, limits and required fields stand in the schema too."""
    validator = Draft202012Validator(json_schema(CaseFiled))

    assert validator.is_valid(dict(CaseFiled.example))
    assert not validator.is_valid({**CaseFiled.example, **wrong})


def test_schemas_are_open_to_what_a_later_version_adds() -> None:
    """A department that validates what it receives does not refuse a new field."""
    assert Draft202012Validator(json_schema(Report)).is_valid({**Report.example, "photos": []})
    assert "additionalProperties" not in json.dumps(all_schemas())


def test_null_and_choices_are_told() -> None:
    """A field that may be null says so, and a choice lists its words."""
    properties = json_schema(DispatchSent)["properties"]

    assert ["string", "null"] == properties["place"]["type"]
    assert ["lead", "co"] == properties["role"]["enum"]
    assert "S1-10" == properties["handling_class"]["description"]


def test_all_schemas_are_one_file_a_message_and_the_envelope() -> None:
    """The set is complete, by the names that dataschema uses."""
    assert {"/schemas/envelope.v1.json", *map(schema_path, MESSAGES)} == {
        f"/schemas/{name}" for name in all_schemas()
    }
    assert all(f"/schemas/{name}" == schema["$id"] for name, schema in all_schemas().items())
