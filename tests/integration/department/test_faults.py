"""
What must hold when a process, the broker or the wire breaks: nothing lost, and each effect once.
"""

from __future__ import annotations

import contextlib
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.department.city import City, Listening, department
from whistle.contracts import DispatchSent, Event, Sign
from whistle.department import Timing
from whistle.errors import DependencyDown
from whistle.testing import wait_for
from whistle.testing.fault_proxy import FaultProxy
from whistle.testing.servers import LocalRabbit


@contextlib.contextmanager
def listening(city: City, folder: Path, moment: str) -> Iterator[subprocess.Popen[bytes]]:
    """The process of listening.py; killed at the end, if it still runs."""
    command = [
        sys.executable,
        "-m",
        "tests.integration.department.listening",
        city.account.url,
        str(folder),
        moment,
    ]
    process = subprocess.Popen(command)
    try:
        yield process
    finally:
        process.kill()
        process.wait(10)


def lines(path: Path) -> list[str]:
    return path.read_text().split() if path.exists() else []


def test_killed_between_handler_and_ack_the_effect_is_there_once(city: City, tmp_path: Path) -> None:
    """kill -9 after the record and before the ack: the message comes again and is recognised."""
    first = city.send()
    with listening(city, tmp_path, "ack") as process:
        wait_for(lambda: lines(tmp_path / "hanging"), timeout=20)
        process.send_signal(signal.SIGKILL)
        process.wait(10)
    second = city.send()
    wait_for(lambda: 2 == city.depth())
    with listening(city, tmp_path, "never"):
        wait_for(lambda: 2 == len(lines(tmp_path / "actions")), timeout=20)
        wait_for(lambda: 0 == city.depth())

    assert [first.id, second.id] == lines(tmp_path / "effects")
    assert 2 == len(city.actions())


def test_killed_within_the_handler_the_message_comes_again_and_acts_once(city: City, tmp_path: Path) -> None:
    """kill -9 after an action and before the return: the handler runs again, its action has the same event id."""
    event = city.send()
    with listening(city, tmp_path, "handler") as process:
        wait_for(lambda: lines(tmp_path / "hanging"), timeout=20)
        process.send_signal(signal.SIGKILL)
        process.wait(10)
    with listening(city, tmp_path, "never"):
        wait_for(lambda: 2 == len(lines(tmp_path / "actions")), timeout=20)

    assert [event.id, event.id] == lines(tmp_path / "effects")
    assert 1 == len(set(lines(tmp_path / "actions")))
    assert set(lines(tmp_path / "actions")) == {action.id for action, _, _ in city.actions()}


def test_a_terminated_process_ends_by_itself(city: City, tmp_path: Path) -> None:
    """Without a stop of its own, a department's script dies of SIGTERM at once; nothing is lost by that."""
    with listening(city, tmp_path, "never") as process:
        wait_for(lambda: 1 == city.consumers(), timeout=20)
        process.send_signal(signal.SIGTERM)
        assert -signal.SIGTERM == process.wait(5)
    city.send()
    wait_for(lambda: 1 == city.depth())


@pytest.mark.slow
def test_a_broker_that_is_killed_and_started_again_is_listened_to_again(
    own_broker: LocalRabbit, tmp_path: Path
) -> None:
    """kill -9 of the broker under the listener: what was sent before and after is handled, each once."""
    city = City(own_broker.url(), own_broker.management_url)
    handled: list[str] = []

    def handle(event: Event[DispatchSent]) -> None:
        handled.append(event.id)

    with Listening(department(city, tmp_path), handle) as listening:
        before = city.send()
        assert before.id == listening.next().id
        own_broker.kill()
        with pytest.raises(DependencyDown):
            department(city, tmp_path, timing=Timing(give_up=0.3, reconnect=(0.1, 0.1))).sign("d", by="张工")
        own_broker.restart()
        after = wait_for(city.send, timeout=30)
        assert after.id == listening.next(timeout=30).id
        assert listening.department.sign("d", by="张工")
    assert {before.id, after.id} == set(handled)
    assert len(set(handled)) == len(handled)


