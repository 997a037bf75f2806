"""``whistle district …`` on an installation of its own: load, show, check, export, change."""

from __future__ import annotations

import shutil

import pytest
from icalendar import Calendar

from tests.integration.routing.organisation.installed import QI, City
from whistle.errors import Misconfigured

DAY = "2026-03-15"
INTO = ("--into", "wg1a/370883001001901=甲:wwg1", "--into", "wg1b=乙:wwg2,zb4")


@pytest.fixture
def city(tmp_path, monkeypatch):
    """An installation of its own."""
    made = City(tmp_path, monkeypatch)
    made.upgrade()
    return made


def test_the_pack_is_loaded_with_the_migrations_and_once(city):
    """``db upgrade`` took it; ``load`` finds nothing to do."""
    assert [("qi", "unchanged", 1)] == [
        (one["district"], one["state"], one["version"]) for one in city.json("load")
    ]


def test_the_tree_is_shown_from_a_node_on(city):
    """Indented, with kind, code and official code; as JSON with the counts."""
    text = city.cli("show", QI, "xq1", "--depth", "2").stdout
    assert "第1小区 [小区 xq1]\n  第1网格 [网格 wg1 370883001001001]\n    第1微网格 [微网格 wwg1]" in text
    found = city.json("show", QI, "--depth", "0")
    assert (["zc"], 5) == ([node["code"] for node in found["nodes"]], found["counts"]["grid"])


def test_a_roster_and_people_are_shown(city):
    """Who holds what, what is missing, who can mediate."""
    found = city.json("roster", QI, "wg1")
    assert ["grid-chief", "party-instructor", "policy-publicist", "sentiment-informant"] == [
        post["role"] for post in found["posts"]
    ]
    assert [] == found["missing"]
    people = city.json("people", QI, "--skill", "调解", "--under", "wg2")
    assert people
    assert all("调解" in one["skills"] and one["posts"][0]["node"] == "wg2" for one in people)


def test_a_sound_pack_is_checked_without_a_finding(city):
    """Even strictly; and what is stored is checked the same way."""
    for more in ((), ("--stored",)):
        run = city.cli("check", QI, "--strict", *more)
        assert (0, True) == (run.code, "0 处错误,0 处缺口或重叠,0 处缺员" in run.stdout)


MISTAKES = (
    ("nodes.csv", "wwg1,微网格", "wwg1,微格", "row 17 类型 kind: 微格"),
    ("posts.csv", "网格长,p1,", "网格王,p1,", "row 2 职务 role: 网格王"),
    ("duties.csv", "08:30,12:00", "8点,12:00", "row 2 上岗时间 begin: 8点"),
)


def test_mistakes_are_told_row_by_row_and_nothing_is_loaded(city):
    """Each in a line of its own with file, row, column and reason; exit 1; the tree stays as it was."""
    copy = city.folder / "copy"
    shutil.copytree(city.files, copy)
    assert 0 == city.cli("check", QI, "--from", str(copy)).code
    for name, old, new, _ in MISTAKES:
        city.rewrite(name, old, new, at=copy)
    checked, loaded = (city.cli(verb, QI, "--from", str(copy)) for verb in ("check", "load"))
    assert (1, 1, "") == (checked.code, loaded.code, loaded.stdout)
    for name, _, _, told in MISTAKES:
        assert f"copy/{name}: {told}" in checked.stdout
        assert f"copy/{name}: {told}" in loaded.stderr
    assert "3 处错误,什么也没有载入" in loaded.stderr
    assert ("unchanged", 1) == tuple(city.json("load", QI)[0][name] for name in ("state", "version"))


def test_a_pack_that_cannot_be_read_is_checked_too(city):
    """It would stop the start; the check names all its mistakes, those of people as well as those of nodes."""
    for name, old, new, _ in MISTAKES:
        city.rewrite(name, old, new)
    run = city.cli("check", QI)
    assert 1 == run.code
    for name, _, _, told in MISTAKES:
        assert f"whistle_qi/organisation/{name}: {told}" in run.stdout


def test_a_bad_pack_stops_the_upgrade_with_every_mistake(city):
    """All mistakes are named in one error."""
    city.rewrite("posts.csv", "网格长,p1,", "网格王,p1,")
    city.rewrite("posts.csv", "党建指导员,p2,", "党建指导员,p999,")
    with pytest.raises(Misconfigured) as caught:
        city.upgrade()
    assert ["row 2 职务 role", "row 3 人员编号 person"] == [
        one["rule"] for one in caught.value.detail["problems"]
    ]


def test_gaps_are_named_and_strict_makes_them_errors(city):
    """A building that hangs in the compound is loaded, and told."""
    city.rewrite("nodes.csv", "wwg1-1,楼栋,1-1号楼,wwg1", "wwg1-1,楼栋,1-1号楼,xq1")
    codes = [city.cli("check", QI, *more).code for more in ((), ("--strict",))]
    assert [0, 1] == codes
    (gap,) = city.json("check", QI)["coverage"]
    assert ("gap", "wwg1-1") == (gap["sort"], gap["code"])


