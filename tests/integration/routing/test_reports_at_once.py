"""Parties of one whistle that report at the same moment, on PostgreSQL, where two transactions run side by side."""

from __future__ import annotations

import dataclasses
import datetime as dt
import threading
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest

from whistle.clock import SystemClock
from whistle.contracts import DispatchReported, Report
from whistle.ids import new_id
from whistle.runtime.services import open_database, prepare
from whistle.settings import load_settings
from whistle.storage import Database, Job, run_together
from whistle_routing.domain import Dispatch
from whistle_routing.domain import Job as CaseJob
from whistle_routing.handlers import act_for_party
from whistle_routing.service import RoutingService
from whistle_routing.store import RoutingUnit
from whistle_routing.tools import Tools

NO, NOW = "26-00001-0", dt.datetime(2026, 11, 22, tzinfo=dt.UTC)


@pytest.fixture
def database(database_url: str, tmp_path: Any) -> Iterator[Database[RoutingUnit]]:
    settings = dataclasses.replace(load_settings(), database_url=database_url, data=tmp_path)
    prepare([RoutingService], settings)
    opened = open_database(RoutingService, settings, clock=SystemClock())
    yield opened
    opened.close()


def called(unit: RoutingUnit, party: str, role: Any, sequence: int) -> str:
    dispatch = Dispatch(
        id=new_id(),
        version=1,
        case_no=NO,
        district="mawei",
        party=party,
        role=role,
        state="signed",
        round=1,
        whistle=None,
        sequence=sequence,
        sent_at=NOW,
        due_at=NOW,
        changed_at=NOW,
    )
    unit.dispatches.put(dispatch)
    return dispatch.id


def test_two_reports_at_the_same_moment_finish_the_case_once(database: Database[RoutingUnit]) -> None:
    """Both transactions have read before either commits: one of them runs again, and says that the case is done."""
    with database.write() as unit:
        unit.jobs.put(
            CaseJob(
                no=NO, version=2, district="mawei", state="routed", title="-", text="-", place=None, grid=None,
                door="hotline", category=None, tags=(), filed_at=NOW, pending_since=NOW, lead="a",
            )
        )  # fmt: skip
        dispatches = [called(unit, "a", "lead", 1), called(unit, "b", "co", 1)]
    both_have_read, errors = threading.Barrier(2), []
    tools = Tools.made(load_settings(), database=database, clock=database.clock)

    def report(dispatch: str) -> None:
        def run(unit: RoutingUnit) -> None:
            done = Report(dispatch=dispatch, by="张工", text="已办")
            act_for_party(unit, dispatch, done, user="u", tools=tools)
            with suppress(threading.BrokenBarrierError):  # the second time there is nobody to wait for
                both_have_read.wait(5)

        (result,) = run_together(database, [Job(run=run)]).values()
        errors.append(result.error)
        both_have_read.abort()

    threads = [threading.Thread(target=report, args=(dispatch,)) for dispatch in dispatches]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert [None, None] == errors
    with database.read() as unit:
        job = unit.jobs.get(NO)
        states = {one.state for one in unit.dispatches_of(NO)}
        bodies = [row.body for row in unit.connection.execute(unit.kit.outbox.select())]
    assert job is not None
    assert ("done", {"reported"}) == (job.state, states)
    told = [body for body in bodies if DispatchReported.type() in body]
    assert [1, 1] == [
        sum('"case_done":true' in body for body in told),
        sum('"case_done":false' in body for body in told),
    ]
