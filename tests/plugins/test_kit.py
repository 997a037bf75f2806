"""
What the author of a pack uses: new, check, test, list; and the packs that ship.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from whistle.cli.plugin import app
from whistle.plugins.check import check_pack
from whistle.plugins.conformance import PackConformance, run
from whistle.plugins.host.parent import Limits
from whistle.plugins.loader import Pack
from whistle.plugins.scaffold import new_pack

ROOT = Path(__file__).parents[2]
PACKS = sorted(path.parent for path in (ROOT / "deploy" / "districts").glob("*/pyproject.toml"))


def cli(*arguments: str) -> Result:
    """Run `whistle plugin …` in this process."""
    return CliRunner().invoke(app, list(arguments))


@pytest.fixture
def fresh(tmp_path: Path) -> Path:
    """A pack as `whistle plugin new` writes it."""
    tmp_path.chmod(0o755)
    folder = tmp_path / "pack"
    new_pack(folder, "xin-cheng")
    return folder


def test_new_pack_has_no_problems(fresh: Path) -> None:
    """What is written works: nothing to complain about."""
    assert [] == check_pack(fresh)


def test_new_pack_passes_its_own_tests(fresh: Path) -> None:
    """The suite that comes with it is green, run as its author runs it."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(fresh / "tests")]
    done = subprocess.run(command, cwd=fresh, capture_output=True, text=True, timeout=100, check=False)
    assert 0 == done.returncode, done.stdout[-2000:]


@pytest.mark.parametrize("folder", PACKS, ids=lambda folder: folder.name)
def test_shipped_pack_is_sound(folder: Path) -> None:
    """Every pack of this repository has no problem and passes its own tests."""
    assert [] == check_pack(folder)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(folder / "tests")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=100, check=False)
    assert 0 == done.returncode, done.stdout[-2000:]


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("pyproject.toml", 'version = "0.1.0"', 'version = "0.2.0"', "0.2.0"),
        ("pyproject.toml", ":XinCheng", ":Nothing", "Nothing"),
        ("whistle_xin_cheng/__init__.py", "def route(", "def rout(", "rout"),
        ("whistle_xin_cheng/__init__.py", "facts: Facts)", "fact: Facts)", "(self, case, fact)"),
        ("whistle_xin_cheng/__init__.py", "class XinCheng", "klass XinCheng", "__init__.py"),
        ("whistle_xin_cheng/__init__.py", "api = 1", "api = 2", "api"),
        ("whistle_xin_cheng/__init__.py", "(DistrictPlugin)", "", "DistrictPlugin"),
        (
            "whistle_xin_cheng/__init__.py",
            "from whistle.plugins import",
            "import gone; from whistle.plugins import",
            "gone",
        ),
        ("whistle_xin_cheng/district.toml", 'lead = "power-bureau"', 'lead = "powr"', "powr"),
        ("whistle_xin_cheng/district.toml", 'id = "xin-cheng"', 'id = "lao-cheng"', "lao-cheng"),
    ],
)
def test_check_names_file_and_culprit(fresh: Path, file: str, old: str, new: str, said: str) -> None:
    """One mistake in a pack: `check` says in which file and what, and ends with 1."""
    path = fresh / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    result = cli("check", str(fresh))
    assert 1 == result.exit_code
    assert said in result.stderr
    assert "" == result.stdout
    problems = json.loads(cli("check", str(fresh), "--json").stdout)
    assert {"file", "rule", "culprit", "zh", "en"} == set(problems[0])


def test_new_and_check_by_command(tmp_path: Path) -> None:
    """`new` lists what it wrote; `check` finds nothing wrong with it."""
    tmp_path.chmod(0o755)
    made = cli("new", "nanhu", "--dir", str(tmp_path / "nanhu"), "--json")
    assert (0, 5) == (made.exit_code, len(json.loads(made.stdout)))
    assert 0 == cli("check", str(tmp_path / "nanhu")).exit_code


@pytest.mark.parametrize(
    "arguments",
    [
        ("new", "Nan Hu"),
        ("new", "../etc"),
        ("new", ""),
        ("check", "atlantis"),
        ("test", "atlantis"),
        ("check", "--wrong"),
        ("unknown",),
    ],
)
def test_misuse_ends_with_two(
    arguments: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A wrong id, an unknown district or option: exit 2, a line on standard error, nothing written."""
    monkeypatch.chdir(tmp_path)
    result = cli(*arguments)
    assert 2 == result.exit_code
    assert result.stderr
    assert [] == list(tmp_path.iterdir())


def test_new_does_not_overwrite(fresh: Path) -> None:
    """A folder that holds something is left alone."""
    before = (fresh / "pyproject.toml").read_text(encoding="utf-8")
    result = cli("new", "other", "--dir", str(fresh))
    assert 2 == result.exit_code
    assert before == (fresh / "pyproject.toml").read_text(encoding="utf-8")


def test_list_has_json() -> None:
    """Every installed pack with district, plugin, version and counts, for people and for programs."""
    rows = json.loads(cli("list", "--json").stdout)
    assert {"mawei", "gaochang"} <= {row["district"] for row in rows}
    assert "马尾区" in cli("list").stdout


def test_suite_of_an_installed_pack() -> None:
    """`test` runs the inherited suite on an installed district, without pytest."""
    result = cli("test", "mawei", "--json")
    assert 0 == result.exit_code, result.stdout
    assert {None} == {row["failure"] for row in json.loads(result.stdout)}


@pytest.mark.parametrize(
    ("body", "broken"),
    [
        (
            "    def route(self, case, facts):\n        raise ValueError('x')\n",
            "test_every_sample_is_decided",
        ),
        (
            (
                "    def route(self, case, facts):\n"
                "        import dataclasses, random\n"
                "        return dataclasses.replace(super().route(case, facts), handle_hours=random.random() + 1)\n"
            ),
            "test_decisions_are_pure",
        ),
        (
            "    def escalate(self, case, facts, trigger):\n        return None\n",
            "test_every_trigger_is_answered",
        ),
        (
            (
                "    def route(self, case, facts):\n"
                "        import dataclasses\n"
                "        past = dataclasses.replace(facts.history, returned_by=())\n"
                "        return super().route(case, dataclasses.replace(facts, history=past))\n"
            ),
            "test_returned_case_moves_on",
        ),
        (
            (
                "    def route(self, case, facts):\n"
                "        import dataclasses\n"
                "        decision = super().route(case, facts)\n"
                "        if len(facts.parties) == 1:\n"
                "            return dataclasses.replace(decision, lead='water')\n"
                "        return decision\n"
            ),
            "test_missing_parties_are_survived",
        ),
        (
            (
                "    def classify(self, case, facts):\n"
                "        import dataclasses\n"
                "        return dataclasses.replace(super().classify(case, facts), handling_class='immediate')\n"
            ),
            "test_decided_class_stays",
        ),
        (
            "    def route(self, case, facts):\n        case.title[0]\n        return super().route(case, facts)\n",
            "test_hostile_texts_are_decided",
        ),
    ],
)
def test_the_suite_can_fail(install: Callable[..., Pack], body: str, broken: str) -> None:
    """A pack that breaks one promise fails the test of that promise."""
    install("qi", body=body)
    suite = type("Suite", (PackConformance,), {"district": "qi", "limits": Limits(call=10.0)})
    assert broken in [name for name, said in run(suite) if said]
