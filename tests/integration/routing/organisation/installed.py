"""A pack with a small street in it, installed in a folder, for the command line and a running platform."""

from __future__ import annotations

import json
import os
from pathlib import Path
from secrets import token_urlsafe
from typing import Any

import pytest
from typer.testing import CliRunner

from tests.integration.routing.organisation.districts import SMALL
from tests.plugins.packs import TABLES, write_pack
from whistle.errors import WhistleError
from whistle.runtime.services import prepare
from whistle.settings import load_settings
from whistle.testing.platform import CliRun, EmbeddedPlatform
from whistle.testing.streets import TABLES as STREET
from whistle.testing.streets import write_street
from whistle_routing.cli import district
from whistle_routing.service import RoutingService

QI = "qi"
SITTINGS = """
[[sittings]]
id = "lawyer"
name = "律师坐班"
at = "fs"
every = "weekly"
weekdays = ["周四"]
guests = ["lawyer"]

[[sittings]]
id = "walk"
name = "入户走访"
kind = "walk"
at = "sq1"
each = "grid"
every = "monthly"
days = [15]
offices = ["网格长"]
"""


def install(folder: Path) -> Path:
    """The pack ``qi`` with a street; returns the folder of its package."""
    tree = TABLES[: TABLES.index("[[grid]]")] + TABLES[TABLES.index("[[rules]]") :]
    tables = tree.replace('"g1"', '"wg1"').replace('"g2"', '"wg2"') + STREET + SITTINGS
    package = write_pack(folder, QI, tables=tables)
    write_street(package, SMALL)
    folder.chmod(0o755)
    return package


class City:
    """An installation with the pack and an empty database, and its command line in this process."""

    def __init__(self, folder: Path, patch: pytest.MonkeyPatch) -> None:
        self.folder = folder
        self.package = install(folder)
        patch.syspath_prepend(str(folder))
        for name, value in (
            ("DATA", str(folder / "data")),
            ("DISTRICTS", QI),
            ("SECRET_KEY", token_urlsafe(48)),
        ):
            patch.setenv(f"WHISTLE_{name}", value)

    def upgrade(self) -> None:
        """``whistle db upgrade`` for routing."""
        prepare([RoutingService], load_settings())

    def cli(self, *arguments: str) -> CliRun:
        """``whistle district …``; errors of ours end it as they end the console script."""
        done = CliRunner().invoke(district, arguments)
        if isinstance(done.exception, WhistleError):
            return CliRun(2, done.stdout, f"{done.exception}\n")
        if done.exception is not None and not isinstance(done.exception, SystemExit):
            raise done.exception
        return CliRun(done.exit_code, done.stdout, done.stderr)

    def json(self, *arguments: str) -> Any:
        """``whistle district … --json``, which must succeed."""
        run = self.cli(*arguments, "--json")
        assert 0 == run.code, run.stderr
        return json.loads(run.stdout)

    @property
    def files(self) -> Path:
        """Where the pack's files are."""
        return self.package / "organisation"

    def rewrite(self, name: str, old: str, new: str, *, at: Path | None = None) -> None:
        """Change a file of the pack, or one ``at`` another place."""
        file = (at or self.files) / name
        text = file.read_text(encoding="utf-8-sig")
        assert old in text
        file.write_text(text.replace(old, new, 1), encoding="utf-8-sig")


def running(folder: Path) -> EmbeddedPlatform:
    """A platform with the pack, not started yet."""
    install(folder)
    paths = os.pathsep.join(filter(None, (str(folder), os.environ.get("PYTHONPATH"))))
    return EmbeddedPlatform(folder / "run", PYTHONPATH=paths, WHISTLE_DISTRICTS=QI)
