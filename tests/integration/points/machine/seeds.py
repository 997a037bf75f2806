"""
One number for each history: what hypothesis draws for it comes from random numbers that begin with its seed, so that a long run can
be continued, and any of its histories played again alone.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import contextmanager
from random import Random

from hypothesis.internal.conjecture.providers import AVAILABLE_PROVIDERS, HypothesisProvider

BACKEND = "seeded histories"


class Seeds:
    """The seeds of a run, in their order; ``last`` is that of the history that is being played."""

    def __init__(self, first):
        self.following = first

    @property
    def last(self):
        return self.following - 1

    def take(self):
        self.following += 1
        return self.last


@contextmanager
def seeded(seeds):
    """While this lasts, ``settings(backend=BACKEND)`` plays the histories of these seeds."""
    AVAILABLE_PROVIDERS[BACKEND] = _provider(seeds.take)
    try:
        yield
    finally:
        del AVAILABLE_PROVIDERS[BACKEND]


def _provider(take: Callable[[], int]) -> type[HypothesisProvider]:
    class Provider(HypothesisProvider):
        """Made anew for each history (``lifetime``)."""

        def __init__(self, data, /):
            super().__init__(data)
            self._random = Random(take())

        def draw_integer(self, min_value=None, max_value=None, *, weights=None, shrink_towards=0):
            if weights is None and min_value is not None and max_value is not None:
                return self._random.randint(min_value, max_value)
            return super().draw_integer(min_value, max_value, weights=weights, shrink_towards=shrink_towards)

    return Provider
