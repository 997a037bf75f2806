"""Grids: scores by row or table, evaluated once, frozen, exported; the volunteer day planned once for each month."""

from __future__ import annotations

import datetime as dt
import io
from dataclasses import replace

import pytest
import sqlalchemy as sa
from python_calamine import CalamineWorkbook

from tests.integration.points.desk import SCHEME, Desk
from whistle.contracts.places import Place
from whistle.errors import Invalid, NotAllowedNow, NotFound
from whistle.places import Places
from whistle_points import handlers
from whistle_points.domain import Schemes
from whistle_points.domain.grids import GridItem, GridResult, GridRules
from whistle_points.domain.recurrence import VolunteerDay
from whistle_points.rules import Rules
from whistle_points.store import verify

GRID = GridRules(
    items={
        "patrol": GridItem(id="patrol", name="巡查", most=300),
        "answer": GridItem(id="answer", name="办结", most=700),
    },
    results=(GridResult(title="优秀", places=1, yuan=500), GridResult(title="合格", least=500, yuan=100)),
)
DAY = VolunteerDay(title="党员志愿服务日", item="volunteer", capacity=40)
TABLE = "\ufeffgrid,patrol,answer\ng-1,30,60.5\ng-2,20,40\n=cmd,1,1\n"


@pytest.fixture
def desk(database):
    scheme = replace(SCHEME, grid=GRID, volunteer_day=DAY)
    return Desk(database, rules=Rules({"mawei": Schemes((scheme,))}))


def enter(desk, **body):
    return desk.call("put_grid_scores", {"period": "2026-03", **body})


def test_a_grid_that_the_district_has_not_is_given_no_score(desk):
    """It would take the place and the award of a real one; where the tree is not known, any code is taken."""
    tree = Places([Place(code="g-1", parent="mawei"), Place(code="mawei")], dt.date(2026, 3, 1))
    desk.tools = replace(desk.tools, places=lambda _district: tree)
    vars(desk.service)["tools"] = desk.tools
    with pytest.raises(Invalid) as refused:
        enter(desk, csv="grid,patrol,answer\ng-1,30,60\nnowhere,20,40\n")
    assert ["3.patrol", "3.answer"] == list(refused.value.fields)
    assert {"changed": 2} == enter(desk, csv="grid,patrol,answer\ng-1,30,60\n")


def test_a_month_is_evaluated_once_and_stays(desk):
    """Scores may change until then; the list names everybody, the award list who gets something; a later change is noticed."""
    assert {"changed": 6} == enter(desk, csv=TABLE)
    again = [
        {"grid": "g-2", "item": "patrol", "tenths": 250},
        {"grid": "g-1", "item": "patrol", "tenths": 300},
    ]
    assert {"changed": 1} == enter(desk, scores=again)
    desk.clock.advance(dt.timedelta(days=32))
    made = desk.call("post_grid_evaluation", {"period": "2026-03"}, by="boss")
    with pytest.raises(NotAllowedNow):
        desk.call("post_grid_evaluation", {"period": "2026-03"})
    with pytest.raises(NotAllowedNow):
        enter(desk, csv=TABLE)

    lines = [(1, "g-1", 905, "优秀", 500), (2, "g-2", 650, "合格", 100), (3, "=cmd", 20, "", 0)]
    path = {"evaluation": made["id"]}
    assert lines == [tuple(row.values()) for row in desk.read("show_grid_evaluation", path=path)["rows"]]
    assert [made["hash"]] == [one["hash"] for one in desk.read("list_grid_evaluations")["evaluations"]]
    book = CalamineWorkbook.from_filelike(io.BytesIO(desk.read("download_grid_evaluation", path=path).body))
    granted, everybody = (book.get_sheet_by_name(name).to_python() for name in ("奖补名单", "评定 2026-03"))
    assert ["g-1", "g-2"] == [row[1] for row in granted[1:]]
    assert ["g-1", "g-2", "=cmd"] == [row[1] for row in everybody[1:]]

    with desk.database.read() as unit:
        assert [] == verify(unit)
    with desk.database.engine.begin() as connection:
        connection.execute(sa.text("UPDATE grid_evaluations SET made_by = 'somebody else'"))
    with desk.database.read() as unit:
        assert [f"grid evaluation {made['id']}: its content does not give its hash"] == verify(unit)


def test_wrong_scores_are_told_by_their_row(desk):
    """Nothing of the table is taken."""
    with pytest.raises(Invalid) as refused:
        enter(desk, csv="grid,patrol,song\ng-1,31,1\ng-2,,2\n")
    assert {"2.patrol", "2.song", "3.song"} == set(refused.value.detail["fields"])
    with pytest.raises(Invalid) as refused:
        enter(desk, csv="grid,patrol\ng-1,viel\n")
    assert ["2.patrol"] == list(refused.value.detail["fields"])
    for wrong in ({"csv": "patrol\n1\n"}, {"scores": [{"grid": "g", "item": "patrol", "tenths": -1}]}):
        with pytest.raises(Invalid):
            enter(desk, **wrong)
    assert {} == desk.read("list_grid_scores", period="2026-03")["scores"]
    with pytest.raises(Invalid):
        desk.read("list_grid_scores", period="0000-01")


def test_a_month_is_evaluated_when_it_is_over_and_all_is_entered(desk):
    """What is missing is named; a month without any scores, or a district without such rules, has no evaluation."""
    with pytest.raises(Invalid):
        desk.call("post_grid_evaluation", {"period": "2026-03"})
    desk.clock.advance(dt.timedelta(days=32))
    with pytest.raises(NotFound):
        desk.call("post_grid_evaluation", {"period": "2026-03"})
    enter(desk, csv="grid,patrol,answer\ng-1,30,\n")
    with pytest.raises(Invalid) as refused:
        desk.call("post_grid_evaluation", {"period": "2026-03"})
    assert {"g-1": ["缺少 answer / is missing"]} == refused.value.detail["fields"]
    assert [["g-1", "answer"]] == desk.read("list_grid_scores", period="2026-03")["missing"]
    with pytest.raises(NotFound):
        Desk(desk.database).call("put_grid_scores", {"period": "2026-03", "csv": TABLE})


def test_the_volunteer_day_is_planned_once_for_each_month(desk):
    """This month's, if it is still to come, and the next one's; a cancelled one is not planned again."""
    assert (2, 0) == (handlers.plan_ahead(desk.tools), handlers.plan_ahead(desk.tools))
    desk.clock.advance(dt.timedelta(days=31))
    assert (1, 0) == (handlers.plan_ahead(desk.tools), handlers.plan_ahead(desk.tools))

    found = desk.read("list_activities")["activities"]
    assert ["2026-03-07", "2026-04-04", "2026-05-02"] == sorted(one["starts_at"][:10] for one in found)
    assert {("volunteer-day", "volunteer", 40, "scheme")} == {
        (one["kind"], one["item"], one["capacity"], one["planned_by"]) for one in found
    }
