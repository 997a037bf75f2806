"""One platform for all tests of the desk: a district whose parties work on the pages, so that nobody acts but the test."""

from __future__ import annotations

import os

import pytest

from tests.integration.routing.desk.clerks import QI
from tests.plugins.packs import TABLES, write_pack
from whistle.testing.platform import EmbeddedPlatform

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

[[whistle]]
class = "daily"
since = 2026-01-01
handle = "2 working days"

[[whistle]]
class = "major"
since = 2026-01-01
approval = "street"
acceptance = true

[[whistle]]
class = "urgent"
since = 2026-01-01
blowers = ["community", "street"]
proof = true
"""


@pytest.fixture(scope="session")
def platform(tmp_path_factory):
    """Reviews returns, knows whistles of all classes."""
    folder = tmp_path_factory.mktemp("desk")
    tables = TABLES
    for name in ("自来水公司", "街道", "甲物业", "乙物业"):
        tables = tables.replace(f'name = "{name}"', f'name = "{name}"\nchannel = "page"')
    write_pack(folder, QI, tables=tables + RULES)
    folder.chmod(0o755)
    paths = os.pathsep.join(filter(None, (str(folder), os.environ.get("PYTHONPATH"))))
    with EmbeddedPlatform(folder / "run", PYTHONPATH=paths, WHISTLE_DISTRICTS=QI) as started:
        yield started
