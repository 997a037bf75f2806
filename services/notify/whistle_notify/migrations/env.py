"""
Alembic's entry; everything is in :mod:`whistle.storage.migrations`.
"""

from whistle.storage.migrations import run_env

run_env()
