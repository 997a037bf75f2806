"""
Order within a case: a letter that failed, a client that is killed, a broker that gives letters again behind later ones.
"""

from __future__ import annotations

import contextlib
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pika

from tests.integration.department.city import QUICK, City, Listening, department
from whistle import topology
from whistle.contracts import Event
from whistle.department import Timing
from whistle.testing import wait_for

LEAKS, LIGHTS = "26-00001-1", "26-00002-2"
"""Two cases."""


@contextlib.contextmanager
def ordering(
    city: City, folder: Path, *, hang: int = 0, fail: int = 0, places: int = 20
) -> Iterator[subprocess.Popen[bytes]]:
    """The process of ordering.py; killed at the end."""
    told = [city.account.url, str(folder), str(hang), str(fail), str(places)]
    process = subprocess.Popen([sys.executable, "-m", "tests.integration.department.ordering", *told])
    try:
        yield process
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait(10)


def lines(path: Path) -> list[str]:
    return path.read_text().splitlines() if path.exists() else []


def send(city: City, *cases: str, first: int = 1) -> None:
    """One letter for each, numbered on."""
    for number, case_no in enumerate(cases, first):
        city.send(case_no=case_no, sequence=number)


def in_hand(city: City) -> bool:
    """Has the client all that was sent?"""
    return city.depth() == 0


def numbers(listening: Listening, count: int) -> list[int | None]:
    return [listening.next().sequence for _ in range(count)]


def test_letters_of_a_case_wait_for_the_one_that_failed(city: City, tmp_path: Path) -> None:
    """Two, three and four are held back until one succeeds; another case goes on."""
    send(city, LEAKS, LEAKS, LIGHTS, LEAKS)
    tries: list[int] = []

    def handle(event: Event[Any]) -> None:
        if event.sequence == 1 and len(tries) < 3:
            tries.append(1)
            raise RuntimeError("not yet")

    with Listening(department(city, tmp_path), handle) as listening:
        assert [3, 1, 2, 4] == numbers(listening, 4)
    assert 3 == len(tries)
    assert 0 == city.depth()


def test_a_case_goes_on_when_its_letter_is_parked(city: City, tmp_path: Path) -> None:
    """After the last try the letter lies among the dead letters, and those that waited for it are handled in order."""
    send(city, LEAKS, LEAKS, LEAKS)

    def handle(event: Event[Any]) -> None:
        if event.sequence == 1:
            raise RuntimeError("never")

    timing = replace(QUICK, tries=4, retry=(0.01, 0.02))
    with Listening(department(city, tmp_path, timing=timing), handle) as listening:
        assert [2, 3] == numbers(listening, 2)
        wait_for(lambda: 1 == city.depth(topology.dead_queue_name(city.account.queue)))
    assert 0 == city.depth()


def test_killed_with_letters_in_hand_each_case_keeps_its_order(city: City, tmp_path: Path) -> None:
    """
    kill -9 within the first of seven letters, and again when three of them are in hand: the broker then gives those three again
    behind the four others, and still no letter overtakes an earlier one of its case; each has its effect once.
    """
    send(city, LEAKS, LEAKS, LIGHTS, LEAKS, LIGHTS, LEAKS, LEAKS)
    with ordering(city, tmp_path, hang=1, places=7):
        wait_for(lambda: lines(tmp_path / "hanging") and in_hand(city), timeout=20)
        send(city, *[LEAKS] * 3, *[LIGHTS] * 2, first=8)
        wait_for(lambda: 5 == city.depth())
    wait_for(lambda: 12 == city.depth())
    with ordering(city, tmp_path, hang=1, places=3):
        wait_for(lambda: 2 == len(lines(tmp_path / "hanging")) and 9 == city.depth(), timeout=20)
    wait_for(lambda: 12 == city.depth())
    (tmp_path / "go").touch()  # on a single place, so that number four comes alone, and first
    with ordering(city, tmp_path, places=1):
        wait_for(lambda: 12 == len(lines(tmp_path / "effects")), timeout=20)
        wait_for(lambda: 0 == city.depth())

    effects = lines(tmp_path / "effects")
    assert [1, 2, 4, 6, 7, 8, 9, 10] == [int(one.split()[1]) for one in effects if one.startswith(LEAKS)]
    assert [3, 5, 11, 12] == [int(one.split()[1]) for one in effects if one.startswith(LIGHTS)]