def test_a_split_on_the_command_line(city):
    """From a day on; before it the old grid is shown, after it the new ones; the log has it; a day gone by needs --late."""
    refused = city.cli("split", QI, "wg1", *INTO, "--as-of", DAY)
    assert (2, True) == (refused.code, "--late" in refused.stderr)
    done = city.json("split", QI, "wg1", *INTO, "--as-of", DAY, "--carry", "wg1a", "--late")
    assert (["wg1"], ["wg1a", "wg1b"], []) == (done["before"], done["after"], done["ended"])
    shown = [
        [node["code"] for node in city.json("show", QI, "xq1", "--depth", "1", "--as-of", day)["nodes"]]
        for day in ("2026-03-14", DAY)
    ]
    assert [True, False] == ["wg1" in codes for codes in shown]
    assert {"wg1a", "wg1b"} < set(shown[1])
    assert ["load", "split"] == [row["sort"] for row in city.json("changes", QI)]
    assert "网格长" in city.cli("roster", QI, "wg1a", "--as-of", DAY).stdout


@pytest.mark.parametrize("out", ["folder", "book.xlsx", "map.geojson"])
def test_an_export_loads_again(city, out):
    """After a merge and an appointment; the files say what is stored, so there is nothing to do."""
    city.json("merge", QI, "wg1", "wg2", "--into", "wg9=合并网格", "--carry")
    city.json("appoint", QI, "wg9", "volunteer", "--person", "p3")
    place = str(city.folder / out)
    city.json("export", QI, "--out", place)
    state = "unchanged"
    if out == "map.geojson":  # it has the nodes only
        checked = city.json("check", QI, "--from", place)
        assert (5, []) == (checked["counts"]["grid"] + 1, checked["problems"])
    else:
        assert state == city.json("load", QI, "--from", place)[0]["state"]


def test_other_changes_and_refusals(city):
    """Move, rename, open, close, release; what the rules do not allow is told in one line."""
    city.json("move", QI, "wg3", "--to", "xq1")
    city.json("rename", QI, "wg3", "--name", "新三网格")
    city.json("open", QI, "b-new", "--kind", "building", "--name", "新楼", "--to", "wg5")
    city.json("close", QI, "b-new")
    city.json("release", QI, "wg3", "grid-chief", "--person", "p9")
    text = city.cli("show", QI, "xq1", "--depth", "1").stdout
    assert "新三网格 [网格 wg3" in text
    for arguments, told in (
        (("close", QI, "wg3"), "之下还有节点"),
        (("move", QI, "wg3", "--to", "wwg1"), "不能在微网格之下"),
        (("show", QI, "nowhere"), "没有节点 nowhere"),
        (("show", QI, "--as-of", "tomorrow"), "--as-of 应为日期"),
        (("split", QI, "wg3", "--into", "x"), "--into 应为"),
        (("show", "atlantis"), "atlantis"),
        (("load", "--force"), "须指明区"),
        (("cases", QI, "--first", DAY, "--kind", "moon"), "--kind"),
        (("load", QI, "--from", "/nowhere"), "/nowhere"),
    ):
        run = city.cli(*arguments)
        assert run.code in (1, 2)
        assert told in run.stderr
        assert 1 == len(run.stderr.splitlines())


def test_listings_are_empty_lists_where_there_is_nothing(city):
    """No case was filed: every grid is dormant, and the report has no line."""
    assert 5 == len(city.json("dormant", QI, "--days", "30"))
    assert [] == city.json("cases", QI, "--first", DAY)
    assert "5 grids" in city.cli("dormant", QI).stdout
    assert ["qi"] == [one["district"] for one in city.json("list") if one["district"] == QI]


def test_the_sittings_of_a_month_are_listed(city):
    """A line for each with day, weekday, place and guests; one row alone; what is moved is counted."""
    done = city.cli("sittings", QI, "--month", "2026-10")
    assert "2026-10-08 周四 Thu" in done.stdout
    assert "坐班接访 律师坐班 · " in done.stdout
    assert "(原 2026-10-01" not in done.stdout, "it falls together with the next one"
    rows = city.json("sittings", QI, "--month", "2026-11", "--only", "lawyer")
    assert ["2026-11-05", "2026-11-12", "2026-11-19", "2026-11-26"] == [row["day"] for row in rows]
    assert [{"kind": "lawyer", "zh": "律师"}] == rows[0]["guests"]
    wrong = city.cli("sittings", QI, "--month", "November")
    assert (2, True) == (wrong.code, "2026-11" in wrong.stderr)


def test_the_sittings_of_a_month_are_written_as_a_calendar(city, tmp_path):
    """RFC 5545: lines of 75 octets at most, ended by CR and LF; guests and place are told."""
    done = city.cli("sittings", QI, "--month", "2026-11", "--ics", str(tmp_path / "november.ics"))
    written = (tmp_path / "november.ics").read_bytes()
    assert written.startswith(b"BEGIN:VCALENDAR\r\n")
    assert all(len(line) <= 75 for line in written.split(b"\r\n"))
    events = Calendar.from_ical(written).walk("VEVENT")
    assert f"{len(events)} 次 / sittings" in done.stdout
    lawyers = [one for one in events if "律师" in str(one["summary"])]
    assert (4, "列席:律师", "坐班接访") == (
        len(lawyers),
        str(lawyers[0]["description"]),
        lawyers[0]["categories"].cats[0],
    )


def test_the_need_list_is_shown_by_state(city):
    """Nothing is wished for yet; a state that is none is refused with those that are."""
    assert ({"wishes": [], "next": None}, "") == (city.json("wishes", QI), city.cli("wishes", QI).stdout)
    wrong = city.cli("wishes", QI, "--state", "granted")
    assert (2, True) == (wrong.code, "waiting, offered, claimed, fulfilled" in wrong.stderr)
