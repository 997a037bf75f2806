"""kill -9 of one service in the gaps between its durable steps."""

from __future__ import annotations

import signal

import pytest

from tests.chaos.conftest import Stack
from tests.chaos.load import Filing
from tests.chaos.once import assert_all_once, balances

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(180)]


@pytest.mark.parametrize(
    "fault",
    [
        "die-before-publish@2",
        "die-before-mark@2",
        "die-before-commit@3",
        "die-before-ack@2",
        "die-in-handler@13",
    ],
)
def test_routing_killed_between_two_durable_steps_loses_and_doubles_nothing(stack: Stack, fault: str) -> None:
    """Wherever routing dies, its next process finds the rest: every case is dispatched once and reaches its end."""
    before = balances(stack.platform)
    stack.routing.stop()
    stack.routing.begin(fault=fault)
    with Filing(stack.platform, 40) as filing:
        assert -signal.SIGKILL == stack.routing.wait_ended()
        stack.routing.begin()
        filing.wait()
    assert_all_once(stack.platform, filing, before=before)


def test_every_process_killed_in_turn_under_load_loses_and_doubles_nothing(stack: Stack) -> None:
    """kill -9 of each service and of the parties' side while cases are filed: what one was doing, its next run does."""
    before = balances(stack.platform)
    with Filing(stack.platform, 100) as filing:
        for turn, part in enumerate(stack.platform.parts.values()):
            filing.wait_for(18 * turn + 5)
            part.kill()
            part.begin()
        filing.wait()
    assert_all_once(stack.platform, filing, before=before)
