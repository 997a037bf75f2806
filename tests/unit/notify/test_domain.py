"""Who hears what, what can become of a notice, what a person does instead: the tables row by row."""

from __future__ import annotations

import datetime as dt

import pytest

from whistle.contracts import (
    CaseAnswered,
    CaseClosed,
    CaseFiled,
    CaseRated,
    CaseReopened,
    CaseResolved,
    ClockOverdue,
    ClockWarned,
    DispatchSent,
    Message,
    PointsEarned,
    SittingDue,
    WhistleBlown,
    WhistleRequested,
)
from whistle_notify import domain
from whistle_notify.domain import BY_NAME, PURPOSES, TRANSITIONS

NOON = dt.datetime(2026, 3, 1, 4, 0, tzinfo=dt.UTC)


def example(message: type[Message], **changes):
    return message.from_wire({**message.example, **changes})


@pytest.mark.parametrize(
    ("message", "purposes"),
    [
        (example(CaseFiled), ["receipt"]),
        (example(DispatchSent), ["assignment"]),
        (example(DispatchSent, role="co"), []),
        (example(CaseResolved), ["to-answer"]),
        (example(CaseAnswered), ["answer"]),
        (example(CaseRated, rating="very_satisfied"), []),
        (example(CaseRated, rating="basically_satisfied"), []),
        (example(CaseRated, rating="dissatisfied"), ["call-back"]),
        (example(CaseRated, rating="very_dissatisfied"), ["call-back"]),
        (example(CaseReopened), ["reopened"]),
        (example(CaseClosed), ["done"]),
        (example(ClockWarned), ["warned"]),
        (example(ClockOverdue), ["overdue", "overdue-staff"]),
        (example(ClockWarned, kind="approve", party="street"), ["approval-due"]),
        (example(ClockOverdue, kind="approve", party="street"), ["overdue-staff"]),
        (example(PointsEarned), ["earned"]),
        (example(WhistleBlown), ["whistle"]),
        (example(WhistleRequested), ["to-approve"]),
        (example(SittingDue), ["sitting-due"]),
    ],
    ids=lambda value: value.name if isinstance(value, Message) else "+".join(value) or "nothing",
)
def test_what_is_told_about_each_event(message, purposes):
    """Each row of the table, and the ratings that make no call-back."""
    assert purposes == [purpose.name for purpose in domain.purposes_of(message, imported=False)]


def test_nobody_waits_for_news_of_an_old_ledgers_filing():
    """Imported cases get neither receipt nor assignment; whatever happens to them later is told."""
    silent = [purpose.name for purpose in PURPOSES if not domain.purposes_of(_any(purpose), imported=True)]

    assert ["receipt", "assignment"] == silent


def _any(purpose):
    low = {"rating": "dissatisfied"} if purpose.message is CaseRated else {}
    low |= {"kind": "approve"} if purpose.name == "approval-due" else {}
    return example(purpose.message, **low)


@pytest.mark.parametrize(
    ("purpose", "recipient"),
    [
        ("receipt", "case:26-00001-2"),
        ("warned", "party:mawei/power-bureau"),
        ("earned", "member:mawei/m-0007"),
        ("whistle", "staff:mawei/worker"),
        ("call-back", "staff:mawei/street"),
    ],
)
def test_who_is_told(purpose, recipient):
    """One text per person, so that one fact reaches one person once."""
    rule = BY_NAME[purpose]

    assert recipient == domain.recipient_of(rule, _any(rule), district="mawei", case_no="26-00001-2")


@pytest.mark.parametrize("purpose", PURPOSES, ids=lambda purpose: purpose.name)
def test_facts_are_json_and_nobodys_contact(purpose):
    """What is stored beside a notice: the named fields, times as text, lists instead of tuples."""
    facts = domain.facts_of(purpose, _any(purpose))

    assert set(purpose.facts) == set(facts)
    assert all(isinstance(value, str | int | list | None) for value in facts.values())
    assert "contact" not in facts


@pytest.mark.parametrize(
    ("state", "step", "after"),
    [
        ("planned", "take", "queued"),
        ("attempted", "take", "queued"),
        ("queued", "take", "queued"),
        ("queued", "deliver", "delivered"),
        ("queued", "retry", "attempted"),
        ("queued", "release", "planned"),
        ("queued", "fail", "failed"),
        ("queued", "skip", "skipped"),
        ("queued", "hand_over", "handed_over"),
        ("handed_over", "tick", "delivered"),
        ("handed_over", "give_up", "failed"),
        ("failed", "tick", "delivered"),
        ("failed", "give_up", "failed"),
    ],
)
def test_each_step_of_a_notice(state, step, after):
    """The transition table, row by row."""
    assert after == domain.after(state, step)


def test_every_other_step_is_refused():
    """What is not in the table cannot happen; what is delivered or skipped stays so."""
    states = {state for state, _ in TRANSITIONS} | set(TRANSITIONS.values())
    steps = {step for _, step in TRANSITIONS}
    refused = {(state, step) for state in states for step in steps} - set(TRANSITIONS)

    assert {(state, step) for state in ("delivered", "skipped") for step in steps} < refused
    for state, step in refused:
        with pytest.raises(ValueError, match="cannot"):
            domain.after(state, step)


def test_pauses_grow_and_end():
    """As many tries as pauses, and one more."""
    pauses = [5.0, 30.0]

    assert [5.0, 30.0, None] == [
        pause.total_seconds() if pause else None
        for pause in (domain.pause_after(attempts, pauses) for attempts in (1, 2, 3))
    ]


@pytest.mark.parametrize(
    ("contact", "said", "way"),
    [
        ({"phone": "13812345678"}, None, "hotline"),
        ({}, None, "home_visit"),
        ({"phone": "13812345678"}, "home_visit", "home_visit"),
        ({}, "letter", "letter"),
        ({"phone": "13812345678"}, "platform", "hotline"),
        ({}, "platform", "home_visit"),
    ],
)
def test_how_a_person_reaches_a_resident(contact, said, way):
    """The way that the answer names; where it names the platform, which has nobody to tell, by phone or at the door."""
    assert way == domain.way_to(contact, said=said)


@pytest.mark.parametrize(
    ("kind", "hours"),
    [
        ("hotline", 24),
        ("on_site", 48),
        ("platform", 48),
        ("home_visit", 72),
        ("letter", 120),
        ("meeting", 240),
    ],
)
def test_until_when_a_task_is_due(kind, hours):
    """Each of the six ways has its time."""
    assert NOON + dt.timedelta(hours=hours) == domain.due_at(kind, NOON)
