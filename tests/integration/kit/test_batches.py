"""Many jobs in one transaction: a bad one costs its neighbours nothing but time."""

from __future__ import annotations

import threading

import pytest
import sqlalchemy as sa

from tests.integration.kit.conftest import opened
from tests.integration.kit.parcels.store import Parcel, effects
from tests.integration.kit.stock import statements
from whistle.errors import DependencyDown, Rejected, StaleVersion
from whistle.storage import Job, run_together

BAD = {"raise": ValueError("bad"), "reject": Rejected("不", "no")}


def told(database):
    with database.read() as unit:
        return unit.told()


def job(name, *, error=None, direct=False, remembered=None):
    """Says its name, directly or staged, then fails if it is to."""

    def run(unit):
        if direct:
            unit.execute(sa.insert(effects).values(event="-", type="-", told=name))
        else:
            unit.effect(name)
        if error:
            raise error
        return name.upper()

    failed = (lambda unit, error: unit.effect(f"failed {name}")) if remembered else None
    return Job(run=run, failed=failed)


def test_a_batch_is_one_transaction(database):
    """All jobs of a good batch are committed together; each result is its own."""
    commits = []
    database.on_commit(commits.append)
    jobs = [job(str(number)) for number in range(50)]
    with statements(database.engine) as seen:
        results = run_together(database, jobs)

    assert [str(number) for number in range(50)] == told(database)
    assert [str(number) for number in range(50)] == [results[one].value for one in jobs]
    assert (1, 1) == (len(commits), len(seen))


@pytest.mark.parametrize("error", BAD.values(), ids=BAD)
def test_a_failed_job_is_remembered_and_the_others_go_on(database, error):
    """What a job staged before it failed is gone; what is to be remembered of it is there; one transaction."""
    commits = []
    database.on_commit(commits.append)
    jobs = [job("a"), job("b", error=error, remembered=True), job("c")]
    results = run_together(database, jobs)

    assert ["a", "failed b", "c"] == told(database)
    assert [None, error, None] == [results[one].error for one in jobs]
    assert 1 == len(commits)


def test_a_failed_job_that_wrote_directly_is_rolled_back_and_the_rest_done_one_by_one(database):
    """Only a rollback takes a direct write back, so the batch starts again, each job alone."""
    jobs = [job("a"), job("b", error=ValueError("bad"), direct=True, remembered=True), job("c", direct=True)]
    results = run_together(database, jobs)

    assert ["a", "failed b", "c"] == told(database)
    assert [True, False, True] == [results[one].error is None for one in jobs]


def test_a_direct_write_of_a_good_job_does_not_spoil_a_bad_neighbour(database):
    """Who has written directly and succeeded stays in the batch when a neighbour fails."""
    commits = []
    database.on_commit(commits.append)
    run_together(database, [job("a", direct=True), job("b", error=ValueError("bad")), job("c")])

    assert ["a", "c"] == told(database)
    assert 1 == len(commits)


def test_a_conflict_when_writing_costs_only_the_job_that_has_it(database):
    """One stale row at the end of the batch: everyone is tried alone, and only the stale one fails."""
    with database.write() as unit:
        unit.weigh("taken", 1)
    stale = Job(
        run=lambda unit: unit.parcels.put(Parcel(no="taken", version=1, weight=5)),
        failed=lambda unit, error: unit.effect(f"remembered {type(error).__name__}"),
    )
    jobs = [job("a"), stale, job("c")]
    results = run_together(database, jobs)

    assert ["a", "remembered StaleVersion", "c"] == told(database)
    assert isinstance(results[stale].error, StaleVersion)


def test_what_the_database_will_not_take_costs_only_the_job_that_has_it(postgres_database):
    """A text with NUL is refused by PostgreSQL at the very end: its neighbours are committed all the same."""
    jobs = [job("a"), job("nul\0", remembered=False), job("c")]
    results = run_together(postgres_database, jobs)

    assert ["a", "c"] == told(postgres_database)
    assert [True, False, True] == [results[one].error is None for one in jobs]


@pytest.mark.parametrize("direct", [False, True])
def test_a_dependency_that_is_down_stops_the_batch_without_a_trace(database, direct):
    """Nobody is to blame, so nothing is written and nothing remembered: the whole batch comes again."""
    down = DependencyDown("不在", "away")
    with pytest.raises(DependencyDown):
        run_together(database, [job("a"), job("b", error=down, direct=direct, remembered=True), job("c")])

    assert [] == told(database)


def test_jobs_left_out_by_prepare_have_no_result(database):
    """Duplicates are not run and have no result."""
    jobs = [job("a"), job("b"), job("c")]
    results = run_together(
        database, jobs, prepare=lambda unit, todo: [one for one in todo if one is not jobs[1]]
    )

    assert {jobs[0], jobs[2]} == set(results)
    assert ["a", "c"] == told(database)


def test_writers_on_sqlite_wait_for_each_other(tmp_path, clock):
    """Many threads write to one SQLite file at once: each waits for its turn, none sees 'database is locked'."""
    database = next(opened(f"sqlite:///{tmp_path}/busy.db", clock))
    start = threading.Barrier(8)

    def write(name):
        start.wait()
        for number in range(20):
            with database.write() as unit:
                unit.weigh("shared", 1)
                unit.effect(f"{name}-{number}")

    threads = [threading.Thread(target=write, args=(name,)) for name in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert 160 == len(told(database))
    with database.read() as unit:
        assert (160, 160) == (unit.parcels.get("shared").version, unit.parcels.get("shared").weight)
    database.close()
