"""
What a department has in hand, one lane for each case: within a case the letters keep their order, cases do not wait for each other.

The broker may give a letter that was not acknowledged again behind those that came after it, so that order is kept here: a
letter whose handling failed stays at the head of its lane until it succeeds or is parked.
"""

from __future__ import annotations

import bisect
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Protocol

from whistle.contracts import Event


class Session(Protocol):
    """The connection that a letter came by."""

    alive: bool
    places: int

    def widen(self) -> bool: ...
    def acknowledge(self, tag: int) -> None: ...
    def give_back(self, tag: int) -> None: ...
    def park(self, tag: int) -> None: ...


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """One message as it came. ``attempts`` counts earlier deliveries, as told by the quorum queue."""

    session: Session
    tag: int
    body: bytes
    message_id: str | None
    attempts: int


@dataclass(frozen=True, kw_only=True)
class Letter:
    """One message in hand that can be read; ``came`` in seconds of a monotonic clock."""

    delivery: Delivery
    event: Event[Any]
    came: float

    @property
    def lane(self) -> str:
        """The case; a letter without one has a lane of its own."""
        return lane_of(self.event)


def lane_of(event: Event[Any]) -> str:
    """What an event keeps its order within."""
    return event.case_no or event.id


class Lanes:
    """Letters in hand: by number within a lane, by arrival where they have none."""

    def __init__(self) -> None:
        self._lanes: dict[str, list[tuple[tuple[int, int], Letter]]] = {}
        self._due: dict[str, float] = {}
        self._arrived = 0

    def __len__(self) -> int:
        return sum(map(len, self._lanes.values()))

    def __iter__(self) -> Iterator[Letter]:
        return (letter for lane in list(self._lanes.values()) for _, letter in list(lane))

    def add(self, letter: Letter) -> None:
        """One more in hand; before those of its case that have higher numbers."""
        self._arrived += 1
        lane = self._lanes.setdefault(letter.lane, [])
        number = letter.event.sequence
        if number is None:
            number = lane[-1][0][0] if lane else 0
        bisect.insort(lane, ((number, self._arrived), letter), key=lambda entry: entry[0])

    def heads(self, now: float) -> list[Letter]:
        """The first of each lane whose pause is over, in the order of their arrival."""
        first = [lane[0] for lane in self._lanes.values()]
        first.sort(key=lambda entry: entry[0][1])
        return [letter for _, letter in first if self._due.get(letter.event.id, now) <= now]

    def postpone(self, letter: Letter, until: float) -> None:
        """Not before then, even if it goes back to the broker and comes again meanwhile."""
        self._due[letter.event.id] = until

    def finish(self, letter: Letter) -> None:
        """It is done or parked."""
        self._due.pop(letter.event.id, None)
        self.remove(letter)

    def remove(self, letter: Letter) -> None:
        """It is in hand no more."""
        left = [entry for entry in self._lanes.get(letter.lane, ()) if entry[1] is not letter]
        if left:
            self._lanes[letter.lane] = left
        else:
            self._lanes.pop(letter.lane, None)

    def drop_dead(self) -> None:
        """Forget what came by a connection that is gone: the broker gives it again."""
        for letter in self:
            if not letter.delivery.session.alive:
                self.remove(letter)

    def older_than(self, came: float) -> list[Letter]:
        """All letters of every lane that has one which came before, in order."""
        return [
            letter
            for lane in self._lanes.values()
            if any(letter.came < came for _, letter in lane)
            for _, letter in lane
        ]