@pytest.mark.slow
def test_a_broker_that_stands_still_delays_an_action_and_loses_none(
    own_broker: LocalRabbit, tmp_path: Path
) -> None:
    """A frozen broker and a disk alarm: the action gives up in time, and goes through with the same id afterwards."""
    city = City(own_broker.url(), own_broker.management_url)
    timing = Timing(heartbeat=2, connect=1, blocked=1, reconnect=(0.05, 0.2), give_up=2)
    with department(city, tmp_path, timing=timing) as client:
        client.sign("before", by="张工")
        own_broker.freeze()
        with pytest.raises(DependencyDown) as frozen:
            client.sign("frozen", by="张工")
        own_broker.thaw()
        own_broker.set_disk_alarm(True)
        with pytest.raises(DependencyDown) as alarmed:
            client.sign("alarmed", by="张工")
        own_broker.set_disk_alarm(False)
        again = {
            client.send(Sign(dispatch="frozen", by="张工"), event_id=str(frozen.value.detail["event_id"])),
            client.send(Sign(dispatch="alarmed", by="张工"), event_id=str(alarmed.value.detail["event_id"])),
        }

    arrived = [action.id for action, _, _ in city.actions() if action.data.dispatch != "before"]
    assert {frozen.value.detail["event_id"], alarmed.value.detail["event_id"]} == again == set(arrived)


def test_a_silent_cut_is_noticed_by_the_listener(city: City, broker: LocalRabbit, tmp_path: Path) -> None:
    """Nothing is closed and nothing arrives: after two heartbeats the department opens a new connection."""
    with (
        FaultProxy(broker.port) as wire,
        Listening(department(city, tmp_path, url=wire.url(city.account.url))) as listening,
    ):
        before = city.send()
        assert before.id == listening.next().id
        wire.cut()
        wait_for(lambda: 0 == city.consumers(), timeout=20, what="the broker's own heartbeat")
        after = city.send()
        wire.heal()
        assert after.id == listening.next(timeout=20).id


def test_a_silent_cut_under_an_action_keeps_its_event_id(
    city: City, broker: LocalRabbit, tmp_path: Path
) -> None:
    """The confirm never comes: the action is sent again on a new connection, as the same event."""
    timing = Timing(heartbeat=1, connect=1, reconnect=(0.05, 0.1), give_up=4)
    with (
        FaultProxy(broker.port) as wire,
        department(city, tmp_path, url=wire.url(city.account.url), timing=timing) as client,
    ):
        client.sign("before", by="张工")
        wire.cut()
        with pytest.raises(DependencyDown) as caught:
            client.sign("cut", by="张工")
        wire.heal()
        again = client.send(Sign(dispatch="cut", by="张工"), event_id=str(caught.value.detail["event_id"]))

    assert {again} == {action.id for action, _, _ in city.actions() if action.data.dispatch == "cut"}


def test_a_reset_connection_is_replaced_while_the_action_waits(
    city: City, broker: LocalRabbit, tmp_path: Path
) -> None:
    """A TCP reset between two actions is not even seen by the caller."""
    with (
        FaultProxy(broker.port) as wire,
        department(city, tmp_path, url=wire.url(city.account.url)) as client,
    ):
        first = client.sign("d", by="张工")
        wire.reset()
        second = client.arrive("d", by="张工")

    assert [first, second] == [action.id for action, _, _ in city.actions()]


def test_a_connection_that_was_idle_too_long_is_not_used_again(city: City, tmp_path: Path) -> None:
    """Nobody answers heartbeats between two actions, so the connection is opened anew instead of being found dead."""
    timing = Timing(heartbeat=1, reconnect=(30, 30), give_up=20, tick=0.05)
    with Listening(department(city, tmp_path, timing=timing)) as listening:
        client = listening.department
        first = client.sign("d", by="张工")
        wait_for(lambda: client._sender._publisher is None, what="closed when idle")
        second = client.arrive("d", by="张工")

    assert [first, second] == [action.id for action, _, _ in city.actions()]
