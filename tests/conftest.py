"""What every suite shares: the servers of whistle.testing, fast rooms first, no settings of the developer's own shell."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

pytest_plugins = ["whistle.testing.fixtures"]

ROOMS = ("meta", "unit", "contract", "plugins", "integration", "scenario", "browser", "chaos")


def pytest_configure() -> None:
    """A test sees the settings that it makes, whatever the shell has."""
    for name in [name for name in os.environ if name.startswith("WHISTLE_")]:
        if not name.startswith("WHISTLE_TEST_"):
            del os.environ[name]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Fast rooms first, and in each room the slow tests last."""
    here = Path(__file__).parent

    def rank(item: pytest.Item) -> tuple[int, bool]:
        room = item.path.relative_to(here).parts[0] if item.path.is_relative_to(here) else ""
        place = ROOMS.index(room) if room in ROOMS else len(ROOMS)
        return place, item.get_closest_marker("slow") is not None

    items.sort(key=rank)
