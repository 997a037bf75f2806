"""A platform whose parties all work on the pages, so that nobody acts but the test."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.plugins.packs import TABLES, write_pack
from whistle.testing.platform import EmbeddedPlatform

QI = "qi"
WHISTLES = """
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


@contextmanager
def platform_on_pages(folder: Path, *, rules: str) -> Iterator[EmbeddedPlatform]:
    """The district of the packs' tests with ``rules`` besides its tables, started."""
    tables = TABLES
    for name in ("街道", "自来水公司", "甲物业", "乙物业"):
        tables = tables.replace(f'name = "{name}"', f'name = "{name}"\nchannel = "page"')
    write_pack(folder, QI, tables=tables + rules)
    folder.chmod(0o755)
    paths = os.pathsep.join(filter(None, (str(folder), os.environ.get("PYTHONPATH"))))
    with EmbeddedPlatform(folder / "run", PYTHONPATH=paths, WHISTLE_DISTRICTS=QI) as started:
        yield started
