"""
Once a minute per service: drop what is older than it need be, and measure what lies about.
"""

from __future__ import annotations

import datetime as dt

import eventlet
import sqlalchemy as sa
import structlog

from whistle import outbox
from whistle.errors import WhistleError
from whistle.runtime.host import Host
from whistle.storage import UnitOfWork

log = structlog.get_logger()

EVERY_SECONDS = 60.0
INBOX_DAYS = 90
"""Longest thinkable redelivery: an outage, parked messages replayed late."""
ANSWER_DAYS = 7


class Housekeeping:
    """The housekeeping of one service in one process; harmless in several at once."""

    def __init__(self, service: str, host: Host) -> None:
        self._service = service
        self._host = host

    def run(self) -> None:
        """For ever; ends with its container."""
        while True:
            try:
                with self._host.database.write() as unit:
                    self._prune(unit)
                    self._measure(unit)
            except WhistleError as error:
                log.warning("housekeeping_skipped", service=self._service, error=error.en)
            eventlet.sleep(EVERY_SECONDS)

    def _prune(self, unit: UnitOfWork) -> None:
        kit, now = unit.kit, unit.now
        outbox.prune(unit.connection, kit.outbox, before=now - dt.timedelta(days=self._host.settings.keep_days))
        for column, days in ((kit.inbox.c.received_at, INBOX_DAYS), (kit.answers.c.created_at, ANSWER_DAYS)):
            unit.connection.execute(sa.delete(column.table).where(column < now - dt.timedelta(days=days)))

    def _measure(self, unit: UnitOfWork) -> None:
        kit = unit.kit
        waiting = sa.select(sa.func.count(), sa.func.min(kit.outbox.c.not_before)).where(kit.outbox.c.published_at.is_(None))
        count, oldest = unit.connection.execute(waiting).one()
        parked = sa.select(sa.func.count()).where(kit.dead_letters.c.state == "parked")
        lag = max(0.0, (unit.now - oldest).total_seconds()) if oldest else 0.0
        self._host.metrics.backlog(
            self._service, parked=unit.connection.scalar(parked) or 0, waiting=count, lag=lag
        )
