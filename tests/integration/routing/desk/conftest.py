"""One platform for all tests of the desk: a district whose parties work on the pages, so that nobody acts but the test."""

from __future__ import annotations

import pytest

from tests.integration.routing.on_pages import WHISTLES, platform_on_pages

RULES = """
[returns]
review = true
reviewer = "street"
arbiter = "street"

[[classes]]
class = "any"
since = 2026-01-01
handle = "5 working days"
sign = "4 working hours"
extension = "3 working days"

[[classes]]
class = "suggestion"
since = 2026-01-01
handle = "5 working days"
pause = true
"""


@pytest.fixture(scope="session")
def platform(tmp_path_factory):
    """Reviews returns, knows whistles of all classes."""
    folder = tmp_path_factory.mktemp("desk")
    with platform_on_pages(folder, rules=RULES + WHISTLES) as started:
        yield started
