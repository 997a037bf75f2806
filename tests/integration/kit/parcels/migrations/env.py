"""Alembic's entry."""

from whistle.storage.migrations import run_env

run_env()
