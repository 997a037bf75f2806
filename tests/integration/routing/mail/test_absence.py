"""A department is away for three days (domain D5), on RabbitMQ and PostgreSQL."""

from __future__ import annotations

import pytest

from tests.integration.routing.mail.absence import IN_HAND, Absence, as_version_2, with_more

LETTERS = 500
FAILS = 101


@pytest.fixture
def absence(tmp_path, own_rabbit, database_url):
    made = Absence(tmp_path, rabbit=own_rabbit, database_url=database_url, letters=LETTERS)
    yield made
    made.close()


@pytest.mark.timeout(300)
def test_after_three_days_every_letter_is_there_once_and_in_order(absence):
    """
    Half is sent, the broker restarts, the rest is sent, among it what nobody can read; the client fails in between and everything
    is sent again: each letter has its effect once, without a gap in the numbers, and in their order where nothing failed.
    """
    absence.begin()
    absence.file(LETTERS // 2)
    absence.wait_for(LETTERS // 2)
    absence.smuggle(lambda event: b"{ no event")
    absence.smuggle(as_version_2)
    absence.smuggle(with_more)
    absence.rabbit.restart()
    absence.file(LETTERS // 2)
    absence.wait_for(LETTERS + 3)

    heard: list = []
    absence.listen(heard, until=LETTERS // 3, fail_at=FAILS)
    absence.listen(heard, until=LETTERS + 1)
    done = absence.replay(1)
    absence.wait_for(LETTERS)
    assert LETTERS == done.count
    absence.smuggle(lambda event: event.update(id=event["id"][:-4] + "0009"))  # the last that is heard
    absence.listen(heard, until=LETTERS + 2)

    last = heard.pop()
    (newer,) = [event for event in heard if event.id.endswith("0003") and event.sequence == 1]
    heard.remove(newer)
    assert (1, "0009") == (last.sequence, last.id[-4:])
    assert set(range(1, LETTERS + 1)) == {event.sequence for event in heard}
    # Others do not wait for one that failed, and what was in hand when the client stopped is delivered again behind what the broker
    # had not sent yet; their numbers tell. All else is in order.
    in_hand = range(LETTERS // 3 + 1, LETTERS // 3 + 1 + IN_HAND)
    flowed = [event.sequence for event in heard if event.sequence not in (FAILS, *in_hand)]
    assert sorted(flowed) == flowed
    assert [f"26-{event.sequence:05}-0" for event in heard] == [event.case_no for event in heard]
    assert LETTERS == len(heard)
    assert LETTERS == len({event.id for event in heard})
    reasons = absence.set_aside()
    assert 2 == len(reasons)
    assert any("whistle.dispatch.sent.v2" in reason for reason in reasons)
    assert 0 == absence.waiting()
