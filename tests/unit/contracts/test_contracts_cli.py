"""
``whistle contracts``: the contracts as files.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml  # type: ignore[import-untyped]
from typer.testing import CliRunner

from whistle.cli.contracts import app
from whistle.contracts import MESSAGES, REGISTRY, CaseFiled
from whistle.contracts.export import all_schemas, asyncapi, envelope_schema, json_schema


def test_schema_without_a_type_lists_the_messages() -> None:
    """One wire type a line, or one JSON list."""
    assert sorted(REGISTRY) == CliRunner().invoke(app, ["schema"]).stdout.split()
    assert sorted(REGISTRY) == json.loads(CliRunner().invoke(app, ["schema", "--json"]).stdout)


@pytest.mark.parametrize("name", ["case.filed", "case.filed.v1", "whistle.case.filed.v1"])
def test_schema_prints_a_message_by_any_of_its_names(name: str) -> None:
    """The short name means the latest version."""
    assert json_schema(CaseFiled) == json.loads(CliRunner().invoke(app, ["schema", name]).stdout)


def test_schema_prints_the_envelope() -> None:
    """The envelope is asked for like a message."""
    assert envelope_schema() == json.loads(CliRunner().invoke(app, ["schema", "envelope"]).stdout)


def test_schema_writes_all_files(tmp_path: Path) -> None:
    """One file a message, and the envelope, into a folder that need not exist."""
    done = CliRunner().invoke(app, ["schema", "--out", str(tmp_path / "schemas")])

    assert 0 == done.exit_code
    assert 1 + len(MESSAGES) == len(list((tmp_path / "schemas").iterdir()))
    for name, schema in all_schemas().items():
        assert schema == json.loads((tmp_path / "schemas" / name).read_text(encoding="utf-8"))


def test_asyncapi_is_written_as_json_or_yaml(tmp_path: Path) -> None:
    """Both forms hold the same document, Chinese readable in both."""
    for name, load in (("a.json", json.loads), ("a.yaml", yaml.safe_load)):
        assert 0 == CliRunner().invoke(app, ["asyncapi", "--out", str(tmp_path / name)]).exit_code
        text = (tmp_path / name).read_text(encoding="utf-8")
        assert asyncapi() == load(text)
        assert "签收" in text
    assert asyncapi() == json.loads(CliRunner().invoke(app, ["asyncapi"]).stdout)


@pytest.mark.parametrize(
    ("arguments", "status", "told"),
    [
        (["schema", "case.eaten"], 2, "case.eaten"),
        (["asyncapi", "--out", "a.txt"], 2, ".yaml"),
        (["asyncapi", "--out", "/dev/null/a.json"], 1, "/dev/null/a.json"),
    ],
)
def test_misuse_is_told_in_one_line(arguments: list[str], status: int, told: str) -> None:
    """zh / en on standard error, nothing on standard output."""
    done = CliRunner().invoke(app, arguments)

    assert status == done.exit_code
    assert "" == done.stdout
    assert 1 == len(done.stderr.splitlines())
    assert told in done.stderr
    assert " / " in done.stderr
