"""
JSON Schema 2020-12 of every message and of the envelope, derived from the messages' own schemas.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin

from whistle.contracts import MESSAGES, Message, schema_of

DIALECT = "https://json-schema.org/draft/2020-12/schema"

Json = dict[str, Any]


def json_schema(message: type[Message]) -> Json:
    """The schema of a message's ``data``. Fields that are not described are allowed: readers ignore them."""
    inline = MarshmallowPlugin(
        schema_name_resolver=lambda _: ""
    )  # no name: nested schemas stand in their place
    APISpec(title="", version="", openapi_version="3.1.0", plugins=[inline])  # gives the plugin its converter
    cls: type = message
    assert inline.converter is not None
    converted = inline.converter.schema2jsonschema(schema_of(cls))  # type: ignore[no-untyped-call]
    return {
        "$schema": DIALECT,
        "$id": schema_path(message),
        "title": message.type(),
        "description": documentation(message),
        **_open(converted),
        "examples": [dict(message.example)],
    }


def envelope_schema() -> Json:
    """The schema of the whole body: CloudEvents 1.0 in structured mode with Whistle's extension attributes."""
    return {
        "$schema": DIALECT,
        "$id": "/schemas/envelope.v1.json",
        "title": "Whistle's envelope",
        "description": "CloudEvents 1.0, structured mode, application/cloudevents+json in UTF-8. Unknown attributes are ignored.",
        **envelope(),
    }


def all_schemas() -> Mapping[str, Json]:
    """File name → schema, of the envelope and of every message."""
    schemas = {f"{message.name}.v{message.wire_version}.json": json_schema(message) for message in MESSAGES}
    return {"envelope.v1.json": envelope_schema(), **dict(sorted(schemas.items()))}


def schema_path(message: type[Message]) -> str:
    """What the envelope's ``dataschema`` says: ``/schemas/case.filed.v1.json``."""
    return f"/schemas/{message.name}.v{message.wire_version}.json"


def envelope() -> Json:
    """The envelope without dialect and id."""
    text = {"type": "string", "minLength": 1, "maxLength": 100}
    return {
        "type": "object",
        "required": ["specversion", "id", "source", "type", "time", "district", "data"],
        "properties": {
            "specversion": {"const": "1.0"},
            "id": {
                **text,
                "description": "UUIDv7; the same id is the same event, however often it is delivered",
            },
            "source": {
                **text,
                "format": "uri-reference",
                "description": "/whistle/<service>, or /whistle/<district>.<party>",
            },
            "type": {"type": "string", "pattern": r"^whistle\.[a-z_]+\.[a-z_]+\.v[0-9]+$"},
            "subject": {**text, "pattern": "^case/", "description": "case/<case number>"},
            "time": {"type": "string", "format": "date-time"},
            "datacontenttype": {"const": "application/json"},
            "dataschema": {"type": "string", "format": "uri-reference"},
            "district": text,
            "party": text,
            "correlationid": {**text, "description": "the case number"},
            "causationid": {**text, "description": "the id of the event that caused this one"},
            "sequence": {
                "type": "string",
                "pattern": "^[0-9]{1,18}$",
                "description": "counts a party's messages without gaps",
            },
            "traceparent": {**text, "description": "W3C trace context"},
            "data": {"type": "object"},
        },
    }


def documentation(message: type[Message]) -> str:
    """The message's docstring in one line."""
    return " ".join((message.__doc__ or "").split())


def _open(value: Any) -> Any:
    """
    Plain JSON of a converted schema, open to unknown fields.

    Our schemas are strict because they also write; who reads must not be told to refuse what a later version adds.
    """
    if isinstance(value, Mapping):
        return {key: _open(inner) for key, inner in value.items() if key != "additionalProperties"}
    if isinstance(value, list | tuple):
        return [_open(inner) for inner in value]
    return value
