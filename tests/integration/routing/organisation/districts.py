"""Districts on a database: a small one from tables, a whole street from files."""

from __future__ import annotations

import datetime as dt
import tomllib
from pathlib import Path

from cryptography.fernet import Fernet

from whistle.plugins.complaints import Complaints
from whistle.plugins.organisation import Files
from whistle.plugins.tables.organisation import read_files
from whistle.privacy import KeyRing
from whistle.testing.streets import TABLES, Size, write_street
from whistle_routing.domain.organisation import tree_at
from whistle_routing.handlers import organisation as use
from whistle_routing.handlers.organisation import check_files, take_files, take_pack
from whistle_routing.organisation.known import Organisations
from whistle_routing.store import OrganisationStore

DISTRICT = "mawei"
SMALL = Size(
    communities=2,
    compounds=3,
    grids=5,
    micro_grids=9,
    buildings=2,
    units=1,
    branches=4,
    groups=5,
    households=7,
)
RING = KeyRing(Fernet.generate_key().decode())


def keys():
    """A key ring, made once."""
    return RING


def files_at(folder: Path, size: Size = SMALL, **texts: str) -> Files:
    """The files of a street under ``folder``; ``texts`` replace those of a name: ``people="编号,姓名…"``."""
    target = write_street(folder, size)
    for name, text in texts.items():
        (target / f"{name}.csv").write_text(text, encoding="utf-8")
    check = Complaints("district.toml")
    found = read_files(check, tomllib.loads(TABLES), folder, ())
    assert [] == check.problems
    return found


def take(database, files, *, district=DISTRICT, force=False):
    """Take the files as those of the district's pack."""
    loaded = check_files(district, files).sound()
    with database.write() as unit:
        return take_pack(unit, district, loaded, keys=keys, force=force)


def take_from(database, files, *, district=DISTRICT, force=False):
    """Take files that are not the pack's."""
    loaded = check_files(district, files).sound()
    with database.write() as unit:
        return take_files(unit, district, loaded, keys=keys, by="test", force=force)


def change(database, *, late=True, district=DISTRICT, catalogue=None, **asked):
    """Make a change."""
    with database.write() as unit:
        known = catalogue or Organisations().catalogue(district)
        make = use.read_change(asked)
        return use.change_organisation(unit, district, make, catalogue=known, by="test", late=late)


def stored(database, district=DISTRICT):
    """All records, as they are in the database."""
    with database.read() as unit:
        return OrganisationStore(unit).read(district)


def tree(database, day: dt.date, district=DISTRICT):
    """The tree on a day, as it is in the database."""
    return tree_at(stored(database, district), day)
