"""What the tests of imports and exports work on: databases in a folder, ledgers as files, the command line."""

from __future__ import annotations

import csv
import json
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Self

from whistle.clock import SystemClock
from whistle.storage import Database, make_engine
from whistle.testing.platform import CliRun, EmbeddedPlatform
from whistle.testing.platform.part import WHISTLE
from whistle_intake.domain import Case
from whistle_intake.store import IntakeUnit

HEADER = ["来源编号", "受理时间", "渠道", "标题", "内容", "地点", "电话"]


def ledger_rows(count: int) -> Iterator[list[str]]:
    """A ledger of our own making: different cases, some of them long."""
    for number in range(1, count + 1):
        text = (
            f"第{number}件:{number % 60}号楼门前的路灯不亮,老人夜里出门不安全。"
            + "请尽快派人来看一看。" * (number % 40)
        )
        time = f"2026-0{number % 9 + 1}-{number % 28 + 1:02} 08:30"
        yield [
            f"HX-{number}",
            time,
            "服务热线",
            f"{number % 60}号楼路灯",
            text,
            f"幸福里{number % 60}号楼",
            "13812345678",
        ]


def write_ledger(
    path: Path, rows: Sequence[Sequence[str]] | Iterator[list[str]], header: Sequence[str] = HEADER
) -> Path:
    """A CSV file as WPS saves it."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        writer.writerows(rows)
    return path


class Installation:
    """
    Databases at their newest revision in a folder.

    A context manager, because it holds a connection to intake's database for looking into it.

    Args:
        database_url: a PostgreSQL database; without it there are SQLite files in the folder.
    """

    def __init__(self, folder: Path, database_url: str = "") -> None:
        self.folder = folder
        self._platform = EmbeddedPlatform(
            folder, **({"WHISTLE_DATABASE_URL": database_url} if database_url else {})
        )
        url = database_url or f"sqlite:///{folder / 'data' / 'intake.db'}"
        engine = make_engine(url, schema="intake", pool_size=1)
        self.database = Database(engine, IntakeUnit, clock=SystemClock())

    def __enter__(self) -> Self:
        self._platform.require("db", "upgrade")
        return self

    def __exit__(self, *_error: object) -> None:
        self.database.close()

    def cli(self, *arguments: str | Path) -> CliRun:
        """Run ``whistle …`` to its end."""
        return self._platform.cli(*map(str, arguments))

    def json(self, *arguments: str | Path) -> Any:
        """Run ``whistle … --json``, which must succeed."""
        return json.loads(self._platform.require(*map(str, arguments), "--json"))

    def begin(self, *arguments: str | Path) -> subprocess.Popen[str]:
        """Start ``whistle …``."""
        return subprocess.Popen(
            [*WHISTLE, *map(str, arguments)],
            env=self._platform.environment,
            cwd=self.folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def cases(self, district: str = "mawei") -> list[Case]:
        """The whole ledger, oldest first."""
        with self.database.read() as unit:
            return unit.oldest_first(district, after=0, limit=1_000_000)

    def count(self) -> int:
        """How many cases there are."""
        with self.database.read() as unit:
            return sum(unit.counts().values())

    def differences(self) -> list[str]:
        """What intake's own books find wrong."""
        with self.database.read() as unit:
            return unit.differences()
