"""What is true of dispatches, clocks and calls: the tables, row by row."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.integration.routing.town import DESK, NOON, decision
from whistle_routing import domain
from whistle_routing.domain import Dispatch, Job

HOUR = dt.timedelta(hours=1)
STATES = ("sent", "signed", "arrived", "reported", "returned")
VERBS = ("sign", "arrive", "progress", "report", "return", "extend", "")
ALLOWED = {
    ("sent", "sign"): "signed",
    ("sent", "return"): "returned",
    ("signed", "arrive"): "arrived",
    ("signed", "progress"): "signed",
    ("signed", "report"): "reported",
    ("signed", "return"): "returned",
    ("arrived", "progress"): "arrived",
    ("arrived", "report"): "reported",
}


def dispatch(party="light", role="lead", state="sent", *, round_=1, ident="d"):
    return Dispatch(
        id=ident,
        version=3,
        case_no="26-00001-1",
        district="mawei",
        party=party,
        role=role,
        state=state,
        round=round_,
        whistle=None,
        sequence=1,
        sent_at=NOON,
        due_at=NOON + 10 * HOUR,
        changed_at=NOON,
    )


def job(**changes):
    values = {
        "no": "26-00001-1",
        "version": 1,
        "district": "mawei",
        "state": "pending",
        "title": "t",
        "text": "t",
        "place": None,
        "grid": None,
        "door": "hotline",
        "category": None,
        "tags": (),
        "filed_at": NOON,
        "pending_since": NOON,
    }
    return Job(**{**values, **changes})


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("state", STATES)
def test_what_a_party_may_do_in_which_state(state, verb):
    """Every state with every verb: where it leads, or that it is refused (S0-16: nothing is reported that nobody signed)."""
    before = dispatch(state=state)
    after = domain.act(before, verb, by="张工", now=NOON + HOUR)
    expected = ALLOWED.get((state, verb))
    if expected is None:
        assert after is None
    else:
        assert replace(before, state=expected, by="张工", changed_at=NOON + HOUR, version=4) == after


def test_every_state_and_verb_has_words():
    """A refusal can be told of each."""
    assert {*STATES, *(verb for _, verb in ALLOWED)} <= domain.WORDS.keys()


@pytest.mark.parametrize(
    ("state", "open_"),
    [("sent", True), ("signed", True), ("arrived", True), ("reported", False), ("returned", False)],
)
def test_who_still_has_to_act(state, open_):
    """Sent, signed, arrived."""
    assert open_ is dispatch(state=state).open


# --- who is done, who is called ---------------------------------------------------------------------------------------------

LEAD, CO = ("light", "lead"), ("water", "co")
DONE = [
    ([], False),
    ([(*LEAD, "sent")], False),
    ([(*LEAD, "reported")], True),
    ([(*LEAD, "reported"), (*CO, "arrived")], False),
    ([(*LEAD, "signed"), (*CO, "reported")], False),
    ([(*LEAD, "reported"), (*CO, "reported")], True),
    ([(*LEAD, "reported"), (*CO, "returned")], True),
    ([(*LEAD, "returned"), (*CO, "reported")], False),
    ([(*LEAD, "returned")], False),
    ([(*LEAD, "returned"), (*CO, "reported"), ("park", "lead", "reported")], True),
]


@pytest.mark.parametrize(("rows", "done"), DONE)
def test_when_everyone_has_reported(rows, done):
    """All who were called in this round and did not return it, with a lead among them."""
    old = dispatch("old", "lead", "sent", round_=1)
    current = [dispatch(*row, round_=2) for row in rows]
    assert done is domain.all_reported([old, *current], 2)


CALLS = {
    "a fresh case": (decision("light"), [], (), [LEAD], None),
    "a fresh whistle": (decision("light", "water"), [], (), [LEAD, CO], None),
    "the lead gave it back": (decision("park"), [(*LEAD, "returned")], ("light",), [("park", "lead")], None),
    "who gave it back is not asked again": (
        decision("light"),
        [(*LEAD, "returned")],
        ("light",),
        [(DESK, "lead")],
        None,
    ),
    "who is at work is not called again": (
        decision("park", "water"),
        [(*LEAD, "returned"), (*CO, "signed")],
        ("light",),
        [("park", "lead")],
        None,
    ),
    "a co-handler at work becomes the lead": (
        decision("water"),
        [(*LEAD, "returned"), (*CO, "signed")],
        ("light",),
        [],
        "water",
    ),
    "a co-handler at work leads, another joins": (
        decision("water", "park"),
        [(*LEAD, "returned"), (*CO, "sent")],
        ("light",),
        [("park", "co")],
        "water",
    ),
    "a co-handler that has reported is called to lead": (
        decision("water"),
        [(*LEAD, "returned"), (*CO, "reported")],
        ("light",),
        [("water", "lead")],
        None,
    ),
    "the duty desk is at work and becomes the lead": (
        decision("light"),
        [(*LEAD, "returned"), (DESK, "co", "sent")],
        ("light",),
        [],
        DESK,
    ),
    "the lead returned and only others are new": (
        decision("light", "park"),
        [(*LEAD, "returned")],
        ("light",),
        [(DESK, "lead"), ("park", "co")],
        None,
    ),
    "everybody else has reported": (
        decision("light", "water"),
        [(*LEAD, "reported"), (*CO, "returned")],
        ("water",),
        [(DESK, "lead")],
        None,
    ),
    "the duty desk gave it back and gets it again": (
        decision(DESK),
        [(DESK, "lead", "returned")],
        (DESK,),
        [(DESK, "lead")],
        None,
    ),
}


@pytest.mark.parametrize(("decided", "rows", "returned_by", "new", "promoted"), CALLS.values(), ids=CALLS)
def test_whom_a_decision_calls(decided, rows, returned_by, new, promoted):
    """Nobody twice, nobody who gave it back, and always somebody who leads."""
    current = [dispatch(*row, ident=f"d{number}") for number, row in enumerate(rows)]
    called = domain.call(decided, job(returned_by=returned_by), current, duty_desk=DESK)
    assert new == list(called.new)
    assert promoted == (called.promoted.party if called.promoted else None)
    assert called.promoted is None or called.promoted.role == "lead"


PARTY = st.sampled_from(["desk", "light", "water", "park"])
ROWS = st.lists(
    st.tuples(PARTY, st.sampled_from(["lead", "co"]), st.sampled_from(STATES)),
    max_size=4,
    unique_by=lambda row: row[0],
)


@given(PARTY, st.lists(PARTY, max_size=3, unique=True), ROWS)
def test_afterwards_somebody_leads_somebody_is_at_work_and_nobody_is_called_twice(lead, co, rows):
    """For any decision upon any situation."""
    decided = decision(lead, *[party for party in co if party != lead])
    current = [dispatch(*row, ident=f"d{number}") for number, row in enumerate(rows)]
    returned = tuple(one.party for one in current if one.state == "returned")
    called = domain.call(decided, job(returned_by=returned), current, duty_desk=DESK)
    after = [called.promoted if called.promoted and one.id == called.promoted.id else one for one in current]
    after += [dispatch(party, role, ident=f"n{number}") for number, (party, role) in enumerate(called.new)]

    at_work = [one.party for one in after if one.open]
    assert at_work
    assert len(at_work) == len(set(at_work))
    assert any(one.role == "lead" for one in after if one.state != "returned")
    assert not {party for party, _ in called.new} & (set(returned) - {DESK})
