"""The states of a case: what people may do, and what parties tell."""

from __future__ import annotations

import pytest

from tests.unit.intake.made import case
from whistle_intake.domain import COMMANDS, PHASES, PROGRESS, STATES, forward, next_state, title_of

ORDER = ["filed", "assigned", "handling", "resolved", "answered", "closed"]


@pytest.mark.parametrize(
    ("state", "command", "expected"),
    [
        ("filed", "answer", None),
        ("filed", "accept", None),
        ("filed", "refuse", None),
        ("assigned", "answer", None),
        ("assigned", "accept", None),
        ("assigned", "refuse", None),
        ("handling", "answer", None),
        ("handling", "accept", None),
        ("handling", "refuse", None),
        ("resolved", "answer", "answered"),
        ("resolved", "accept", None),
        ("resolved", "refuse", None),
        ("answered", "answer", "answered"),
        ("answered", "accept", "closed"),
        ("answered", "refuse", "reopened"),
        ("answered", "lapse", "closed"),
        ("reopened", "lapse", None),
        ("resolved", "lapse", None),
        ("closed", "lapse", None),
        ("closed", "answer", None),
        ("closed", "accept", None),
        ("closed", "refuse", None),
        ("reopened", "answer", None),
        ("reopened", "accept", None),
        ("reopened", "refuse", None),
    ],
)
def test_a_command_leads_where_the_table_says_or_nowhere(state, command, expected):
    """Answering and rating are allowed in few states; everything else is refused."""
    assert expected == next_state(case(state=state), command)


def test_every_command_of_the_table_is_in_the_test_above():
    """A new row of the table needs a new row of the test."""
    assert {
        ("resolved", "answer"),
        ("answered", "answer"),
        ("answered", "accept"),
        ("answered", "refuse"),
        ("answered", "lapse"),
    } == set(COMMANDS)


@pytest.mark.parametrize("before", ORDER)
@pytest.mark.parametrize("told", ORDER)
def test_what_parties_tell_never_moves_a_case_back(before, told):
    """Messages arrive late and in any order; the case stays at the furthest of them."""
    assert max(before, told, key=ORDER.index) == forward(case(state=before), told).state


@pytest.mark.parametrize("told", ORDER[1:])
def test_a_reopened_case_begins_anew(told):
    """After a reopening the first step of the new round counts."""
    assert told == forward(case(state="reopened"), told).state


def test_every_state_has_words_a_phase_and_a_place():
    """What pages show of a state is there for each of them."""
    assert set(PROGRESS) == set(STATES) == set(PHASES)


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("路灯不亮。已经三天了", "路灯不亮"),
        ("路灯不亮!谁管?", "路灯不亮"),
        ("路灯不亮\n三天了", "路灯不亮"),
        ("  路灯不亮  ", "路灯不亮"),
        ("。", "。"),
        ("很" * 41, "很" * 39 + "…"),
        ("很" * 40, "很" * 40),
    ],
)
def test_a_case_without_a_title_is_called_by_its_first_sentence(text, title):
    """At most forty characters, cut with an ellipsis."""
    assert title == title_of(text)
