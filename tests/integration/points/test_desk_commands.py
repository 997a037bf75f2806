"""Flags, grids, skills and cards on the command line: what is shown, changed and refused is the same as over HTTP."""

from __future__ import annotations

import json
from types import SimpleNamespace

import pytest

from tests.integration.points.commands import HERE, make_run
from whistle.clock import SystemClock
from whistle.storage import Database, make_engine
from whistle_points.domain.flags import Suspicion
from whistle_points.store import PointsUnit
from whistle_points.store.flagging import put_flags

MONTH = "2026-03"
TABLE = "\ufeffgrid,patrol,answer,basics,publicity\nmaxian-1,28,38,18,9\nmaxian-2,20,30,15,5\n"


@pytest.fixture
def run(tmp_path, monkeypatch):
    """Runs a command as somebody."""
    command = make_run(tmp_path, monkeypatch)

    def as_(who, *arguments):
        monkeypatch.setattr("pwd.getpwuid", lambda _: SimpleNamespace(pw_name=who))
        return command(*arguments, *HERE)

    return as_


def told(result):
    assert 0 == result.exit_code, result.stderr
    return json.loads(result.stdout)


@pytest.fixture
def flag(run, tmp_path):
    """What the watch found: one photo for two members."""
    database = Database(
        make_engine(f"sqlite:///{tmp_path}/points.db", schema="points"), PointsUnit, clock=SystemClock()
    )
    facts = {"claims": ["c-1", "c-2"], "sha256": "a" * 64}
    found = Suspicion(kind="same-evidence", subject="a" * 64, members=("m-1", "m-2"), facts=facts)
    with database.write() as unit:
        put_flags(unit, "mawei", [found])
    database.close()
    return told(run("boss", "flags", "list", "--json"))[0]["id"]


def test_a_flag_is_listed_shown_and_judged_once(run, flag):
    """With what stands behind it; a rehearsal changes nothing; what is judged is on no list of open ones."""
    listed = run("boss", "flags", "list", "--kind", "same-evidence").stdout
    shown = run("boss", "flags", "show", flag).stdout
    tried = run("boss", "flags", "judge", flag, "--uphold", "--reason", "同一张照片", "--dry-run")
    done = told(run("boss", "flags", "judge", flag, "--uphold", "--reason", "同一张照片", "--json"))
    again = run("boss", "flags", "judge", flag, "--dismiss", "--reason", "x")

    assert (True, True) == ("同一份凭证用于多项申报" in listed, "c-1 c-2" in shown)
    assert (0, "upheld", "同一张照片") == (tried.exit_code, done["state"], done["reason"])
    assert (2, True) == (again.exit_code, "upheld" in again.stderr)
    assert [] == told(run("boss", "flags", "list", "--json"))
    assert [flag] == [one["id"] for one in told(run("boss", "flags", "list", "--state", "upheld", "--json"))]


def test_a_flag_that_cannot_be_judged_so_says_why(run, flag):
    """No such flag, no such kind, no reason: each names what to mend."""
    for arguments, named in (
        (("show", "nothing"), "没有这条提示"),
        (("list", "--kind", "song"), "kind"),
        (("judge", flag, "--uphold", "--reason", ""), "reason"),
    ):
        refused = run("boss", "flags", *arguments)
        assert (2, True) == (refused.exit_code, named in refused.stderr), refused.stderr


def test_a_month_of_grids_is_entered_evaluated_and_written_out(run, tmp_path):
    """From a table and from single scores; what is missing is told; evaluated once, then frozen."""
    sheet, out = tmp_path / "scores.csv", tmp_path / "list.xlsx"
    sheet.write_text(TABLE, encoding="utf-8")
    entered = told(run("boss", "grids", "enter", MONTH, "--csv", str(sheet), "--json"))
    more = told(run("boss", "grids", "enter", MONTH, "--score", "maxian-3:patrol=9.5", "--json"))
    missing = run("boss", "grids", "scores", MONTH).stdout
    refused = run("boss", "grids", "evaluate", MONTH)
    rest = [f"--score=maxian-3:{item}=0" for item in ("answer", "basics", "publicity")]
    run("boss", "grids", "enter", MONTH, *rest)
    tried = run("boss", "grids", "evaluate", MONTH, "--dry-run")
    made = told(run("boss", "grids", "evaluate", MONTH, "--json"))
    late = run("boss", "grids", "enter", MONTH, "--csv", str(sheet))
    shown = run("boss", "grids", "show", made["id"], "--xlsx", str(out)).stdout

    assert (8, 1) == (entered["changed"], more["changed"])
    assert ("maxian-3  answer" in missing, 2, 0, 2) == (
        True,
        refused.exit_code,
        tried.exit_code,
        late.exit_code,
    )
    assert [("maxian-1", 930, 500), ("maxian-2", 700, 0), ("maxian-3", 95, 0)] == [
        (row["grid"], row["tenths"], row["yuan"]) for row in made["rows"]
    ]
    assert (True, True) == (made["hash"] in shown, out.read_bytes().startswith(b"PK"))
    assert [made["id"]] == [one["id"] for one in told(run("boss", "grids", "list", "--json"))]


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (("enter", MONTH), "--score"),
        (("enter", MONTH, "--score", "maxian-1=3"), "maxian-1=3"),
        (("enter", MONTH, "--score", "maxian-1:patrol=viel"), "maxian-1:patrol=viel"),
        (("enter", MONTH, "--score", "maxian-1:patrol=31"), "30"),
        (("enter", MONTH, "--score", "maxian-1:song=1"), "song"),
        (("enter", MONTH, "--csv", "/nothing.csv"), "/nothing.csv"),
        (("enter", "2026-13", "--score", "maxian-1:patrol=1"), "period"),
        (("evaluate", "2999-01"), "period"),
        (("scores", "March"), "period"),
        (("show", "nothing"), "没有这次评定"),
    ],
)
def test_wrong_scores_and_months_are_named(run, arguments, named):
    """On one line, with exit code 2."""
    refused = run("boss", "grids", *arguments)
    assert (2, 1, True) == (refused.exit_code, len(refused.stderr.splitlines()), named in refused.stderr)


def test_who_can_do_something_is_entered_and_found(run):
    """Who lives nearest to a place first; whoever lives elsewhere last."""
    for member, grid in (("m-1", "350105003008001"), ("m-2", "350105003001002")):
        run("clerk", "enrol", member, "--grid", grid)
        assert 0 == run("clerk", "skills", "enter", member, "水电", "--proof", "电工证").exit_code
    near = told(run("clerk", "skills", "who", "水电", "--near", "350105003001009", "--json"))
    nobody = run("clerk", "skills", "who", "法律").stdout
    unknown = run("clerk", "skills", "enter", "m-9", "水电")

    assert [("m-2", 2), ("m-1", 4)] == [(one["member"], one["steps"]) for one in near]
    assert ("没有" in nobody, 2) == (True, unknown.exit_code)


def test_a_card_is_handed_out_and_renewed(run):
    """The link stays the same until a new card is made."""
    run("clerk", "enrol", "m-1")
    first, same = (run("clerk", "card", "m-1", "--at", "https://whistle.example/").stdout for _ in range(2))
    new = run("clerk", "card", "m-1", "--renew", "--at", "https://whistle.example/").stdout

    assert first.startswith("https://whistle.example/points/card?card=")
    assert (True, False) == (first == same, first == new)
    assert 2 == run("clerk", "card", "m-9").exit_code
