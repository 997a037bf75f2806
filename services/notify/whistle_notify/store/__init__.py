"""
Notices, recipients and tasks in SQL.
"""

from __future__ import annotations

from whistle_notify.store.reading import list_notices, list_tasks
from whistle_notify.store.tables import metadata, notices, places, recipients, tasks
from whistle_notify.store.unit import NotifyUnit
from whistle_notify.store.verifying import verify

__all__ = [
    "NotifyUnit",
    "list_notices",
    "list_tasks",
    "metadata",
    "notices",
    "places",
    "recipients",
    "tasks",
    "verify",
]
