"""
``whistle verify``: reconciles ledger, outboxes, inboxes, queues, parked messages and every service's own
books, and names every difference (design §5.9).

A service takes part by methods of its unit of work: ``differences()`` → lines about its own books,
``facts()`` → counts, ``case_numbers(after, limit)`` (who owns cases) and ``missing_cases(numbers)`` (who
must know them all).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from whistle import inbox, outbox, topology
from whistle.clock import SystemClock
from whistle.messaging.broker import Broker
from whistle.messaging.subscribe import queues_of
from whistle.runtime.reconcile import Member, undelivered
from whistle.runtime.services import installed_services, open_database
from whistle.settings import Settings

PAGE = 1000


@dataclass
class Report:
    """
    What was found. ``lost`` counts messages nobody dealt with and cases that a service does not know;
    ``dead`` parked and dead-lettered messages; ``waiting`` outbox rows that are still on their way.
    """

    differences: list[str] = field(default_factory=list)
    facts: dict[str, int] = field(default_factory=dict)
    lost: int = 0
    dead: int = 0
    waiting: int = 0

    def as_json(self) -> dict[str, Any]:
        """For ``--json``."""
        return {**vars(self)}

    def summary(self) -> str:
        """One line for people."""
        zh = f"差异 {len(self.differences)},丢失 {self.lost},搁置 {self.dead},在途 {self.waiting}"
        return f"{zh} / differences {len(self.differences)}, lost {self.lost}, dead {self.dead}, on their way {self.waiting}"


def verify_all(settings: Settings, services: Sequence[Any] | None = None, *, grace: dt.timedelta) -> Report:
    """
    Check everything. What is younger than ``grace`` counts as on its way.

    Raises:
        DependencyDown: a database or the broker cannot be reached.
    """
    clock = SystemClock()
    members = [
        Member(service, open_database(service, settings, clock=clock))
        for service in services or installed_services()
    ]
    report = Report()
    try:
        before = clock.now() - grace
        for member in members:
            _own_books(report, member, settings, before=before)
        _messages(report, members, before)
        _cases(report, members)
        if not settings.embedded:
            _queues(report, Broker(settings.bus_url), members)
    finally:
        for member in members:
            member.database.close()
    return report


def complaints_of(member: Member, settings: Settings) -> list[str]:
    """What a service finds that its database asks of this installation and does not get, one line each (zh / en)."""
    if not hasattr(member.service, "complaints"):
        return []
    with member.database.read() as unit:
        return [f"{member.service.name}: {line}" for line in member.service.complaints(unit, settings)]


def _own_books(report: Report, member: Member, settings: Settings, *, before: dt.datetime) -> None:
    name = member.service.name
    report.differences += complaints_of(member, settings)
    with member.database.read() as unit:
        for method in ("differences", "verify"):
            if check := getattr(unit, method, None):
                report.differences += [f"{name}: {line}" for line in check()]
        for fact, count in getattr(unit, "facts", dict)().items():
            report.facts[fact] = report.facts.get(fact, 0) + count
        parked = inbox.count_parked(unit.connection, unit.kit.dead_letters)
        backlog = outbox.backlog(unit.connection, unit.kit.outbox, now=unit.now, late_before=before)
    report.waiting += backlog.waiting
    report.dead += parked
    if parked:
        report.differences.append(
            f"{name}: 搁置 {parked} 条消息,见 whistle dead list / {parked} parked message(s), see `whistle dead list`"
        )
    if backlog.late:
        report.differences.append(
            f"{name}: 发件箱积压 {backlog.late} 条 / {backlog.late} outbox row(s) overdue"
        )


def _messages(report: Report, members: Sequence[Member], before: dt.datetime) -> None:
    told: set[tuple[str, str]] = set()  # a message and its later row are one message
    for page in undelivered(members, before=before):
        for one in page:
            if (one.message_id, one.queue) in told:
                continue
            told.add((one.message_id, one.queue))
            report.lost += 1
            report.differences.append(
                f"{one.source}: 消息 {one.message_id}({one.type},{one.case_no or '-'})未被 {one.queue} 处理 / "
                f"message {one.message_id} was not dealt with by {one.queue}"
            )


def _cases(report: Report, members: Sequence[Member]) -> None:
    """Every case of the ledger is known to whoever must know all cases."""
    owners = [member for member in members if hasattr(member.service.unit, "case_numbers")]
    others = [member for member in members if hasattr(member.service.unit, "missing_cases")]
    for owner in owners:
        for numbers in _pages(owner):
            for other in others:
                with other.database.read() as unit:
                    missing = unit.missing_cases(numbers)
                for number in sorted(missing - _on_their_way(owner, missing)):
                    report.lost += 1
                    name = other.service.name
                    report.differences.append(
                        f"{name}: 不知道诉求 {number} / {name} does not know case {number}"
                    )


def _on_their_way(owner: Member, numbers: set[str]) -> set[str]:
    """Cases whose events are not published yet."""
    with owner.database.read() as unit:
        return outbox.unpublished_cases(unit.connection, unit.kit.outbox, numbers)


def _pages(owner: Member) -> Iterator[list[str]]:
    after = ""
    while True:
        with owner.database.read() as unit:
            numbers = unit.case_numbers(after, PAGE)
        if not numbers:
            return
        after = numbers[-1]
        yield numbers


def _queues(report: Report, broker: Broker, members: Sequence[Member]) -> None:
    """Nothing may lie in the last-line dead letters or among the unroutable."""
    names = [
        topology.dead_queue_name(queue.name) for member in members for queue in queues_of(member.service)
    ]
    with broker.connect() as connection, connection.channel() as channel:
        for name in [*names, topology.UNROUTABLE]:
            depth = channel.queue_declare(name, passive=True).message_count
            if depth:
                report.dead += depth
                report.differences.append(
                    f"队列 {name} 中有 {depth} 条消息 / {depth} message(s) in queue {name}"
                )
