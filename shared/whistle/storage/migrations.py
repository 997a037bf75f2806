"""
Migrations by Alembic, one tree per service, run by ``whistle db upgrade`` (and by ``up``), never by a
service at start (design §6).

Revisions are a line and have the numbers of their files, so whether something is to be done is known without Alembic, which takes
12 MB and a fifth of a second.
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from whistle.errors import Misconfigured

VERSION_TABLE = "alembic_version"


def upgrade(engine: sa.Engine, *, service: str, package: str) -> None:
    """
    Bring the database to the newest revision of ``package``'s migrations; on PostgreSQL the schema is made
    first.
    """
    if _current(engine) == newest(package):
        return
    from alembic import command

    with engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(sa.schema.CreateSchema(service, if_not_exists=True))
        config = _config(package)
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def check(engine: sa.Engine, *, service: str, package: str) -> None:
    """
    Raises:
        Misconfigured: the database is not at the newest revision.
    """
    current, wanted = _current(engine), newest(package)
    if current != wanted:
        raise Misconfigured(
            f"{service} 的数据库版本为 {current or '空'},需要 {wanted}:请先运行 whistle db upgrade",
            f"the database of {service} is at {current or 'nothing'}, {wanted} is needed: run `whistle db upgrade` first",
        )


def newest(package: str) -> str:
    """The number of the last revision of ``package``."""
    return max(path.name.partition("_")[0] for path in (_folder(package) / "versions").glob("[0-9]*_*.py"))


def _current(engine: sa.Engine) -> str | None:
    """The revision that a database is at; None before the first."""
    with engine.connect() as connection:
        reading = connection.execution_options(whistle_read=True)
        if not sa.inspect(reading).has_table(VERSION_TABLE):
            return None
        return reading.execute(sa.text(f"SELECT version_num FROM {VERSION_TABLE}")).scalar()  # noqa: S608


def run_env() -> None:
    """What every service's ``migrations/env.py`` calls."""
    from alembic import context

    context.configure(connection=context.config.attributes["connection"], render_as_batch=True)
    with context.begin_transaction():
        context.run_migrations()


def create_kit_tables_v1(op: Any) -> None:
    """
    The kit's tables as they were in the first revision of every service; later changes are revisions of
    their own.
    """
    from whistle.storage.tables import kit_tables

    metadata = sa.MetaData()
    kit_tables(metadata)
    metadata.create_all(op.get_bind())


def _config(package: str) -> Any:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_folder(package)))
    return config


def _folder(package: str) -> Path:
    return Path(str(import_module(package).__file__)).parent / "migrations"
