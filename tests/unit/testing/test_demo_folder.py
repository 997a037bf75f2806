"""A demo, whose people act for others, is given no folder that holds anything else."""

from __future__ import annotations

import pytest

from whistle.errors import Misconfigured
from whistle.simulation.seed import settle


def test_an_empty_folder_becomes_a_demos_and_stays_one(tmp_path):
    """The second start finds the demo's own databases."""
    settle(tmp_path / "new", fresh=False)
    (tmp_path / "new" / "intake.db").touch()
    settle(tmp_path / "new", fresh=False)
    assert {"demo", "intake.db"} == {path.name for path in (tmp_path / "new").iterdir()}


def test_real_cases_are_not_handed_to_simulated_people(tmp_path):
    """Refused with what to do instead, unless the folder is to be emptied."""
    (tmp_path / "intake.db").touch()
    with pytest.raises(Misconfigured, match="--data"):
        settle(tmp_path, fresh=False)
    settle(tmp_path, fresh=True)
    settle(tmp_path, fresh=False)
