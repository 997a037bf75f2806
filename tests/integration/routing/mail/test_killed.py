"""A process that delivers webhooks is killed between the POST and its record (kill -9 of a real process, both databases)."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys

import pytest

from whistle_routing.handlers.mail.delivering import LEASE

LETTERS, FATAL = 5, 3


@pytest.fixture
def process(mailing, request, tmp_path):
    """Starts the process of delivering.py at the time of the town; what still runs is killed at the end."""
    url = f"sqlite:///{tmp_path}/routing.db"
    if mailing.town.database.engine.dialect.name == "postgresql":
        url = request.getfixturevalue("database_url")
    started = []

    def start(moment="never"):
        now = mailing.town.clock.now().isoformat()
        command = [
            sys.executable,
            "-m",
            "tests.integration.routing.mail.delivering",
            url,
            "light",
            now,
            moment,
        ]
        started.append(subprocess.Popen(command))
        return started[-1]

    yield start
    for one in started:
        one.kill()
        one.wait(10)


def numbers(receiver):
    return [number for number, _, _ in receiver.requests]


def test_killed_while_the_receiver_has_the_letter_it_is_sent_again_with_the_same_id(
    mailing, receiver, process
):
    """
    The third of five arrives and its sender is gone: another process waits for the lease, then sends all that nobody has written
    down, in order, each under the id that it had; the receiver can tell what it knows.
    """
    secret = mailing.way("light", "webhook", url=receiver.url)
    mailing.cases(LETTERS)
    running = []

    def answer(number):
        if number == FATAL and len(receiver.requests) < FATAL:
            os.kill(running[0].pid, signal.SIGKILL)
        return 204

    receiver.answer = answer
    running.append(process())
    assert -signal.SIGKILL == running[0].wait(30)
    assert list(range(1, FATAL + 1)) == numbers(receiver)
    assert LETTERS == mailing.standing()["lag"]

    assert 0 == process().wait(30)  # the lease of the dead one still holds
    assert FATAL == len(receiver.requests)
    mailing.town.clock.advance(LEASE)
    assert 0 == process().wait(30)
    assert [*range(1, FATAL + 1), *range(1, LETTERS + 1)] == numbers(receiver)
    assert_told_apart(mailing, receiver, secret)


def test_killed_after_the_answer_and_before_the_record_nothing_is_lost_or_renamed(mailing, receiver, process):
    """Everything was taken and nothing was written down: the next process sends it all once more, as the same letters."""
    secret = mailing.way("light", "webhook", url=receiver.url)
    mailing.cases(LETTERS)
    assert -signal.SIGKILL == process("record").wait(30)
    assert list(range(1, LETTERS + 1)) == numbers(receiver)
    assert LETTERS == mailing.standing()["lag"]

    mailing.town.clock.advance(LEASE)
    mailing.cases(1, start=LETTERS + 1)
    assert 0 == process().wait(30)
    assert [*range(1, LETTERS + 1), *range(1, LETTERS + 2)] == numbers(receiver)
    assert_told_apart(mailing, receiver, secret)


def assert_told_apart(mailing, receiver, secret):
    """One id and one body for each number, well signed; the log knows that all were taken."""
    letters = mailing.letters()
    ids = receiver.verified(secret, mailing.town.clock.now())
    assert {letter.sequence: {letter.id} for letter in letters} == gathered(numbers(receiver), ids)
    assert {letter.sequence: {letter.body} for letter in letters} == gathered(
        numbers(receiver), [body.decode() for _, _, body in receiver.requests]
    )
    assert all(json.loads(letter.body)["id"] == letter.id for letter in letters)
    assert None not in {letter.acked_at for letter in letters}
    assert (0, 0) == (mailing.standing()["lag"], mailing.standing()["parked"])


def gathered(keys, values):
    """All the values of each key."""
    found: dict[int, set[str]] = {}
    for key, value in zip(keys, values, strict=True):
        found.setdefault(key, set()).add(value)
    return found
