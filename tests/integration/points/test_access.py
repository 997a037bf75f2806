"""Reading points over HTTP and on the command line."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from tests.integration.points.town import closed, tell
from whistle.auth import Principal
from whistle.errors import Forbidden, Invalid
from whistle.http.routes import Request
from whistle.messaging.subscribe import queues_of
from whistle.storage import make_engine, migrations
from whistle_points import api, schemas
from whistle_points.cli import points
from whistle_points.rules import Rules
from whistle_points.service import PointsService
from whistle_points.settings import PointsSettings
from whistle_points.tools import Tools


def request(scope, **query):
    return Request(
        method="GET",
        url="/",
        target="/",
        route="/",
        request_id="1",
        remote="127.0.0.1",
        path={"member": "m-1"},
        query=schemas.MemberQuery().load(query),
        principal=Principal(sub="w", role="worker", scope=scope),
    )


def shown(database, scope, **query):
    with database.read() as unit:
        tools = Tools(rules=Rules(), settings=PointsSettings(page=2), database=database, secret="")
        found = api.show_member(unit, request(scope, **query), tools=tools)
        return schemas.MemberAnswer().dump(found)


def test_the_service_reads_cases_activities_and_trees():
    """Its queue is bound to these events of every district, whatever its methods are called."""
    keys = ["activity.completed.*", "case.closed.*", "case.reopened.*", "organisation.told.*"]
    assert [("points.events", keys)] == [
        (queue.name, [binding.key for binding in queue.bindings]) for queue in queues_of(PointsService)
    ]


def test_a_worker_sees_a_member_of_the_own_district(database):
    """The balance and the newest entries, a page at a time."""
    tell(database, [closed(f"26-{number:05d}-0") for number in range(3)])

    first = shown(database, "mawei/3501", limit=50)
    second = shown(database, "mawei", after=str(first["next"]))

    assert ("m-1", "mawei", 60, "6") == tuple(
        first[name] for name in ("member", "district", "tenths", "points")
    )
    assert ([3, 2], [1], None) == (
        [entry["seq"] for entry in first["entries"]],
        [entry["seq"] for entry in second["entries"]],
        second["next"],
    )


def test_a_worker_does_not_see_another_district(database):
    """The scope of the token decides, not the query."""
    with pytest.raises(Forbidden):
        shown(database, "huantai", district="mawei")


def test_who_holds_the_whole_city_names_the_district(database):
    """Member numbers are those of a district."""
    with pytest.raises(Invalid) as refused:
        shown(database, "*")

    assert ["district"] == list(refused.value.fields)
    assert 0 == shown(database, "*", district="mawei")["tenths"]


@pytest.fixture
def installation(tmp_path, monkeypatch):
    """An embedded installation's data folder with a migrated points database."""
    monkeypatch.setenv("WHISTLE_DATA", str(tmp_path))
    engine = make_engine(f"sqlite:///{tmp_path}/points.db", schema="points")
    migrations.upgrade(engine, service="points", package="whistle_points")
    yield engine
    engine.dispose()


def test_the_command_line_shows_a_balance(installation):
    """One JSON object, or lines for people; a number that is on no roll is none of a member without points."""
    runner = CliRunner()
    unknown = runner.invoke(points, ["balance", "m-1", "--district", "mawei"])
    runner.invoke(points, ["enrol", "m-1", "--district", "mawei"])
    plain = runner.invoke(points, ["balance", "m-1", "--district", "mawei"])
    told = runner.invoke(points, ["balance", "m-1", "--district", "mawei", "--json"])

    assert (2, True) == (unknown.exit_code, "没有党员 m-1" in unknown.stderr)
    assert (0, "m-1  0 分 / points\n") == (plain.exit_code, plain.stdout)
    assert {"member": "m-1", "district": "mawei", "tenths": 0, "entries": []} == json.loads(told.stdout)


def test_verify_on_the_command_line_fails_on_a_difference(installation):
    """Exit 1, the row named; exit 0 on a right ledger."""
    runner = CliRunner()
    right = runner.invoke(points, ["verify"])
    with installation.begin() as connection:
        connection.exec_driver_sql("insert into balances values ('mawei', 'issue', 5)")
    wrong = runner.invoke(points, ["verify", "--json"])

    assert (0, 1) == (right.exit_code, wrong.exit_code)
    assert "balance mawei issue: cached 5, recomputed 0" in json.loads(wrong.stdout)["differences"]


def test_a_database_without_tables_is_told_in_one_line(tmp_path, monkeypatch):
    """Standard error says what to run."""
    monkeypatch.setenv("WHISTLE_DATA", str(tmp_path))
    told = CliRunner().invoke(points, ["verify"])

    assert (1, 1) == (told.exit_code, len(told.stderr.splitlines()))
    assert "whistle db upgrade" in told.stderr
