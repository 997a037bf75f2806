"""
The contracts for those who do not use Python: JSON Schema per message, and one AsyncAPI document.
"""

from __future__ import annotations

from whistle.contracts.asyncapi import asyncapi, example_body
from whistle.contracts.schemas import all_schemas, envelope_schema, json_schema, schema_path

__all__ = ["all_schemas", "asyncapi", "envelope_schema", "example_body", "json_schema", "schema_path"]
