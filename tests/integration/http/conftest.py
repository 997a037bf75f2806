from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.integration.http.house import House, open_house


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """One server with ordinary limits for all tests of a module."""
    with open_house(tmp_path_factory.mktemp("house")) as opened:
        yield opened


@pytest.fixture
def open_one(tmp_path: Path) -> Iterator[Callable[..., House]]:
    """Starts a server of the test's own, with limits of its own."""
    with ExitStack() as stack:
        yield lambda **settings: stack.enter_context(open_house(tmp_path, **settings))
