"""``whistle dead``: parked messages one by one, and many at once."""

from __future__ import annotations

import json
import os
import pty
import subprocess
from pathlib import Path

import pytest
from typer.testing import CliRunner

from whistle import inbox
from whistle.cli.dead import dead
from whistle.clock import SystemClock
from whistle.errors import Misconfigured, NotAllowedNow, NotFound
from whistle.ids import new_id
from whistle.runtime.services import installed_services, open_database, prepare
from whistle.settings import load_settings
from whistle.testing.platform.part import WHISTLE

PARKED = [
    ("intake", "intake.events", "whistle.dispatch.sent.v1", "attempts"),
    ("intake", "intake.events", "whistle.dispatch.signed.v1", "attempts"),
    ("routing", "routing.events", "whistle.case.filed.v1", "attempts"),
    ("routing", "routing.events", None, "poison"),
    ("routing", "routing.actions", "whistle.sign.v1", "poison"),
]


class Desk:
    """Databases with a few parked messages, and the command."""

    def __init__(self, folder: Path) -> None:
        self.env = {"WHISTLE_DATA": str(folder), "WHISTLE_BUS_URL": "memory://"}
        settings = load_settings()
        services = installed_services()
        prepare(services, settings)
        self.databases = {one.name: open_database(one, settings) for one in services}
        self.ids = [self._park(*one) for one in PARKED]

    def _park(self, service: str, consumer: str, type_: str | None, reason: str) -> str:
        row = inbox.park_row(
            id=new_id(),
            consumer=consumer,
            message_id=new_id(),
            type=type_,
            case_no=None,
            body="{}",
            headers={},
            reason=reason,
            error="E: broken",
            attempts=3,
            parked_at=SystemClock().now(),
        )
        with self.databases[service].write() as unit:
            unit.add(unit.kit.dead_letters, row)
        return str(row["id"])

    def __call__(self, *arguments: str) -> str:
        """The command's output. Raises what it raises."""
        done = CliRunner().invoke(dead, list(arguments), env=self.env, catch_exceptions=False)
        assert 0 == done.exit_code, done.output
        return done.stdout

    def states(self) -> list[str]:
        rows = {row["id"]: row for row in json.loads(self("list", "--all", "--json"))}
        return [rows[one]["state"] for one in self.ids]

    def close(self) -> None:
        for database in self.databases.values():
            database.close()


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("WHISTLE_DATA", str(tmp_path))
    made = Desk(tmp_path)
    yield made
    made.close()


@pytest.mark.parametrize(
    ("filters", "meant"),
    [
        ([], [0, 1, 2, 3, 4]),
        (["--service", "routing"], [2, 3, 4]),
        (["--consumer", "routing.events"], [2, 3]),
        (["--type", "case.filed"], [2]),
        (["--type", "whistle.dispatch.sent.v1"], [0]),
        (["--type", "dispatch.signed.v1", "--service", "intake"], [1]),
        (["--type", "unreadable"], [3]),
        (["--reason", "poison", "--consumer", "routing.actions"], [4]),
        (["--service", "points"], []),
    ],
)
def test_all_that_fit_are_dropped_and_no_others(desk: Desk, filters: list[str], meant: list[int]) -> None:
    """Every filter narrows; what does not fit stays parked."""
    assert f"{len(meant)} dropped" in desk("drop", "--all", "--yes", "--by", "王主任", *filters)
    assert ["dropped" if number in meant else "parked" for number in range(5)] == desk.states()
    rows = json.loads(desk("list", "--all", "--json"))
    assert {"王主任"} | {None} >= {row["state_by"] for row in rows}


def test_all_that_fit_are_replayed_to_their_consumers(desk: Desk) -> None:
    """Each goes to the queue of whoever parked it, once; a second replay finds nothing."""
    assert "2 will be delivered again" in desk("replay", "--all", "--service", "intake", "--yes")
    assert ["replayed", "replayed", "parked", "parked", "parked"] == desk.states()
    with desk.databases["intake"].read() as unit:
        rows = unit.connection.execute(unit.kit.outbox.select()).all()
    assert ["intake.events"] * 2 == [row.routing_key for row in rows]
    assert "0 will be delivered again" in desk("replay", "--all", "--service", "intake", "--yes")


def test_one_is_named_by_its_id(desk: Desk) -> None:
    """Dropped once; a second time, and a stranger's id, are refused."""
    assert "1 dropped" in desk("drop", desk.ids[2])
    assert ["parked", "parked", "dropped", "parked", "parked"] == desk.states()
    assert desk.ids[2] == json.loads(desk("show", desk.ids[2]))["id"]
    with pytest.raises(NotAllowedNow):
        desk("replay", desk.ids[2])
    with pytest.raises(NotFound):
        desk("drop", "nobody")


@pytest.mark.parametrize(
    "arguments", [[], ["x", "--all"], ["x", "--type", "case.filed"], ["--service", "intake"]]
)
def test_what_is_meant_must_be_clear(desk: Desk, arguments: list[str]) -> None:
    """Neither one nor all, or both: refused, nothing is touched."""
    for command in ("replay", "drop"):
        with pytest.raises(Misconfigured):
            desk(command, *arguments, "--yes")
    assert ["parked"] * 5 == desk.states()


def test_many_at_once_are_asked_for(desk: Desk) -> None:
    """Off a terminal --yes is needed; on one there is a question, and no means no."""
    with pytest.raises(Misconfigured, match="--yes"):
        desk("drop", "--all")
    ours, theirs = pty.openpty()
    os.write(ours, b"n\n")
    environment = {**os.environ, **desk.env}
    done = subprocess.run(
        [*WHISTLE, "dead", "drop", "--all"],
        stdin=theirs,
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
        env=environment,
    )
    os.close(ours)
    os.close(theirs)
    assert (1, True) == (done.returncode, "丢弃 5 条? / drop 5 message(s)?" in done.stdout), done
    assert ["parked"] * 5 == desk.states()
