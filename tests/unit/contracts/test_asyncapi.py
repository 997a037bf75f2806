"""
The AsyncAPI document: valid against the official schema, complete, and true to the topology.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tarfile
from typing import Any

import jsonschema
import pytest

from whistle import topology
from whistle.contracts import ACTIONS, MESSAGES, REGISTRY, CaseFiled, DispatchSent, Report, decode
from whistle.contracts.export import asyncapi

SPECS = "@asyncapi/specs@6.11.1"


@pytest.fixture(scope="session")
def official_schema(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The JSON Schema of AsyncAPI 3.0.0 from the project's own npm package, fetched once a session."""
    if shutil.which("npm") is None and not os.environ.get("CI"):
        pytest.skip("npm is not installed")
    folder = tmp_path_factory.mktemp("asyncapi")
    subprocess.run(
        ["npm", "pack", "--silent", SPECS], cwd=folder, check=True, capture_output=True, timeout=90
    )
    (archive,) = folder.glob("*.tgz")
    with tarfile.open(archive) as package:
        # the filter came with Python 3.11.4; Debian 12 has 3.11.2
        safely: Any = {"filter": "data"} if hasattr(tarfile, "data_filter") else {}
        package.extractall(folder, **safely)
    found: dict[str, Any] = json.loads((folder / "package/schemas/3.0.0.json").read_text(encoding="utf-8"))
    return found


def refs(value: Any) -> list[str]:
    """Every ``$ref`` of a document."""
    if isinstance(value, dict):
        own = [value["$ref"]] if isinstance(value.get("$ref"), str) else []
        return own + [ref for inner in value.values() for ref in refs(inner)]
    return [ref for inner in value for ref in refs(inner)] if isinstance(value, list) else []


def at(document: Any, ref: str) -> Any:
    """What a local reference points to."""
    for part in ref.removeprefix("#/").split("/"):
        document = document[part]
    return document


def test_the_document_is_valid_asyncapi(official_schema: dict[str, Any]) -> None:
    """The official schema finds nothing wrong, bindings for AMQP included."""
    validator = jsonschema.validators.validator_for(official_schema)(official_schema)

    assert [] == [
        f"{list(error.absolute_path)}: {error.message[:200]}" for error in validator.iter_errors(asyncapi())
    ]


def test_the_official_schema_would_find_a_mistake(official_schema: dict[str, Any]) -> None:
    """The check above can fail: a wrong word at any level is found."""
    validator = jsonschema.validators.validator_for(official_schema)(official_schema)
    for spoil in (
        lambda document: document.pop("info"),
        lambda document: document["operations"]["send.events.case.filed.v1"].update(action="shout"),
        lambda document: document["channels"]["events.case.filed.v1"].update(adress="x"),
    ):
        document = json.loads(json.dumps(asyncapi()))
        spoil(document)
        assert not validator.is_valid(document)


def test_every_reference_leads_somewhere() -> None:
    """The document stands alone: no reference leaves it or ends in nothing."""
    document = asyncapi()

    assert refs(document)
    assert all(at(document, ref) is not None for ref in refs(document))


def test_the_document_holds_every_message_and_its_example() -> None:
    """Each message has a payload and an example that the code itself can read."""
    found = asyncapi()["components"]["messages"]

    assert {message.type() for message in MESSAGES} == set(found)
    for wire, message in found.items():
        (example,) = message["examples"]
        assert wire == decode(json.dumps(example["payload"]), REGISTRY).type


def test_examples_fit_the_payload_schemas() -> None:
    """Envelope and data together describe the example body."""
    document = asyncapi()
    for message in document["components"]["messages"].values():
        schema = {**message["payload"], "components": document["components"]}
        jsonschema.Draft202012Validator(schema).validate(message["examples"][0]["payload"])
        assert not jsonschema.Draft202012Validator(schema).is_valid(
            {**message["examples"][0]["payload"], "data": {}}
        )


def test_channels_are_those_of_the_topology() -> None:
    """Addresses, exchanges and directions come from the same functions the services use."""
    document = asyncapi()
    filed = document["channels"]["events.case.filed.v1"]
    sent = document["channels"]["dispatch.dispatch.sent.v1"]
    reported = document["channels"]["actions.action.report.v1"]

    assert topology.event_key(CaseFiled, "{district}") == filed["address"]
    assert topology.EVENTS == filed["bindings"]["amqp"]["exchange"]["name"]
    assert topology.dispatch_key(DispatchSent, district="{district}", party="{party}") == sent["address"]
    assert topology.DISPATCH == sent["bindings"]["amqp"]["exchange"]["name"]
    assert topology.action_key(Report, district="{district}", party="{party}") == reported["address"]
    assert topology.ACTIONS == reported["bindings"]["amqp"]["exchange"]["name"]
    assert {"receive"} == {
        operation["action"] for name, operation in document["operations"].items() if ".actions." in name
    }
    assert len(ACTIONS) == sum(".actions." in name for name in document["operations"])
    assert (
        topology.party_queue_name("{district}", "{party}") == document["channels"]["queue.party"]["address"]
    )
