"""A day at the desk on the command line: claims, orders, the shelf, activities; what is refused over HTTP is refused here."""

from __future__ import annotations

import datetime as dt
import json
from types import SimpleNamespace

import pytest

from tests.integration.points.commands import HERE, make_run

TODAY = dt.datetime.now(dt.timezone(dt.timedelta(hours=8)))


@pytest.fixture
def run(tmp_path, monkeypatch):
    """Runs a command as somebody in an installation with two members, one of whom has points."""
    command = make_run(tmp_path, monkeypatch)

    def as_(who, *arguments):
        monkeypatch.setattr("pwd.getpwuid", lambda _: SimpleNamespace(pw_name=who))
        return command(*arguments, *HERE)

    for member in ("m-1", "m-2"):
        assert 0 == as_("clerk", "enrol", member, "--name", f"党员{member}", "--group", "党员").exit_code
    return as_


def told(result):
    assert 0 == result.exit_code, result.stderr
    return json.loads(result.stdout)


@pytest.fixture
def claim(run, tmp_path):
    """Two hours of volunteer work, with a photo."""
    photo = tmp_path / "photo.jpg"
    photo.write_bytes(b"photo")
    day = f"{TODAY - dt.timedelta(days=1):%Y-%m-%d}"
    what = ("m-1", "volunteer", "--day", day, "--amount", "2", "--evidence", str(photo))
    return told(run("clerk", "claims", "new", *what, "--json"))


def test_a_member_is_changed_only_in_what_is_given(run):
    """The name stays when the branch is entered; what cannot be is named."""
    changed = told(
        run("clerk", "enrol", "m-1", "--branch", "一支部", "--exempt-until", "2026-12-31", "--json")
    )
    wrong = run("clerk", "enrol", "m 1", "--exempt-until", "soon")

    assert ("党员m-1", "一支部", "2026-12-31") == (
        changed["name"],
        changed["branch"],
        changed["exempt_until"],
    )
    assert 2 == wrong.exit_code
    assert {"member", "exempt_until"} <= set(wrong.stderr.replace(":", " ").split())


def test_a_claim_is_entered_listed_and_reviewed_by_somebody_else(run, claim):
    """Its evidence is kept by hash."""
    waiting = told(run("clerk", "claims", "list", "--state", "submitted", "--json"))
    own = run("clerk", "claims", "review", claim["id"], "--approve")
    done = told(run("boss", "claims", "review", claim["id"], "--approve", "--amount", "1", "--json"))["claim"]

    assert [claim["id"]] == [one["id"] for one in waiting]
    assert 64 == len(claim["evidence"][0]["sha256"])
    assert (2, "approved", 100) == (own.exit_code, done["state"], done["granted"])
    assert 10 == told(run("clerk", "balance", "m-1", "--json"))["tenths"]
    assert 2 == run("boss", "claims", "review", claim["id"], "--reject", "--amount", "1").exit_code
    assert "m-9" in run("clerk", "balance", "m-9").stderr


def test_a_reward_is_ordered_and_handed_out_and_the_shelf_counted(run, claim):
    """The code is told once, and is good once; a count books the difference."""
    run("boss", "claims", "review", claim["id"], "--approve")
    put = run("boss", "orders", "reward", "rice", "--name", "大米", "--price", "1.5", "--point", "站")
    received = told(run("boss", "orders", "stock", "rice", "5", "--reason", "received", "--json"))
    tried = run("clerk", "orders", "new", "m-1", "rice", "--dry-run")
    made = told(run("clerk", "orders", "new", "m-1", "rice", "--json"))
    poor = run("clerk", "orders", "new", "m-1", "rice")
    waiting = told(run("clerk", "orders", "pick-list", "--json"))
    out = told(run("clerk", "orders", "hand-out", made["code"], "--point", "站", "--json"))
    again = run("clerk", "orders", "hand-out", made["code"], "--point", "站")
    counted = told(
        run("boss", "orders", "stock", "rice", "3", "--reason", "counted", "--note", "破损", "--json")
    )

    assert (0, 0, 5) == (put.exit_code, tried.exit_code, received["on_hand"])
    assert [1] == [one["number"] for one in waiting]
    assert ("settled", "m-1") == (out["state"], out["taker"])
    assert (2, 2, 3) == (poor.exit_code, again.exit_code, counted["on_hand"])
    assert "code_hash" not in made["order"]
    assert ["settled"] == [one["state"] for one in told(run("clerk", "orders", "list", "--json"))]


