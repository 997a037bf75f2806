"""
Runs many small jobs in one unit of work, and one by one if that fails: the one mechanism behind batches of
messages and group-committed HTTP writes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy.exc import SQLAlchemyError

from whistle.contracts import Event
from whistle.errors import DependencyDown, StaleVersion
from whistle.storage.database import Database
from whistle.storage.engine import translate
from whistle.storage.unit import UnitOfWork

U = TypeVar("U", bound=UnitOfWork)

RACES = 3
"""How often a lone job that lost a race for a row is run again at once."""


@dataclass(frozen=True, eq=False)
class Job(Generic[U]):
    """
    One message or request. ``run`` stages what it changes; ``failed`` may stage what is to be remembered of
    a failure (a later row, a parked message). ``about`` is the case that is loaded with those of the whole batch.
    """

    run: Callable[[U], Any]
    cause: Event[Any] | None = None
    failed: Callable[[U, Exception], None] | None = None
    about: str | None = None


@dataclass(frozen=True)
class Result:
    """What came of a job; ``error`` is None if it succeeded."""

    value: Any = None
    error: Exception | None = None


class _Spoiled(Exception):
    """A step failed after it had written directly; only a rollback can take that back."""


def run_together(
    database: Database[U],
    jobs: Sequence[Job[U]],
    *,
    prepare: Callable[[U, Sequence[Job[U]]], Sequence[Job[U]]] | None = None,
) -> dict[Job[U], Result]:
    """
    Run ``jobs`` in one transaction; results by job. Jobs that ``prepare`` leaves out (duplicates) have no
    result.

    Raises:
        DependencyDown: nothing happened (or, if the connection broke during the commit, nobody knows; inbox
            and stored answers
            make the next try safe).
    """
    try:
        return _attempt(database, jobs, prepare)
    except DependencyDown:
        raise
    except Exception as error:  # noqa: BLE001 — whatever it is, it belongs to one of the jobs
        if len(jobs) == 1:
            return _run_alone(database, jobs[0], error, prepare)
    results: dict[Job[U], Result] = {}
    for job in jobs:
        results.update(run_together(database, [job], prepare=prepare))
    return results


def _run_alone(database: Database[U], job: Job[U], error: Exception, prepare: Any) -> dict[Job[U], Result]:
    """A job that lost a race for a row runs again, on what the winner wrote; any other failure is remembered."""
    for _ in range(RACES):
        if not isinstance(error, StaleVersion):
            break
        try:
            return _attempt(database, [job], prepare)
        except DependencyDown:
            raise
        except Exception as another:  # noqa: BLE001 — the same job, the same question
            error = another
    return {job: _remember(database, job, error, prepare)}


def _attempt(database: Database[U], jobs: Sequence[Job[U]], prepare: Any) -> dict[Job[U], Result]:
    with database.write() as unit:
        todo = prepare(unit, jobs) if prepare else jobs
        return {job: _step(unit, job, alone=len(jobs) == 1) for job in todo}


def _step(unit: U, job: Job[U], *, alone: bool) -> Result:
    before, unit.wrote_directly = unit.wrote_directly, False
    try:
        with unit.step(job.cause):
            return Result(value=job.run(unit))
    except Exception as error:
        if _is_down(error):
            raise  # no job's failure: the whole batch comes again when the database is back
        if unit.wrote_directly:
            if alone:
                raise
            raise _Spoiled from error
        if job.failed:
            job.failed(unit, error)
        return Result(error=error)
    finally:
        unit.wrote_directly = unit.wrote_directly or before


def _is_down(error: Exception) -> bool:
    """Does it say that something all jobs need is down? What a handler itself could not reach is its own failure."""
    return isinstance(error, DependencyDown) or (
        isinstance(error, SQLAlchemyError) and isinstance(translate(error), DependencyDown)
    )


def _remember(database: Database[U], job: Job[U], error: Exception, prepare: Any) -> Result:
    """The lone job failed with its transaction: remember that in a transaction of its own."""
    if job.failed:
        with database.write() as unit:
            if not prepare or prepare(unit, [job]):
                job.failed(unit, error)
    return Result(error=error)
