"""kill -9 of the embedded platform at random moments, while cases come in and while they are routed."""

from __future__ import annotations

import random
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from tests.chaos.load import Filing
from tests.chaos.once import assert_all_once, balances
from whistle.testing import wait_for
from whistle.testing.platform import EmbeddedPlatform

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(300)]
ROWS = 1000
KILLS_WHILE_FILING, KILLS_WHILE_ROUTING = 6, 4


@pytest.fixture
def platform(tmp_path: Path) -> Iterator[EmbeddedPlatform]:
    with EmbeddedPlatform(tmp_path) as running:
        yield running


def test_ten_kills_while_a_thousand_cases_come_in_lose_and_double_nothing(platform: EmbeddedPlatform) -> None:
    """Whenever the process is killed, every case that was promised a number is there once and reaches its end."""
    seed = random.randrange(1_000_000)
    print(f"seed {seed}")
    chance, before = random.Random(seed), balances(platform)
    with Filing(platform, ROWS, workers=8) as filing:
        for moment in sorted(chance.sample(range(1, ROWS), KILLS_WHILE_FILING)):
            filing.wait_for(moment)
            platform.process.kill()
            platform.process.start()
        filing.wait(timeout=120)
    for moment in sorted(chance.sample(range(1, ROWS), KILLS_WHILE_ROUTING)):
        wait_for(partial(dispatched, platform, moment), timeout=60, what=f"{moment} dispatches")
        platform.process.kill()
        platform.process.start()
    assert_all_once(platform, filing, before=before, timeout=150)


def dispatched(platform: EmbeddedPlatform, count: int) -> bool:
    """Are there so many dispatches?"""
    return count <= sum(1 for _ in platform.dispatches())
