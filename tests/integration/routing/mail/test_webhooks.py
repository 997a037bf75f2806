"""Webhooks: signed, in order, tried for a day, parked, replayed, ended by 410; on both databases."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.integration.routing.town import DISTRICT
from whistle.contracts.parties import Way
from whistle.errors import Invalid, NotFound
from whistle_routing.domain.mail import PAUSES, Filter
from whistle_routing.handlers import mail
from whistle_routing.store.mail_tables import letters

LONG = dt.timedelta(hours=25)


def test_every_letter_is_signed_and_comes_in_order(mailing, receiver):
    """Numbers without gaps, ids of the events, a signature that the secret checks; what is taken is in the ledger."""
    secret = mailing.way("light", "webhook", url=receiver.url)
    mailing.cases(5)
    mailing.deliver()
    assert [1, 2, 3, 4, 5] == receiver.taken
    assert [letter.id for letter in mailing.letters()] == receiver.verified(secret, mailing.town.clock.now())
    assert {mailing.town.clock.now()} == {letter.acked_at for letter in mailing.letters()}
    standing = mailing.standing()
    assert ("webhook", 5, 0, 0) == tuple(standing[name] for name in ("way", "sequence", "lag", "parked"))
    assert [] == mailing.town.said(to="light")  # nothing on a queue that nobody reads


def test_a_party_that_is_down_does_not_overtake_itself(mailing, receiver):
    """The first letter is tried with growing pauses; no later one before it; when the party is back all come in order."""
    mailing.way("light", "webhook", url=receiver.url)
    mailing.cases(3)
    receiver.answer = lambda number: 503
    for pause in PAUSES[:4]:
        mailing.deliver()
        mailing.deliver()  # not due yet: nothing
        mailing.town.clock.advance(dt.timedelta(seconds=pause))
    assert [1] * 4 == [number for number, _, _ in receiver.requests]
    assert (3, 4) == (mailing.standing()["lag"], mailing.standing()["attempts"])
    receiver.answer = lambda number: 200
    mailing.deliver()
    assert [1, 2, 3] == receiver.taken
    assert (0, None) == (mailing.standing()["lag"], mailing.standing()["error"])


def test_after_a_day_a_letter_is_parked_seen_and_sent_again(mailing, receiver):
    """Nine tries over 24 hours; then the others flow, and a replay brings the parked one too."""
    mailing.way("light", "webhook", url=receiver.url)
    mailing.cases(2)
    receiver.answer = lambda number: 500 if number == 1 else 200
    began = mailing.town.clock.now()
    for pause in (*PAUSES, 0.0):
        mailing.deliver()
        mailing.town.clock.advance(dt.timedelta(seconds=pause))
    assert dt.timedelta(hours=24) == mailing.town.clock.now() - began
    assert [1] * 9 + [2] == [number for number, _, _ in receiver.requests]
    assert (0, 1) == (mailing.standing()["lag"], mailing.standing()["parked"])
    with mailing.town.database.read() as unit:
        assert [(1, "HTTP 500")] == [
            (row["sequence"], row["reason"]) for row in unit.mail.parked_of(DISTRICT, "light")
        ]

    receiver.answer = lambda number: 200
    with mailing.town.database.write() as unit:
        done = mail.replay(unit, DISTRICT, "light", way="webhook", start=None)
    assert (1, 2, 2) == (done.first, done.last, done.count)
    mailing.deliver()
    assert [2, 1, 2] == receiver.taken
    assert 0 == mailing.standing()["parked"]


def test_a_letter_that_is_refused_for_itself_is_parked_soon(mailing, receiver):
    """422 means this letter, not the party: after three tries the others flow."""
    mailing.way("light", "webhook", url=receiver.url)
    mailing.cases(2)
    receiver.answer = lambda number: 422 if number == 1 else 200
    for pause in (5, 30, 0):
        mailing.deliver()
        mailing.town.clock.advance(dt.timedelta(seconds=pause))
    assert ([2], 1) == (receiver.taken, mailing.standing()["parked"])


def test_410_ends_the_subscription(mailing, receiver):
    """The party is on the pages from then on, with the reason, and nobody calls it again."""
    mailing.way("light", "webhook", url=receiver.url)
    mailing.cases(1)
    receiver.answer = lambda number: 410
    mailing.deliver()
    mailing.town.clock.advance(LONG)
    mailing.cases(1, start=2)
    mailing.deliver()
    assert 1 == len(receiver.requests)
    with mailing.town.database.read() as unit:
        first, second = unit.mail.reaches_of(DISTRICT, "light")
    assert ("webhook", "pages", "410 Gone", None) == (first.way, second.way, second.why, second.end)
    assert first.end == second.start


def test_while_a_secret_is_changed_both_sign(mailing, receiver):
    """The old one for a day beside the new one, then no more."""
    old = mailing.way("light", "webhook", url=receiver.url)
    with mailing.town.database.write() as unit:
        new = mail.rotate(unit, DISTRICT, "light", keys=mailing.office.keys)
    mailing.cases(1)
    mailing.deliver()
    now = mailing.town.clock.now()
    assert 1 == len(receiver.verified(old, now)) == len(receiver.verified(new, now))
    mailing.town.clock.advance(LONG)
    mailing.cases(1, start=2)
    mailing.deliver()
    (_, headers, _) = receiver.requests[-1]
    assert 1 == len(headers["webhook-signature"].split(" "))


def test_replay_begins_at_a_number_or_a_time(mailing, receiver):
    """The same letters byte for byte; from where there is none, a clear word."""
    mailing.way("light", "webhook", url=receiver.url)
    mailing.cases(2)
    mailing.town.clock.advance(dt.timedelta(hours=1))
    later = mailing.town.clock.now()
    mailing.cases(2, start=3)
    mailing.deliver()
    for start in (3, later):
        with mailing.town.database.write() as unit:
            mail.replay(unit, DISTRICT, "light", way="webhook", start=start)
        mailing.deliver()
    assert [1, 2, 3, 4, 3, 4, 3, 4] == receiver.taken
    bodies = [body for number, _, body in receiver.requests if number == 3]
    assert 1 == len(set(bodies))
    with mailing.town.database.write() as unit, pytest.raises(NotFound):
        mail.replay(unit, DISTRICT, "light", way="webhook", start=5)


def test_a_filter_leaves_no_gap(mailing, receiver):
    """Two classes of cases, one wanted: numbers count what is sent, and the dispatches are there all the same."""
    mailing.way("light", "webhook", url=receiver.url, classes=("immediate",))
    mailing.cases(2)  # of class commitment
    mailing.way("light", "webhook", url=receiver.url, classes=("commitment",), levels=("daily",))
    mailing.cases(3, start=3)
    mailing.deliver()
    assert [1, 2, 3] == receiver.taken
    assert 5 == len([one for one in mailing.town.everything()[1] if one.party == "light"])
    with mailing.town.database.read() as unit:
        assert ("commitment",) == unit.mail.reach_of(DISTRICT, "light").filter.classes


def test_wishes_that_cannot_be_granted_change_nothing(mailing):
    """A webhook without URL, an address with a password, a word that no filter knows."""
    wishes: tuple[tuple[Way, str | None, Filter], ...] = (
        ("webhook", None, Filter()),
        ("pages", "https://a.example/", Filter()),
        ("webhook", "https://a:b@a.example/", Filter()),
        ("pages", None, Filter(messages=("dispatch.lost",))),
    )
    for way, url, wanted in wishes:
        wish = mail.Wish(district=DISTRICT, party="light", way=way, url=url, filter=wanted, by="t")
        with pytest.raises(Invalid), mailing.town.database.write() as unit:
            mail.set_way(unit, wish, keys=mailing.office.keys, guard=mailing.office.guard)
    assert ("amqp", None) == (mailing.standing()["way"], mailing.standing()["since"])


def test_a_replay_during_a_delivery_wins(mailing, receiver):
    """What the running round would write down is dropped; letters come again rather than not at all."""
    mailing.way("light", "webhook", url=receiver.url)
    mailing.cases(2)

    def answer(number):
        if number == 2 and len(receiver.requests) < 2:
            with mailing.town.database.write() as unit:
                mail.replay(unit, DISTRICT, "light", way="webhook", start=1)
        return 200

    receiver.answer = answer
    mailing.deliver()
    assert [1, 2, 1, 2] == receiver.taken
    assert 0 == mailing.standing()["lag"]


def test_a_number_that_is_missing_is_told(mailing):
    """By what verify asks: one gone from the middle, one from the end; a complete log is not mentioned."""
    mailing.cases(4)
    with mailing.town.database.read() as unit:
        assert [] == [line for line in unit.differences() if "mawei/light" in line]
    for number in (2, 4):
        with mailing.town.database.write() as unit:
            unit.execute(letters.delete().where(letters.c.sequence == number))
        with mailing.town.database.read() as unit:
            assert 1 == len([line for line in unit.differences() if "mawei/light" in line])
        with mailing.town.database.write() as unit:  # as if it had never been given
            unit.execute(letters.delete().where(letters.c.sequence < number))
