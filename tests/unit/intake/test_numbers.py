"""Serial numbers are taken in blocks; none is ever given out twice."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, cast

import pytest

from whistle_intake.store import IntakeUnit
from whistle_intake.tools import BLOCK, Numbers


@dataclass
class Unit:
    """As much of a unit of work as numbers need."""

    counter: Any
    serials: list[int] = field(default_factory=list)
    after_commit: list[Callable[[], object]] = field(default_factory=list)

    def reserve_serials(self, count: int) -> list[int]:
        return [next(self.counter) for _ in range(count)]

    def commit(self) -> None:
        for done in self.after_commit:
            done()


@pytest.mark.parametrize("filings", [1, BLOCK - 1, BLOCK, BLOCK + 1, 3 * BLOCK + 7])
def test_units_that_need_parts_of_blocks_or_several_get_every_number_once(filings: int) -> None:
    """However many cases a unit of work files, and wherever a block ends within it, all numbers differ."""
    numbers, counter, taken = Numbers(), itertools.count(1), []
    for _ in range(10):
        unit = Unit(counter)
        taken += [numbers.take(cast("IntakeUnit", unit)) for _ in range(filings)]
        unit.commit()
    assert sorted(set(taken)) == sorted(taken)


def test_a_rollback_leaves_a_gap_and_no_number_twice() -> None:
    """Numbers of a unit of work that was rolled back are not given to anybody."""
    numbers, counter = Numbers(), itertools.count(1)
    rolled_back = numbers.take(cast("IntakeUnit", Unit(counter)))
    assert BLOCK + 1 == numbers.take(cast("IntakeUnit", Unit(counter))) != rolled_back