def test_killed_while_a_letter_fails_its_case_still_waits_for_it(city: City, tmp_path: Path) -> None:
    """kill -9 between two tries of number one, while two waits for it: after the restart one comes first, other cases flow."""
    send(city, LEAKS, LEAKS, LIGHTS)
    with ordering(city, tmp_path, fail=1):
        wait_for(lambda: 2 <= len(lines(tmp_path / "failed")) and lines(tmp_path / "effects"), timeout=20)
        assert [f"{LIGHTS} 3"] == lines(tmp_path / "effects")
    wait_for(lambda: 2 == city.depth())
    send(city, LEAKS, first=4)
    with ordering(city, tmp_path, fail=1):
        before = len(lines(tmp_path / "failed"))
        wait_for(lambda: before + 2 <= len(lines(tmp_path / "failed")), timeout=20)
        assert [f"{LIGHTS} 3"] == lines(tmp_path / "effects")
        (tmp_path / "go").touch()
        wait_for(lambda: 4 == len(lines(tmp_path / "effects")), timeout=20)
        wait_for(lambda: 0 == city.depth())

    assert [f"{LIGHTS} 3", f"{LEAKS} 1", f"{LEAKS} 2", f"{LEAKS} 4"] == lines(tmp_path / "effects")


def test_two_processes_keep_the_order_of_a_case_between_them(city: City, tmp_path: Path) -> None:
    """The second is given number two while the first still works on number one: it waits."""
    begun, go_on, order = threading.Event(), threading.Event(), []

    def handle(event: Event[Any]) -> None:
        if event.sequence == 1:
            begun.set()
            assert go_on.wait(10)
        order.append(event.sequence)

    one, other = (department(city, tmp_path, prefetch=1) for _ in range(2))
    with Listening(one, handle), Listening(other, handle):
        wait_for(lambda: 2 == city.consumers())
        send(city, LEAKS)
        assert begun.wait(10)
        send(city, LEAKS, LIGHTS, first=2)
        wait_for(lambda: [3] == order, what="the other case flows, even on a single place")
        go_on.set()
        wait_for(lambda: 3 == len(order))
    assert [3, 1, 2] == order


def test_what_does_not_come_again_is_waited_for_only_so_long(city: City, tmp_path: Path) -> None:
    """Number one was in hand at the crash and was then purged at the broker: number two goes on after the time of patience."""
    send(city, LEAKS)
    with ordering(city, tmp_path, hang=1):
        wait_for(lambda: lines(tmp_path / "hanging"), timeout=20)
    wait_for(lambda: 1 == city.depth())
    with pika.BlockingConnection(pika.URLParameters(city.url)) as connection:
        connection.channel().queue_purge(city.account.queue)
    send(city, LEAKS, first=2)
    with Listening(department(city, tmp_path, timing=replace(QUICK, patience=0.5))) as listening:
        assert [2] == numbers(listening, 1)
    assert 0 == city.depth()


def test_a_stuck_case_with_more_letters_than_places_holds_up_no_other(city: City, tmp_path: Path) -> None:
    """Every place is taken by one case: more places are opened, and its own letters are handled in order all the same."""
    send(city, *[LEAKS] * 6, LIGHTS)
    go_on = threading.Event()

    def handle(event: Event[Any]) -> None:
        if event.sequence == 1 and not go_on.is_set():
            raise RuntimeError("not yet")

    with Listening(department(city, tmp_path, prefetch=3), handle) as listening:
        assert [7] == numbers(listening, 1)
        go_on.set()
        assert [1, 2, 3, 4, 5, 6] == numbers(listening, 6)
    assert 0 == city.depth()


def test_letters_that_are_in_hand_for_too_long_go_back_and_keep_their_order(
    city: City, tmp_path: Path
) -> None:
    """The broker closes a channel that keeps a message for half an hour; before that the client gives the case back itself."""
    send(city, LEAKS, LEAKS)
    tries: list[int] = []

    def handle(event: Event[Any]) -> None:
        if event.sequence == 1 and len(tries) < 6:
            tries.append(1)
            raise RuntimeError("not yet")

    timing = Timing(tick=0.02, retry=(0.2, 0.2), hold=0.1)
    with Listening(department(city, tmp_path, timing=timing), handle) as listening:
        assert [1, 2] == numbers(listening, 2)
    assert 0 == city.depth()
