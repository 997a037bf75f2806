"""
Migrations by Alembic, one tree per service, run by ``whistle db upgrade`` (and by ``up``), never by a
service at start (design §6).
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic import command, context
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from whistle.errors import Misconfigured


def upgrade(engine: sa.Engine, *, service: str, package: str) -> None:
    """
    Bring the database to the newest revision of ``package``'s migrations; on PostgreSQL the schema is made
    first.
    """
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
    with engine.connect() as connection:
        current = MigrationContext.configure(
            connection.execution_options(whistle_read=True)
        ).get_current_revision()
    wanted = ScriptDirectory.from_config(_config(package)).get_current_head()
    if current != wanted:
        raise Misconfigured(
            f"{service} 的数据库版本为 {current or '空'},需要 {wanted}:请先运行 whistle db upgrade",
            f"the database of {service} is at {current or 'nothing'}, {wanted} is needed: run `whistle db upgrade` first",
        )


def run_env() -> None:
    """What every service's ``migrations/env.py`` calls."""
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


def _config(package: str) -> Config:
    module = import_module(package)
    config = Config()
    config.set_main_option("script_location", str(Path(str(module.__file__)).parent / "migrations"))
    return config
