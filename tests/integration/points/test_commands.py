"""The daily work on the command line: said by whom, rehearsed, refused in one line."""

from __future__ import annotations

import json

import pytest

from tests.integration.points.commands import HERE, make_run


@pytest.fixture
def run(tmp_path, monkeypatch):
    """Runs a command."""
    return make_run(tmp_path, monkeypatch)


def test_a_member_is_enrolled_and_a_rehearsal_leaves_nothing(run):
    """The answer is the same."""
    tried = run("enrol", "m-1", *HERE, "--name", "张三", "--dry-run", "--json")
    unknown = run("file", "m-1", "x.xlsx", *HERE)
    done = run("enrol", "m-1", *HERE, "--name", "张三", "--json")

    assert (0, 2, 0) == (tried.exit_code, unknown.exit_code, done.exit_code)
    assert "张三" == json.loads(done.stdout)["name"] == json.loads(tried.stdout)["name"]
    assert 1 == len(unknown.stderr.splitlines())


def test_a_members_file_is_written(run, tmp_path):
    """A spreadsheet."""
    run("enrol", "m-1", *HERE)
    done = run("file", "m-1", str(tmp_path / "m-1.xlsx"), *HERE)

    assert 0 == done.exit_code
    assert (tmp_path / "m-1.xlsx").read_bytes().startswith(b"PK")


def test_a_ranking_is_frozen_listed_and_checked(run, tmp_path):
    """A rehearsal leaves nothing; a second one has to name the first."""
    tried = run("report", "freeze", "2026-03", *HERE, "--dry-run")
    made = json.loads(run("report", "freeze", "2026-03", *HERE, "--json").stdout)
    again = run("report", "freeze", "2026-03", *HERE)
    listed = json.loads(run("report", "list", *HERE, "--json").stdout)
    sheet = tmp_path / "march.xlsx"
    shown = run("report", "show", made["id"], *HERE, "--xlsx", str(sheet), "--json")

    assert (0, 2, 0) == (tried.exit_code, again.exit_code, shown.exit_code)
    assert made["id"] in again.stderr
    assert [made["hash"]] == [one["hash"] for one in listed]
    assert json.loads(shown.stdout)["ok"]
    assert sheet.read_bytes().startswith(b"PK")


def test_statements_are_written_and_checked_where_there_is_no_database(run, tmp_path, monkeypatch):
    """For one member or for all; a changed file is exit 1, and no key to check with is said."""
    for member in ("m-1", "m-2"):
        run("enrol", member, *HERE)
    folder, key = tmp_path / "out", ""
    written = run("statement", "--year", "2025", "--all", "--to", str(folder), "--format", "both", *HERE)
    key = run("statement", "--public-key").stdout.strip()
    page, paper = folder / "m-1-2025.html", folder / "m-2-2025.docx"
    monkeypatch.setenv("WHISTLE_DATA", str(tmp_path / "elsewhere"))
    good = [run("statement", "--check", str(one), "--key", key).exit_code for one in (page, paper)]
    lost = run("statement", "--check", str(page))
    page.write_bytes(page.read_bytes().replace(b"2025", b"2024", 1))
    changed = run("statement", "--check", str(page), "--key", key)

    assert 0 == written.exit_code
    assert 4 == len(list(folder.iterdir()))
    assert [0, 0] == good
    assert (1, 1) == (lost.exit_code, changed.exit_code)
    assert not (tmp_path / "elsewhere").exists()
    assert 2 == run("statement", "--year", "2025").exit_code


@pytest.mark.parametrize(
    "arguments",
    [
        ("reverse", "nothing", *HERE, "--reason", "x"),
        ("review", "nothing", *HERE, "--approve"),
        ("publish", "2999-01", *HERE),
        ("ranking", "march", *HERE),
        ("scheme", "--check", "/nothing.toml"),
    ],
    ids=lambda arguments: arguments[0],
)
def test_what_cannot_be_done_is_said_in_one_line(run, arguments):
    """On standard error, with an exit code that is not 0."""
    told = run(*arguments)

    assert told.exit_code in (1, 2)
    assert (1, "") == (len(told.stderr.splitlines()), told.stdout)


def test_the_scheme_in_force_and_empty_lists_are_shown(run):
    """Mawei has items; nothing waits; nobody is ranked."""
    shown = json.loads(run("scheme", *HERE, "--json").stdout)

    assert "1" == shown["items"]["volunteer"]
    assert [] == json.loads(run("pickups", *HERE, "--json").stdout)
    assert [] == json.loads(run("ranking", "2026-03", *HERE, "--json").stdout)
