"""whistle.testing.wait_for"""

from __future__ import annotations

import itertools

import pytest

from whistle.testing import wait_for


def test_answers_with_the_first_true_value() -> None:
    """What was waited for is at hand afterwards."""
    numbers = itertools.count()

    assert 3 == wait_for(lambda: max(next(numbers) - 2, 0) and 3, timeout=5)


def test_a_condition_that_raises_is_not_true_yet() -> None:
    """A server that still refuses connections is simply not ready."""
    refusals = iter([ConnectionRefusedError("no")])

    def ask() -> str:
        for refusal in refusals:
            raise refusal
        return "ready"

    assert "ready" == wait_for(ask, timeout=5)


def test_says_what_it_waited_for_and_what_it_saw() -> None:
    """The failure names the condition, the time and the last answer; the last error is its cause."""

    def ask() -> bool:
        message = "still down"
        raise OSError(message)

    with pytest.raises(AssertionError, match=r"0\.05 s for the bus: it raised OSError") as failure:
        wait_for(ask, timeout=0.05, what="the bus")

    assert isinstance(failure.value.__cause__, OSError)


def test_asks_at_least_once() -> None:
    """Even without any time left the condition gets its chance."""
    assert "now" == wait_for(lambda: "now", timeout=0)
