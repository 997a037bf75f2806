"""
``./dev bench organisation``: the largest street of the five accounts (S4: 69 compounds, 150 grids, 382 micro-grids, 435 member
households, with buildings and units some 4,800 nodes) from files to the database, and what is asked of it afterwards.

Measured on SQLite and on a PostgreSQL of its own with fsync: read and check the files, store them, load once more without a
change, split a grid, read the whole history, the tree of a day, coverage and rosters; export and load again. With ``--cases N``
also dormant grids and the report of a year over N cases.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import sys
import tempfile
import time
import tomllib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from whistle.calendar.days import CHINA
from whistle.clock import SystemClock
from whistle.plugins.complaints import Complaints
from whistle.plugins.organisation import Files
from whistle.plugins.tables.organisation import read_files
from whistle.privacy import KeyRing
from whistle.storage import Database, make_engine, migrations
from whistle.testing.servers import LocalPostgres
from whistle.testing.streets import TABLES, write_street
from whistle_routing.domain import Job
from whistle_routing.domain.organisation import check_rosters, coverage, tree_at
from whistle_routing.handlers import organisation as use
from whistle_routing.organisation.exporting import export
from whistle_routing.organisation.known import Organisations
from whistle_routing.store import OrganisationStore, RoutingUnit

DISTRICT, DAY = "zoucheng", dt.date(2026, 3, 15)
LIMIT = 2.0
"""Seconds within which the street must be loaded."""


class Timed:
    """Calls by name and how long they took, in milliseconds; of several tries the median."""

    def __init__(self) -> None:
        self.took: dict[str, float] = {}

    def __call__(self, name: str, call: Callable[[], Any], *, tries: int = 1) -> Any:
        """Call and remember."""
        times, value = [], None
        for _ in range(tries):
            started = time.perf_counter()
            value = call()
            times.append(time.perf_counter() - started)
        self.took[name] = round(sorted(times)[len(times) // 2] * 1000, 1)
        return value


def keys() -> KeyRing:
    """There are no phone numbers in the street."""
    raise AssertionError("no key is needed")


def measure(url: str, folder: Path, files: Files, *, cases: int) -> dict[str, float]:
    """All measurements on one database."""
    engine = make_engine(url, schema="routing")
    migrations.upgrade(engine, service="routing", package="whistle_routing")
    database = Database(engine, RoutingUnit, clock=SystemClock())
    timed = Timed()
    try:
        loading(database, files, timed)
        looking(database, folder, files, timed)
        if cases:
            counting(database, cases, timed)
    finally:
        database.close()
    return timed.took


def loading(database: Any, files: Files, timed: Timed) -> None:
    """From files to rows."""

    def load() -> Any:
        checked = use.check_files(DISTRICT, files).sound()
        with database.write() as unit:
            return use.take_pack(unit, DISTRICT, checked, keys=keys, force=True)

    def again() -> Any:
        checked = use.check_files(DISTRICT, files).sound()
        with database.write() as unit:
            return use.take_pack(unit, DISTRICT, checked, keys=keys)

    timed("read and check", lambda: use.check_files(DISTRICT, files).sound(), tries=3)
    timed("load", load)
    timed("load over it", load, tries=3)
    assert timed("load again", again, tries=3).state == "unchanged"


def looking(database: Any, folder: Path, files: Files, timed: Timed) -> None:
    """A change, and what is asked afterwards."""
    with database.read() as unit:
        tree = Organisations().tree(unit, DISTRICT, DAY)
    below = [node.code for node in tree.children["wg1"]]
    parts = [
        {"code": "wg1a", "name": "甲", "children": below[:1]},
        {"code": "wg1b", "name": "乙", "children": below[1:]},
    ]
    make = use.read_change({"change": "split", "code": "wg1", "parts": parts, "day": DAY})

    def split() -> None:
        with database.write() as unit:
            use.change_organisation(unit, DISTRICT, make, catalogue=files.catalogue, by="bench", late=True)

    def read() -> Any:
        with database.read() as unit:
            return OrganisationStore(unit).read(DISTRICT)

    known = Organisations()

    def asked() -> Any:
        with database.read() as unit:
            return known.tree(unit, DISTRICT, DAY)

    timed("split a grid", split)
    organisation = timed("read the history", read, tries=5)
    timed("tree of a day", lambda: tree_at(organisation, DAY), tries=5)
    asked()
    timed("tree of a day, known", asked, tries=9)
    there = tree_at(organisation, DAY)
    assert timed("coverage", lambda: coverage(there), tries=3) == []
    timed("rosters", lambda: check_rosters(organisation, there), tries=3)
    timed("export", lambda: export(organisation, folder / "out"))


def a_case(number: int, of: int) -> Job:
    """One of so many cases, which are spread over the year and over all micro-grids."""
    first = dt.datetime(2026, 1, 1, tzinfo=CHINA)
    return Job(
        no=f"26-{number:07}",
        version=1,
        district=DISTRICT,
        state="done",
        title="路灯",
        text="不亮",
        place=None,
        grid=f"wwg{number % 382 + 1}",
        door="hotline",
        category=None,
        tags=(),
        filed_at=first + dt.timedelta(days=365) / of * number,
        pending_since=first,
    )


def counting(database: Any, cases: int, timed: Timed) -> None:
    """Reports over many cases, spread over a year and all micro-grids."""
    for start in range(0, cases, 10_000):
        with database.write() as unit:
            for number in range(start, min(start + 10_000, cases)):
                unit.jobs.put(a_case(number, cases))
    known = Organisations()

    def dormant() -> Any:
        with database.read() as unit:
            tree = known.tree(unit, DISTRICT, dt.date(2026, 12, 31))
            return use.find_dormant(unit, tree, DISTRICT, days=30)

    def report() -> Any:
        with database.read() as unit:
            organisation = known.get(unit, DISTRICT)
            last = dt.date(2026, 12, 31)
            return use.report_cases(unit, organisation, first=dt.date(2026, 1, 1), last=last, kind="grid")

    assert timed("dormant grids", dormant, tries=3) == []
    assert cases == sum(line.cases for line in timed("report of a year", report, tries=3))


@contextmanager
def databases(folder: Path) -> Iterator[dict[str, str]]:
    """An SQLite file and a PostgreSQL server of this run."""
    server = LocalPostgres().start()
    try:
        yield {"sqlite": f"sqlite:///{folder}/routing.db", "postgresql": server.url()}
    finally:
        server.stop()


def main() -> int:
    """Measure and print; 1 if the street took longer than allowed."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--cases", type=int, default=0)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_street(folder)
        check = Complaints("district.toml")
        files = read_files(check, tomllib.loads(TABLES), folder, ())
        with databases(folder) as urls:
            found = {
                kind: measure(url, folder / kind, files, cases=options.cases) for kind, url in urls.items()
            }
    if options.json:
        print(json.dumps({"bench": "organisation", "milliseconds": found}, ensure_ascii=False))
    else:
        print(f"{'ms':24}" + "".join(f"{kind:>14}" for kind in found))
        for name in next(iter(found.values())):
            print(f"{name:24}" + "".join(f"{took[name]:>14.1f}" for took in found.values()))
    slowest = max(took["load"] for took in found.values()) / 1000
    if slowest > LIMIT:
        print(
            f"载入用了 {slowest:.1f} 秒,应在 {LIMIT:g} 秒内 / loading took longer than allowed",
            file=sys.stderr,
        )
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
