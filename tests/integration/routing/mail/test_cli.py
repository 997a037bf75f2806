"""``whistle party …`` on a migrated installation with the real pack of mawei."""

from __future__ import annotations

import json
from typing import Any

import pytest
from typer.testing import CliRunner

from whistle.auth import Tokens
from whistle.clock import SystemClock
from whistle.contracts import DispatchSent
from whistle.errors import Invalid, Misconfigured, NotAllowedNow, NotFound, Refused
from whistle.plugins.loader import load_packs
from whistle.runtime.services import open_database, prepare
from whistle.settings import load_settings
from whistle_routing.cli import party
from whistle_routing.handlers.telling import tell_party
from whistle_routing.service import RoutingService
from whistle_routing.tools import Tools

KEY = "0123456789abcdef-0123456789abcdef"
HOOK = "https://hooks.example/whistle"


class Desk:
    """The command line on one installation."""

    def __init__(self) -> None:
        self.settings = load_settings()
        prepare([RoutingService], self.settings)
        self.database = open_database(RoutingService, self.settings, clock=SystemClock())

    def run(self, *words: str, code: int = 0) -> str:
        done = CliRunner().invoke(party, list(words))
        if code == 0 and done.exception:
            raise done.exception
        assert code == done.exit_code, done.output
        return done.stdout

    def json(self, *words: str):
        return json.loads(self.run(*words, "--json"))

    def standing(self, ident: str):
        return next(row for row in self.json("list", "--district", "mawei") if row["id"] == ident)

    def tell(self, ident: str, times: int = 1) -> None:
        """Letters for a party of the real pack."""
        packs = load_packs(["mawei"])
        parties = {one.id: one for one in packs["mawei"].tables.parties}
        nobody: Any = None  # neither plugins nor lanes are asked
        tools = Tools(
            packs=packs,
            router=nobody,
            lanes=nobody,
            parties={"mawei": parties},
            database=self.database,
            party_queues=True,
        )
        sent = DispatchSent.from_wire({**DispatchSent.example, "party": ident})
        with self.database.write() as unit:
            for _ in range(times):
                tell_party(unit, parties[ident], sent, district="mawei", tools=tools)

    def queued(self, ident: str) -> int:
        """How often something was put on the party's queue."""
        with self.database.read() as unit:
            rows = unit.connection.execute(unit.kit.outbox.select()).all()
        return sum(row.routing_key.startswith(f"mawei.{ident}.") for row in rows)


@pytest.fixture
def desk(tmp_path, monkeypatch):
    for name, value in {
        "DATA": str(tmp_path),
        "BUS_URL": "memory://",
        "SECRET_KEY": KEY,
        "DISTRICTS": "mawei",
        "PARTY_QUEUES": "true",
    }.items():
        monkeypatch.setenv(f"WHISTLE_{name}", value)
    monkeypatch.delenv("WHISTLE_CONFIG", raising=False)
    made = Desk()
    yield made
    made.database.close()


def test_a_party_on_the_pages_gets_a_login_link(desk):
    """With its token; a change to the pages makes one only if it has none, and a party with a queue needs none."""
    made = desk.json("set", "mawei/water-company", "--via", "pages")
    assert made["login"] == f"http://127.0.0.1:8000/login?token={made['token']}"
    assert "token" not in desk.json("set", "mawei/water-company", "--via", "pages")
    said = CliRunner().invoke(party, ["token", "mawei/water-company", "--url", "https://sq.example"])
    (token,) = said.stdout.split()
    assert f"https://sq.example/login?token={token}" in said.stderr
    assert "login" not in desk.json("token", "mawei/power-bureau")


def test_a_webhook_is_handed_over_in_one_go(desk):
    """Secret and token are printed once; the token is the party's, the list shows the way; rotation gives another secret."""
    made = desk.json("add", "mawei/maxian-property", "--webhook", HOOK, "--classes", "immediate,commitment")
    assert made["secret"].startswith("whsec_")
    who = Tokens(KEY, SystemClock()).verify(made["token"])
    assert ("party", "mawei/maxian-property") == (who.role, who.scope)
    standing = desk.standing("maxian-property")
    assert ("webhook", HOOK, 0) == (standing["way"], standing["url"], standing["lag"])
    assert ["immediate", "commitment"] == standing["filter"]["classes"]
    assert desk.json("rotate", "mawei", "maxian-property")["secret"] not in (None, made["secret"])
    again = desk.json("set", "mawei/maxian-property", "--via", "webhook", "--url", HOOK + "/2")
    assert (None, HOOK + "/2") == (again["secret"], again["url"])
    assert ["immediate", "commitment"] == desk.standing("maxian-property")["filter"]["classes"]  # stays
    desk.run("set", "mawei/maxian-property", "--via", "pages", "--only", "all")
    standing = desk.standing("maxian-property")
    assert ("pages", []) == (standing["way"], standing["filter"]["classes"])
    desk.tell("maxian-property")
    with pytest.raises(NotAllowedNow):
        desk.run("replay", "mawei/maxian-property", "--from", "1")


