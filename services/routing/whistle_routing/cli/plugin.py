"""
``whistle plugin trace``: what routing adds to the plugin commands, and where replays read from.
"""

from __future__ import annotations

import datetime as dt
from typing import Annotated

import typer

from whistle.errors import NotFound
from whistle.plugins.replay.recorded import Recordings
from whistle_routing.cli.opening import AsJson, opened, print_json, reading
from whistle_routing.deciding.recordings import read_recordings
from whistle_routing.deciding.tracing import say_trace, show_decisions


def open_recordings(district: str, since: dt.datetime | None, until: dt.datetime | None) -> Recordings:
    """
    The recorded decisions of a district by the settings of this shell (entry point ``whistle.recordings``).

    Raises:
        Misconfigured: the database is not migrated. DependencyDown: it does not answer.
    """
    with opened():
        pass  # complains of a database that is not there; each page then opens it anew
    return read_recordings(reading, district, since, until)


def trace(
    no: Annotated[str, typer.Argument(help="诉求编号 / the case's number")], as_json: AsJson = False
) -> None:
    """说明一件诉求的每次决定:谁、哪个版本、依据、为何改用后备 / explain every decision about a case."""
    with reading() as unit:
        shown = show_decisions(unit.decisions_of(no), unit.shadows_of(no))
        job = unit.jobs.get(no)
    if job is None:
        raise NotFound(f"没有诉求 {no}", f"there is no case {no}")
    if as_json:
        print_json(shown)
        return
    print(f"{no} {job.title} ({job.district})")
    for line in say_trace(shown):
        print(line)
    if not shown:
        print("尚未决定 / not decided yet")
