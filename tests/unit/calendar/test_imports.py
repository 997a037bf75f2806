"""Modules of the calendar may be imported first: whoever needs one need not know of packs."""

from __future__ import annotations

import subprocess
import sys

import pytest


@pytest.mark.parametrize("module", ["loading", "reading", "checking"])
def test_each_may_be_the_first_import_of_a_process(module: str) -> None:
    """No circle through the packs' tables, which read calendars themselves."""
    done = subprocess.run(
        [sys.executable, "-c", f"import whistle.calendar.{module}"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (0, "") == (done.returncode, done.stderr)