def test_the_queue_of_a_party_is_filled_again_from_the_log(desk):
    """From a number, from a day; the list tells the last number."""
    desk.tell("water-company", 5)
    assert (5, 5) == (desk.standing("water-company")["sequence"], desk.queued("water-company"))
    assert {"first": 3, "last": 5, "count": 3} == desk.json("replay", "mawei/water-company", "--from", "3")
    assert {"first": 1, "last": 5, "count": 5} == desk.json(
        "replay", "mawei", "water-company", "--from", "2020-01-01"
    )
    assert 13 == desk.queued("water-company")
    for words, error in (
        (("--from", "6"), NotFound),
        (("--from", "2999-01-01"), NotFound),
        (("--from", "gestern"), Invalid),
        (("--parked",), NotFound),
        ((), Invalid),
        (("--from", "1", "--parked"), Invalid),
    ):
        with pytest.raises(error):
            desk.run("replay", "mawei/water-company", *words)


def test_a_leak_is_traced(desk):
    """To the party and the number of the letter; a text without mark is said to have none."""
    desk.tell("water-company", 2)
    with desk.database.read() as unit:
        letters = unit.mail.after("mawei", "water-company", sequence=0, limit=9)
    text = json.loads(letters[1].body)["data"]["text"]
    (row,) = desk.json("trace", text)
    assert ("mawei", "water-company", 2) == (row["district"], row["party"], row["sequence"])
    assert "mawei/water-company" in desk.run("trace", f"编号 {letters[0].watermark}")
    with pytest.raises(NotFound):
        desk.run("trace", "3号楼前的路灯三天不亮了。")


def test_pledges_hold_from_day_to_day(desk):
    """Recorded, shown while they hold, replaced on the same day; none that ends before it begins."""
    signing = ("pledge", "mawei/water-company", "--by", "王校长")
    desk.run(*signing, "--terms", "开放停车场", "--on", "2026-01-01", "--until", "2027-01-01")
    desk.run(*signing, "--terms", "开放停车场与操场", "--on", "2026-01-01", "--until", "2027-01-01")
    for day, terms in (("2025-12-31", []), ("2026-06-01", ["开放停车场与操场"]), ("2027-01-01", [])):
        shown = desk.json("pledges", "mawei", "--on", day)
        assert terms == [row["terms"] for row in shown if row["party"] == "water-company"]
    assert "2026-01-01" == desk.standing("water-company")["pledged_on"]
    with pytest.raises(Invalid):
        desk.run(*signing, "--terms", "-", "--on", "2026-01-01", "--until", "2026-01-01")


def test_the_pledges_of_the_pack_are_listed_with_the_parties(desk):
    """S1-6: twelve resident institutions of mawei; what ends is gone on that day; what is recorded here stands beside them."""
    before = desk.json("pledges", "mawei", "--on", "2026-11-22")
    assert 12 == len(before)
    assert {"pack"} == {row["recorded_by"] for row in before}
    ended = {row["party"] for row in before} - {
        row["party"] for row in desk.json("pledges", "mawei", "--on", "2027-01-08")
    }
    assert {"maternity-hospital", "resident-bank"} == ended
    assert "2026-01-08" == desk.standing("youth-league")["pledged_on"]
    desk.run(
        "pledge",
        "mawei/resident-shipyard",
        "--by",
        "党组织负责人",
        "--terms",
        "另加电焊",
        "--on",
        "2026-02-01",
    )
    assert "2026-02-01" == desk.standing("resident-shipyard")["pledged_on"]


def test_what_is_taken_back_counts_no_more(desk):
    """The way is the pages, the token's number is gone and never comes again."""
    first = desk.json("token", "mawei/water-company")["token"]
    desk.run("remove", "mawei/water-company")
    assert "pages" == desk.standing("water-company")["way"]
    second = desk.json("token", "mawei/water-company")["token"]
    subjects = [Tokens(KEY, SystemClock()).verify(token).sub for token in (first, second)]
    assert ["mawei.water-company#1", "mawei.water-company#2"] == subjects


@pytest.mark.parametrize(
    ("words", "error"),
    [
        (("add", "mawei"), Invalid),
        (("add", "mawei/nobody", "--webhook", HOOK), NotFound),
        (("add", "atlantis/x", "--webhook", HOOK), Misconfigured),
        (("add", "mawei/water-company", "--webhook", "http://hooks.example/"), Invalid),
        (("add", "mawei/water-company", "--webhook", HOOK, "--only", "case.filed.twice"), Invalid),
        (("set", "mawei/water-company", "--via", "pigeon"), Invalid),
        (("rotate", "mawei/water-company"), Refused),
    ],
)
def test_misuse_is_told_and_changes_nothing(desk, words, error):
    """Each with its own words; nothing is stored."""
    with pytest.raises(error):
        desk.run(*words)
    assert ("amqp", None) == tuple(desk.standing("water-company")[name] for name in ("way", "since"))
