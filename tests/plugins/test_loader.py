"""
Packs are found by entry point, read without being run, and never silently absent.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.plugins.packs import TABLES, write_pack
from whistle.errors import Misconfigured
from whistle.plugins.loader import Pack, load_packs, pack_in

Install = Callable[..., Pack]


def test_pack_is_found(install: Install, tmp_path: Path) -> None:
    """District, plugin, version, entry and tables come from the installed distribution."""
    pack = install("qi")
    assert ("qi", "whistle-district-qi", "1.2.3", "whistle_qi:Plugin", tmp_path / "whistle_qi") == (
        pack.district,
        pack.plugin,
        pack.version,
        pack.entry,
        pack.folder,
    )


def test_reading_does_not_run_the_pack(install: Install) -> None:
    """The tables are read although the pack's code would fail, and nothing of it is imported."""
    install("qi", body="    raise RuntimeError('imported')\n")
    assert "whistle_qi" not in sys.modules


def test_shipped_packs_load_by_the_same_path() -> None:
    """Mawei and Gaochang are ordinary installed packs."""
    assert {"gaochang", "mawei"} <= set(load_packs())


def test_two_packs_of_one_district(install: Install, tmp_path: Path) -> None:
    """A district claimed twice stops the start and names both claimants."""
    install("qi")
    other = tmp_path / "whistle_other-9.dist-info"
    other.mkdir()
    (other / "METADATA").write_text(
        "Metadata-Version: 2.1\nName: whistle-other\nVersion: 9\n", encoding="utf-8"
    )
    (other / "entry_points.txt").write_text("[whistle.districts]\nqi = whistle_qi:Plugin\n", encoding="utf-8")
    with pytest.raises(Misconfigured) as caught:
        load_packs(["qi"])
    assert "whistle-other" in str(caught.value)
    assert "whistle-district-qi" in str(caught.value)


def test_missing_district(install: Install) -> None:
    """A district that no pack serves is named, with those that are there."""
    install("qi")
    with pytest.raises(Misconfigured) as caught:
        load_packs(["qi", "atlantis"])
    assert "atlantis" in str(caught.value)
    assert "qi" in str(caught.value)


@pytest.mark.parametrize(
    ("entry", "said"), [("whistle_qi", "module:Class"), ("whistle_gone:Plugin", "whistle_gone"), (":x", ":x")]
)
def test_bad_entry_point(install: Install, entry: str, said: str) -> None:
    """An entry point that names no class, or a package that is not there."""
    with pytest.raises(Misconfigured) as caught:
        install("qi", entry=entry)
    assert said in str(caught.value)
    assert "whistle-district-qi" in str(caught.value)


def test_tables_of_another_district(install: Install) -> None:
    """Tables that speak of another district than the entry point are refused."""
    with pytest.raises(Misconfigured) as caught:
        install("qi", tables=TABLES.replace("{district}", "ba", 1))
    assert "ba" in str(caught.value)


def test_one_bad_pack_does_not_hide_another(install: Install, tmp_path: Path) -> None:
    """The mistakes of all packs come in one message."""
    write_pack(tmp_path, "ba", tables=TABLES.replace('duty_desk = "desk"', 'duty_desk = "nobody"'))
    write_pack(tmp_path, "jiu", tables="x = 1")
    install("qi")
    with pytest.raises(Misconfigured) as caught:
        load_packs(["ba", "jiu", "qi"])
    assert "nobody" in str(caught.value)
    assert "whistle_jiu/district.toml" in str(caught.value)


@pytest.mark.parametrize(
    ("pyproject", "said"),
    [
        (None, "pyproject.toml"),
        ("[project", "pyproject.toml"),
        ("[project]\nname = 'x'", "entry-points"),
        ("project = 7", "manifest"),
        (
            "[project]\nname='x'\nversion='1'\n[project.entry-points.'whistle.districts']\na='x:A'\nb='x:B'",
            "a, b",
        ),
        ("[project]\nname='x'\nversion='1'\n[project.entry-points.'whistle.districts']\na='gone:A'", "gone"),
    ],
)
def test_folder_without_a_manifest(tmp_path: Path, pyproject: str | None, said: str) -> None:
    """A folder that is no pack says what is missing."""
    if pyproject is not None:
        (tmp_path / "pyproject.toml").write_text(pyproject, encoding="utf-8")
    with pytest.raises(Misconfigured) as caught:
        pack_in(tmp_path)
    assert said in str(caught.value)
