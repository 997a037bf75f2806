"""
Golden files: messages as they were when others began to rely on them. See regenerate_golden.py for how to write one.
"""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest

from tests.unit.contracts.breaking import breaking_changes
from tests.unit.contracts.regenerate_golden import GOLDEN, golden_path
from whistle.contracts import MESSAGES, REGISTRY, DispatchSent, Message, decode, encode
from whistle.contracts.export import json_schema

every_message = pytest.mark.parametrize("message", MESSAGES, ids=lambda message: message.name)


def test_every_message_has_its_golden_file_and_no_file_lost_its_message() -> None:
    """A message that is renamed or removed is seen, and a new one is recorded."""
    assert {golden_path(message).name for message in MESSAGES} == {
        path.name for path in GOLDEN.glob("*.json")
    }


def _asked_of(old: Any, new: Any) -> Any:
    """Of ``new`` only the fields that ``old`` has, at every depth: optional fields may have been added since."""
    if isinstance(old, dict) and isinstance(new, dict):
        return {name: _asked_of(value, new.get(name)) for name, value in old.items()}
    if isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        return [_asked_of(*pair) for pair in zip(old, new, strict=True)]
    return new


@every_message
def test_an_old_body_is_still_read_as_the_same_message(message: type[Message]) -> None:
    """What was written then can be read now, and nothing of it is lost when it is written again."""
    body = json.loads(golden_path(message).read_text(encoding="utf-8"))["body"]
    again = json.loads(encode(decode(json.dumps(body), REGISTRY)))

    assert body["data"] == _asked_of(body["data"], again["data"])
    assert {**body, "data": None} == {**again, "data": None}


@every_message
def test_the_schema_has_not_changed_in_a_breaking_way(message: type[Message]) -> None:
    """A breaking change is a new version beside the old one, never a change of the old one."""
    schema = json.loads(golden_path(message).read_text(encoding="utf-8"))["schema"]

    assert [] == breaking_changes(schema, json_schema(message))


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda s: s["properties"].pop("place"), "data.place is gone"),
        (lambda s: s["required"].append("place"), "data.place is required now"),
        (lambda s: s["required"].remove("title"), "data.title is no longer always there"),
        (lambda s: s["properties"]["title"].update(maxLength=10), "data.title takes only 10 characters now"),
        (lambda s: s["properties"]["round"].update(type="string"), "data.round: type was integer, is string"),
        (lambda s: s["properties"]["role"]["enum"].remove("co"), "data.role no longer takes ['co']"),
        (
            lambda s: s["properties"]["reasons"]["items"].update(type="integer"),
            "data.reasons[]: type was string, is integer",
        ),
    ],
)
def test_each_kind_of_breaking_change_is_told(change: Any, told: str) -> None:
    """The comparison itself finds what it is for."""
    old = json_schema(DispatchSent)
    new = copy.deepcopy(old)
    change(new)

    assert [told] == breaking_changes(old, new)


def test_an_added_optional_field_is_not_breaking() -> None:
    """Contracts may grow."""
    new = copy.deepcopy(json_schema(DispatchSent))
    new["properties"]["photos"] = {"type": "array"}

    assert [] == breaking_changes(json_schema(DispatchSent), new)
