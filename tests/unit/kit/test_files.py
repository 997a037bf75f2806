"""Files that appear whole."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from whistle.files import whole_file


def test_a_file_appears_when_all_is_written(tmp_path: Path) -> None:
    """Until then the old one is there; afterwards only the new one, for its owner."""
    path = tmp_path / "list.csv"
    path.write_text("old", encoding="utf-8")
    with whole_file(path) as part:
        part.write_text("new", encoding="utf-8")
        assert "old" == path.read_text(encoding="utf-8")
    assert ("new", 0o600) == (path.read_text(encoding="utf-8"), stat.S_IMODE(path.stat().st_mode))
    assert [path] == list(tmp_path.iterdir())


def test_what_raises_leaves_everything_as_it_was(tmp_path: Path) -> None:
    """Neither half a file nor a rest of it."""
    path = tmp_path / "list.csv"
    path.write_text("old", encoding="utf-8")
    with (
        pytest.raises(UnicodeEncodeError),
        whole_file(path) as part,
        part.open("w", encoding="ascii") as file,
    ):
        print("half", "一半", sep="\n", file=file, flush=True)
    assert "old" == path.read_text(encoding="utf-8")
    assert [path] == list(tmp_path.iterdir())


def test_what_a_killed_process_left_behind_does_not_matter(tmp_path: Path) -> None:
    """Neither its contents nor who might read it."""
    path = tmp_path / "list.csv"
    rest = tmp_path / "list.csv.part"
    rest.write_text("half", encoding="utf-8")
    rest.chmod(0o666)
    with whole_file(path, mode=0o640) as part:
        assert (0, 0) == (part.stat().st_size, stat.S_IMODE(part.stat().st_mode) & 0o007)
    assert [path] == list(tmp_path.iterdir())


def test_a_place_that_is_not_there_is_told(tmp_path: Path) -> None:
    """By the error of the system, before anything is written."""
    with pytest.raises(FileNotFoundError), whole_file(tmp_path / "nowhere" / "list.csv"):
        pytest.fail("there is nothing to write to")
