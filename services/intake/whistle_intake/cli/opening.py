"""
What every command of intake needs: its database, checked, and its tools.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from whistle.clock import SystemClock
from whistle.errors import Invalid, Misconfigured
from whistle.settings import load_settings
from whistle.storage import Database, make_engine, migrations
from whistle.storage.atlas import StoredAtlas, Told
from whistle_intake.store import IntakeUnit, places
from whistle_intake.tools import Tools


@dataclass(frozen=True)
class Opened:
    """An opened installation."""

    database: Database[IntakeUnit]
    tools: Tools

    def district(self, name: str) -> str:
        """
        The district itself.

        Raises:
            Invalid: it is not installed.
        """
        if name not in self.tools.districts:
            known = ", ".join(sorted(self.tools.districts)) or "-"
            raise Invalid(
                f"没有安装区 {name!r};已安装:{known}",
                f"district {name!r} is not installed; installed: {known}",
            )
        return name


@contextmanager
def opened() -> Iterator[Opened]:
    """
    Intake's database by the settings of this shell.

    Raises:
        Misconfigured: it is not migrated, or a setting is wrong. DependencyDown: it does not answer.
    """
    settings = load_settings()
    if not settings.database_url and not settings.data.is_dir():
        raise Misconfigured(
            f"{settings.data} 里还没有数据:请先运行 whistle db upgrade,或设置 WHISTLE_DATA",
            f"there is no data in {settings.data}: run `whistle db upgrade` first, or set WHISTLE_DATA",
        )
    clock = SystemClock()
    engine = make_engine(settings.database_url_of("intake"), schema="intake", pool_size=2)
    database = Database(engine, IntakeUnit, clock=clock)
    try:
        database.ping()
        migrations.check(engine, service="intake", package="whistle_intake")
        tools = Tools.with_secret(settings, clock)
        tools.tokens.atlas = StoredAtlas(database, Told(places))
        yield Opened(database, tools)
    finally:
        database.close()
