"""Broker, database and network fail under load; nothing is lost, nothing happens twice, nobody is turned away."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.chaos.conftest import Stack
from tests.chaos.load import Filing
from tests.chaos.once import assert_all_once, balances
from whistle.testing import wait_for

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(240)]


def under_load(stack: Stack, fault: Callable[[], object], *, count: int = 100) -> None:
    """Break something while cases are being filed; afterwards everything is there once."""
    before = balances(stack.platform)
    with Filing(stack.platform, count) as filing:
        filing.wait_for(count // 4)
        fault()
        filing.wait()
    assert_all_once(stack.platform, filing, before=before)


def test_a_broker_killed_under_load_loses_nothing(stack: Stack) -> None:
    """kill -9 of RabbitMQ and a new start on its data: every case reaches its end once."""

    def restart() -> None:
        stack.rabbit.kill()
        stack.rabbit.start()

    under_load(stack, restart)


def test_a_database_stopped_at_once_under_load_loses_nothing(stack: Stack) -> None:
    """PostgreSQL's immediate stop and a new start: every 201 is a case, and every case reaches its end once."""

    def restart() -> None:
        stack.postgres.stop_immediately()
        stack.postgres.start()

    under_load(stack, restart)


def test_a_database_that_is_down_uses_up_no_attempts(stack: Stack) -> None:
    """While the database is away messages are held, not tried and parked: no attempt is counted."""
    before, already, tried = balances(stack.platform), pauses(stack), later_rows(stack)
    stack.routing.freeze()
    with Filing(stack.platform, 40) as filing:
        filing.wait()
    wait_for(lambda: stack.depths().get("routing.events"), what="messages to wait for routing", every=0.1)
    stack.postgres.stop_immediately()
    stack.routing.thaw()
    wait_for(lambda: pauses(stack) >= already + 4, timeout=40, what="routing to pause four times")
    stack.postgres.start()
    assert_all_once(stack.platform, filing, before=before)
    assert tried == later_rows(stack)


def later_rows(stack: Stack) -> int:
    """How often a message was put off after an attempt that counts."""
    count: int = stack.sql("SELECT count(*) FROM routing.outbox WHERE kind = 'later'")[0][0]
    return count


def pauses(stack: Stack) -> int:
    """How often routing's consumer has waited for something that was down."""
    return stack.routing.log.read_text().count('"consumer_pauses"')


def test_cases_are_filed_while_the_broker_is_frozen(stack: Stack) -> None:
    """SIGSTOP of the broker: residents get their numbers all the same, and all is dispatched after the thaw."""
    file_without_broker(stack, stack.rabbit.freeze, stack.rabbit.thaw)


def test_cases_are_filed_during_a_disk_alarm_of_the_broker(stack: Stack) -> None:
    """A broker that blocks its publishers keeps nobody from filing; its messages go out when the alarm is over."""
    file_without_broker(
        stack, lambda: stack.rabbit.set_disk_alarm(True), lambda: stack.rabbit.set_disk_alarm(False)
    )


def file_without_broker(stack: Stack, begin: Callable[[], object], end: Callable[[], object]) -> None:
    """All are filed at the first try, quickly, while the broker takes nothing."""
    before = balances(stack.platform)
    begin()
    try:
        with Filing(stack.platform, 40) as filing:
            filing.wait()
        known = stack.sql(f"SELECT count(*) FROM routing.jobs WHERE title LIKE '%{filing.run}-%'")
    finally:
        end()
    assert ([(0,)], 0) == (known, filing.retried)
    assert filing.slowest < 5
    assert_all_once(stack.platform, filing, before=before)


def test_a_silent_cut_between_a_service_and_the_broker_is_noticed_and_survived(stack: Stack) -> None:
    """Nothing comes through and nothing is closed: routing says that it is not ready, and goes on when it is healed."""
    before = balances(stack.platform)
    stack.wire.cut()
    try:
        with Filing(stack.platform, 40) as filing:
            filing.wait()
        wait_for(lambda: not stack.routing.ready(), timeout=45, what="routing to notice", every=0.2)
    finally:
        stack.wire.heal()
    assert 0 == filing.retried
    assert_all_once(stack.platform, filing, before=before)
    stack.routing.wait_ready()
