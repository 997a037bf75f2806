"""
Frozen evaluations of grids: nobody changed one.
"""

from __future__ import annotations

from collections.abc import Iterator

from whistle.storage import UnitOfWork
from whistle_points.domain.grids import evaluation_hash
from whistle_points.store.gridding import all_evaluations


def evaluations_unchanged(unit: UnitOfWork) -> Iterator[str]:
    """What was frozen gives its hash."""
    for one in all_evaluations(unit):
        if evaluation_hash(one) != one.hash:
            yield f"grid evaluation {one.id}: its content does not give its hash"
