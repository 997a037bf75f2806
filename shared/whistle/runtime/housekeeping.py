"""
Once a minute per service: drop what is older than it need be, and measure what lies about.
"""

from __future__ import annotations

import datetime as dt

import eventlet
import structlog

from whistle import inbox, outbox
from whistle.errors import WhistleError
from whistle.runtime.host import Host
from whistle.storage import UnitOfWork
from whistle.storage.answers import prune_answers

log = structlog.get_logger()

EVERY_SECONDS = 60.0
INBOX_LIFE = dt.timedelta(days=90)
"""Longest thinkable redelivery: an outage, parked messages replayed late."""
ANSWER_LIFE = dt.timedelta(days=7)


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
        now = unit.now
        keep = dt.timedelta(days=self._host.settings.keep_days)
        outbox.prune(unit.connection, unit.kit.outbox, before=now - keep)
        inbox.prune(unit.connection, unit.kit.inbox, before=now - INBOX_LIFE)
        prune_answers(unit, before=now - ANSWER_LIFE)

    def _measure(self, unit: UnitOfWork) -> None:
        backlog = outbox.backlog(unit.connection, unit.kit.outbox, now=unit.now, late_before=unit.now)
        parked = inbox.count_parked(unit.connection, unit.kit.dead_letters)
        self._host.metrics.backlog(self._service, parked=parked, waiting=backlog.waiting, lag=backlog.lag)
