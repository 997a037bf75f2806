"""
A version is tried on cases that were decided before, and compared with another, before anybody is affected.
"""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from whistle.cli.plugin import app
from whistle.plugins.replay import find_pack
from whistle.plugins.scaffold import new_pack

ROWS = (
    ("1", "小区停水两天", "自来水没有了", "2026-10-01T08:00:00+08:00"),
    ("2", "路灯不亮", "三天了", "2026-10-02T08:00:00+08:00"),
    ("3", "电梯坏了", "物业不管", "2026-10-03T08:00:00+08:00"),
    ("4", "想学书法", "哪里可以报名", "2026-10-04T08:00:00+08:00"),
)


@pytest.fixture
def versions(tmp_path: Path) -> tuple[Path, Path]:
    """Two versions of a pack; the second sends lifts to the street."""
    tmp_path.chmod(0o755)
    for number, name in enumerate(("old", "new")):
        folder = tmp_path / name
        new_pack(folder, "nanhu")
        for file in (folder / "pyproject.toml", folder / "whistle_nanhu" / "__init__.py"):
            text = file.read_text(encoding="utf-8")
            file.write_text(text.replace("0.1.0", f"0.{number + 1}.0"), encoding="utf-8")
    tables = tmp_path / "new" / "whistle_nanhu" / "district.toml"
    text = tables.read_text(encoding="utf-8").replace('"楼道", "电梯"', '"楼道"')
    added = '\n[[rules]]\nid = "lift"\nlead = "street"\ncategory = "城乡建设/电梯"\nkeywords = ["电梯"]\nweight = 5\n'
    tables.write_text(text + added, encoding="utf-8")
    return tmp_path / "old", tmp_path / "new"


@pytest.fixture
def petitions(tmp_path: Path) -> Path:
    """A file of four cases."""
    file = tmp_path / "petitions.csv"
    with file.open("w", encoding="utf-8-sig", newline="") as lines:
        writer = csv.writer(lines)
        writer.writerow(["id", "title", "text", "time", "likes"])
        writer.writerows([*row, "7"] for row in ROWS)
    return file


def cli(*arguments: object) -> Result:
    """Run `whistle plugin …` in this process."""
    return CliRunner().invoke(app, [str(one) for one in arguments])


def test_replay_counts_who_decides(versions: tuple[Path, Path], petitions: Path) -> None:
    """Share decided by rule and by the duty desk, top reasons, decisions a second."""
    done = cli("replay", "--pack", versions[0], "--file", petitions, "--json")
    assert 0 == done.exit_code, done.stderr
    shown = json.loads(done.stdout)
    assert (4, "0.1.0") == (shown["cases"], shown["version"])
    assert {"rule": 0.75, "model": 0.0, "duty-desk": 0.25, "fallback": 0.0} == shown["share"]
    assert {"water": 1, "power": 1, "estate": 1, "duty-desk": 1} == shown["rules"]
    assert shown["decisions_per_second"] > 0
    assert "75.0%" in cli("replay", "--pack", versions[0], "--file", petitions).stdout


def test_replay_prints_every_case(versions: tuple[Path, Path], petitions: Path) -> None:
    """One JSON line for each, then the summary."""
    lines = cli("replay", "--pack", versions[0], "--file", petitions, "--cases").stdout.splitlines()
    shown = [json.loads(line) for line in lines]
    assert ["1", "2", "3", "4"] == [line["no"] for line in shown[:-1]]
    assert "water-company" == shown[0]["decision"]["lead"]


def test_a_span_of_time(versions: tuple[Path, Path], petitions: Path) -> None:
    """From a day on and before another, in China's days."""
    span = ("--since", "2026-10-02", "--until", "2026-10-04")
    done = cli("replay", "--pack", versions[0], "--file", petitions, "--json", *span)
    assert 2 == json.loads(done.stdout)["cases"]


def test_diff_tells_what_changes_and_why(versions: tuple[Path, Path], petitions: Path) -> None:
    """Only the lift changes: lead, category, and the rules that spoke."""
    done = cli("diff", *versions, "--file", petitions, "--json")
    assert 0 == done.exit_code, done.stderr
    change, shown = map(json.loads, done.stdout.splitlines())
    assert ("3", ["property", "street"]) == (change["no"], change["changed"]["lead"])
    assert ["estate: 物业、电梯", "lift: 电梯"] == [reasons[0] for reasons in change["because"]]
    assert (4, 1, [["property", "street", 1]]) == (shown["cases"], shown["changed"], shown["moves"])
    text = cli("diff", *versions, "--file", petitions).stdout
    assert "property → street" in text
    assert "4 件中 1 件会变" in text


def test_equal_versions_do_not_differ(versions: tuple[Path, Path], petitions: Path) -> None:
    """A version compared with itself changes nothing."""
    (line,) = cli("diff", versions[0], versions[0], "--file", petitions, "--json").stdout.splitlines()
    assert 0 == json.loads(line)["changed"]


def test_a_bad_version_is_replayed_too(versions: tuple[Path, Path], petitions: Path) -> None:
    """What raises is counted as fallback, with what was raised."""
    code = versions[1] / "whistle_nanhu" / "__init__.py"
    text = code.read_text(encoding="utf-8")
    code.write_text(text.replace("return super()", "raise ValueError('坏了')  #"), encoding="utf-8")
    shown = json.loads(cli("replay", "--pack", versions[1], "--file", petitions, "--json").stdout)
    assert 4 == shown["decided_by"]["fallback"]
    assert any("坏了" in failure for failure in shown["failures"])


def test_versions_that_lie_ready(versions: tuple[Path, Path], petitions: Path) -> None:
    """A version is found by its number in the folder of packs; one that is not there is told with those that are."""
    ready = versions[0].parent
    assert "0.2.0" == find_pack("0.2.0", district="nanhu", ready=ready).version
    runner = CliRunner(env={"WHISTLE_PACKS": str(ready)})
    same = ["diff", "0.1.0", "0.2.0", "--district", "nanhu", "--file", str(petitions), "--json"]
    assert 1 == json.loads(runner.invoke(app, same).stdout.splitlines()[-1])["changed"]
    missing = runner.invoke(
        app, ["replay", "--district", "mawei", "--version", "9.9", "--file", str(petitions)]
    )
    assert (2, True) == (missing.exit_code, "9.9" in missing.stderr)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("id,title\n1,停水\n", "text"),
        ("title,text,time\n停水,停水,yesterday\n", "row 2"),
    ],
)
def test_a_bad_file_is_named(versions: tuple[Path, Path], tmp_path: Path, content: str, said: str) -> None:
    """Row and column, in one line, exit 2."""
    file = tmp_path / "bad.csv"
    file.write_text(content, encoding="utf-8")
    done = cli("replay", "--pack", versions[0], "--file", file)
    assert (2, "", True) == (done.exit_code, done.stdout, said in done.stderr)


def test_misuse(versions: tuple[Path, Path], petitions: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing named, two districts, a wrong day, a file compared with the records: exit 2 and one line."""
    monkeypatch.chdir(petitions.parent)
    for arguments in (
        ("replay",),
        ("diff", "mawei", versions[0], "--file", petitions),
        ("diff", "recorded", versions[0], "--file", petitions),
        ("replay", "--pack", versions[0], "--file", petitions, "--since", "gestern"),
    ):
        done = cli(*arguments)
        assert (2, 1) == (done.exit_code, done.stderr.count("\n")), arguments
