"""An installation of intake without a running platform, and one with."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.intake.installed import Installation
from whistle.testing.platform import EmbeddedPlatform


@pytest.fixture
def installed(tmp_path: Path) -> Iterator[Installation]:
    """Migrated databases in a fresh folder, and the command line on them."""
    with Installation(tmp_path) as installation:
        yield installation


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedPlatform]:
    """A running platform whose parties act at once; the tests of a module share it."""
    with EmbeddedPlatform(tmp_path_factory.mktemp("platform")) as running:
        yield running
