"""The look of pages and the tools of handlers, made once."""

from __future__ import annotations

import pytest

from tests.unit.intake.made import NOW
from tests.unit.intake.pages import SECRET
from whistle.auth import Tokens
from whistle.clock import SetClock
from whistle.http.look import Look
from whistle.privacy import KeyRing
from whistle_intake.pages.look import load_look
from whistle_intake.tools import Numbers, Tools


@pytest.fixture(scope="module")
def look() -> Look:
    return load_look()


@pytest.fixture
def tools() -> Tools:
    tokens = Tokens(SECRET, SetClock(NOW))
    return Tools(
        keys=KeyRing(SECRET),
        tokens=tokens,
        numbers=Numbers(),
        districts={"mawei": "Mawei", "gaochang": "Gaochang"},
    )