def test_an_order_is_given_up_and_a_page_says_how_to_go_on(run, claim):
    """Points and stock come back; the next page begins behind the last line."""
    run("boss", "claims", "review", claim["id"], "--approve")
    run("boss", "orders", "reward", "rice", "--name", "大米", "--price", "1", "--point", "站")
    run("boss", "orders", "stock", "rice", "5", "--reason", "received")
    made = [told(run("clerk", "orders", "new", "m-1", "rice", "--json"))["order"]["id"] for _ in range(2)]
    done = told(run("clerk", "orders", "cancel", made[0], "--reason", "不要了", "--json"))
    first = run("clerk", "orders", "list", "--limit", "1", "--json")
    after = first.stderr.split("--after ")[1].split()[0]
    rest = told(run("clerk", "orders", "list", "--after", after, "--json"))

    assert "voided" == done["state"]
    assert [made[1], made[0]] == [json.loads(first.stdout)[0]["id"], rest[0]["id"]]
    assert ["1 ordered"] == [
        f"{one['reserved']} ordered" for one in told(run("clerk", "orders", "rewards", "--json"))
    ]


def test_an_activity_is_planned_joined_attended_and_confirmed_from_the_paper_list(run, tmp_path):
    """With a waiting list, a code, and a list that was typed in."""
    start, end = (f"{TODAY - dt.timedelta(minutes=one):%Y-%m-%dT%H:%M}" for one in (90, 30))
    times = ("--starts", start, "--ends", end)
    planned = ("清扫", "--item", "volunteer", *times, "--capacity", "1", "--kind", "volunteer-day")
    over = told(run("boss", "activities", "plan", *planned, "--json"))["id"]
    late = run("clerk", "activities", "join", over, "m-1")
    sheet = tmp_path / "list.csv"
    sheet.write_text("\ufeffm-1, 60\n\n", encoding="utf-8")
    confirmed = told(
        run("boss", "activities", "confirm", over, "--csv", str(sheet), "--present", "m-2=45", "--json")
    )
    broken = tmp_path / "broken.csv"
    broken.write_text("m-1\n", encoding="utf-8")

    assert 2 == late.exit_code
    assert {"m-1": 60, "m-2": 45} == {one["member"]: one["minutes"] for one in confirmed}
    assert ["closed"] == [one["state"] for one in told(run("boss", "activities", "list", "--json"))]
    for wrong in (("--csv", str(broken)), ("--csv", "/nothing.csv"), ("--present", "m-1=many")):
        refused = run("boss", "activities", "confirm", over, *wrong)
        assert (2, 1) == (refused.exit_code, len(refused.stderr.splitlines()))


def test_members_come_and_go_by_the_code_that_is_shown(run):
    """Who has no place waits, and gets one when somebody leaves."""
    start, end = (f"{TODAY + dt.timedelta(minutes=one):%Y-%m-%dT%H:%M}" for one in (-5, 60))
    planned = ("巡逻", "--item", "night-patrol", "--starts", start, "--ends", end, "--capacity", "1")
    one = told(run("boss", "activities", "plan", *planned, "--json"))["id"]
    states = [told(run("clerk", "activities", "join", one, who, "--json"))["state"] for who in ("m-1", "m-2")]
    run("clerk", "activities", "leave", one, "m-1")
    code = run("boss", "activities", "code", one).stdout.strip()
    came = told(run("clerk", "activities", "check-in", one, "m-2", "--code", code, "--json"))
    wrong = run("clerk", "activities", "check-in", one, "m-2", "--code", "1.2")
    listed = told(run("boss", "activities", "signups", one, "--json"))

    assert ["joined", "waiting"] == states
    assert came["came_at"] is not None
    assert 2 == wrong.exit_code
    assert [("m-1", "left"), ("m-2", "joined")] == [(row["member"], row["state"]) for row in listed]


def test_a_record_is_added_to_a_file_and_withdrawn(run):
    """It stays on the list, with the reason."""
    made = told(
        run(
            "clerk",
            "records",
            "add",
            "m-1",
            "党课培训",
            "--part",
            "training",
            "--day",
            "2026-03-01",
            "--json",
        )
    )
    ahead = run("clerk", "records", "add", "m-1", "x", "--part", "duty", "--day", "2999-01-01")
    done = told(run("boss", "records", "withdraw", made["id"], "--reason", "误记", "--json"))

    assert (2, "withdrawn") == (ahead.exit_code, done["state"])
    assert "误记" in run("clerk", "records", "list", "--member", "m-1").stdout
