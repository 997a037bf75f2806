"""
What makes a new schema of a message a breaking change for those who already read or write it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any


def breaking_changes(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    """One line each; empty if whoever wrote or read by ``old`` may go on doing so under ``new``."""
    return list(_changes(old, new, "data"))


def _changes(old: Mapping[str, Any], new: Mapping[str, Any], path: str) -> Iterator[str]:
    for name, schema in old.get("properties", {}).items():
        if name not in new.get("properties", {}):
            yield f"{path}.{name} is gone"
        else:
            yield from _changes(schema, new["properties"][name], f"{path}.{name}")
    for name in sorted(set(new.get("required", ())) - set(old.get("required", ()))):
        yield f"{path}.{name} is required now"
    for name in sorted(set(old.get("required", ())) - set(new.get("required", ()))):
        yield f"{path}.{name} is no longer always there"
    for word in ("type", "format"):
        if old.get(word) != new.get(word):
            yield f"{path}: {word} was {old.get(word)}, is {new.get(word)}"
    if "enum" in old and (
        lost := [value for value in old["enum"] if value not in new.get("enum", old["enum"])]
    ):
        yield f"{path} no longer takes {lost}"
    if "maxLength" in new and new["maxLength"] < old.get("maxLength", float("inf")):
        yield f"{path} takes only {new['maxLength']} characters now"
    if "items" in old:
        yield from _changes(old["items"], new.get("items", {}), f"{path}[]")
