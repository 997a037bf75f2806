"""Organisations are loaded whole or not at all, once, and what was changed here is not lost to a load: on both databases."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
import sqlalchemy as sa

from tests.integration.routing.organisation.districts import (
    DISTRICT,
    RING,
    SMALL,
    change,
    files_at,
    keys,
    stored,
    take,
    take_from,
    tree,
)
from whistle.errors import Misconfigured, NotAllowedNow
from whistle.plugins.organisation import read_organisation
from whistle.testing.streets import Size
from whistle_routing.domain.organisation import check_rosters, coverage, tree_at
from whistle_routing.handlers.organisation import check_files, files_in, load_organisations, open_phones
from whistle_routing.organisation.exporting import export, snapshot
from whistle_routing.organisation.showing import show_rosters
from whistle_routing.store import OrganisationStore

DAY = dt.date(2026, 3, 15)
PEOPLE = "编号,姓名,电话\n" + "\n".join(f"p{n},某{n},1381234{n:04}" for n in range(1, 21))
PEOPLE += "\n" + "\n".join(f"h{n},户{n}," for n in range(1, 8))


def test_what_is_loaded_is_what_the_files_say(town, tmp_path):
    """Every record of every table comes back from the database as it was read."""
    files = files_at(tmp_path)
    assert "loaded" == take(town.database, files).state
    expected, found = read_organisation(DISTRICT, files).organisation, stored(town.database)
    for section in ("nodes", "people", "posts", "duties", "charges"):
        assert set(getattr(expected, section)) == set(getattr(found, section))


def test_loading_twice_changes_nothing(small_town, tmp_path):
    """The second load sees that the pack says what it said."""
    first = take(small_town.database, files_at(tmp_path))
    before = stored(small_town.database)
    again = take(small_town.database, files_at(tmp_path))
    assert ("unchanged", first.version) == (again.state, again.version)
    assert before == stored(small_town.database)


def test_one_bad_row_among_two_packs_and_nothing_is_loaded(small_town, tmp_path):
    """All mistakes of all packs come in one error; the good pack waits too, and what was there stays."""
    pack = next(iter(small_town.tools.packs.values()))

    def packed(folder, **texts):
        folder.mkdir(exist_ok=True)
        return replace(pack, tables=replace(pack.tables, organisation=files_at(folder, **texts)))

    load_organisations(small_town.database, {DISTRICT: packed(tmp_path / "a")}, keys=keys)
    before = stored(small_town.database)
    bad = packed(tmp_path / "b", posts="所在,职务,人员\nwg1,网格长,p1\nwg999,网格长,p1\nwg2,皇帝,p1\n")
    good = packed(tmp_path / "a", people=PEOPLE.replace("某1,", "新名,"))
    with pytest.raises(Misconfigured) as caught:
        load_organisations(small_town.database, {DISTRICT: good, "other": bad}, keys=keys)
    told = [(one["file"], one["rule"]) for one in caught.value.detail["problems"]]
    assert [
        ("b/organisation/posts.csv", "row 4 职务 role"),
        ("b/organisation/posts.csv", "row 3 所在 node"),
    ] == told
    assert before == stored(small_town.database)


def test_changes_made_here_outlive_a_new_version_of_the_pack(town, tmp_path):
    """The pack does not know of them, so it is kept away, until somebody forces it."""
    take(town.database, files_at(tmp_path))
    change(town.database, change="rename", code="wg1", name="新名", day=DAY)
    newer = files_at(tmp_path, people=PEOPLE)
    assert "kept" == take(town.database, newer).state
    assert "新名" == tree(town.database, DAY).nodes["wg1"].name
    assert "loaded" == take(town.database, newer, force=True).state
    assert "第1网格" == tree(town.database, DAY).nodes["wg1"].name


def test_files_do_not_overwrite_what_was_changed_here_by_accident(small_town, tmp_path):
    """Who loads a file over a changed tree is told; the very same contents do no harm."""
    take(small_town.database, files_at(tmp_path / "pack"))
    assert "unchanged" == take_from(small_town.database, files_at(tmp_path / "pack")).state
    change(small_town.database, change="rename", code="wg1", name="新名", day=DAY)
    with pytest.raises(NotAllowedNow):
        take_from(small_town.database, files_at(tmp_path / "pack"))
    assert "loaded" == take_from(small_town.database, files_at(tmp_path / "pack"), force=True).state


def test_phone_numbers_are_sealed_masked_and_kept(town, tmp_path):
    """In the database there is no number in clear; without a column of numbers those that are known stay."""
    take(town.database, files_at(tmp_path, people=PEOPLE))
    with town.database.read() as unit:
        rows = unit.connection.execute(sa.text("SELECT * FROM org_people")).all()
        assert {"p1": "13812340001"}.items() <= open_phones(unit, DISTRICT, keys).items()
    assert "1381234" not in repr(rows)
    assert "138****0001" == stored(town.database).people[7].phone
    without = "\n".join(line.rpartition(",")[0] for line in PEOPLE.splitlines())
    take(town.database, files_at(tmp_path, people=without.replace("某2", "新二")))
    with town.database.read() as unit:
        assert 20 == len(open_phones(unit, DISTRICT, keys))
    assert {"新二"} == {one.name for one in stored(town.database).people if one.id == "p2"}
    assert "138****0001" in {one.phone for one in stored(town.database).people}


@pytest.mark.parametrize("form", ["folder", "book.xlsx"])
def test_an_export_loads_again_to_the_same(small_town, tmp_path, form):
    """With all its history, people and outlines, and with the phone numbers if these are asked for."""
    take(small_town.database, files_at(tmp_path, people=PEOPLE))
    change(
        small_town.database,
        change="split",
        code="wg1",
        day=DAY,
        carry="wg1a",
        parts=[
            {"code": "wg1a", "name": "=甲", "official": "370883001001901", "children": ["wwg1", "zb4"]},
            {"code": "wg1b", "name": "乙", "children": ["wwg2"]},
        ],
    )
    before = stored(small_town.database)
    with small_town.database.read() as unit:
        phones = open_phones(unit, DISTRICT, keys)
    export(before, tmp_path / form, phones=phones)
    files = files_in(tmp_path / form, files_at(tmp_path).catalogue)
    assert "unchanged" == take_from(small_town.database, files).state
    with small_town.database.write() as unit:
        unit.execute(sa.text("DELETE FROM org_nodes"))
    assert "loaded" == take_from(small_town.database, files, force=True).state
    assert before == stored(small_town.database)
    assert any(node.shape for node in before.nodes)


def test_a_map_of_the_tree_loads_again(small_town, tmp_path):
    """GeoJSON holds the whole tree: nodes with and without an outline."""
    take(small_town.database, files_at(tmp_path))
    before = stored(small_town.database)
    export(before, tmp_path / "map.geojson")
    loaded = check_files(DISTRICT, files_in(tmp_path / "map.geojson", files_at(tmp_path).catalogue)).sound()
    assert set(before.nodes) == set(loaded.organisation.nodes)


def test_an_export_of_one_day_has_no_history(small_town, tmp_path):
    """Only what held then, as if it always had."""
    take(small_town.database, files_at(tmp_path))
    change(small_town.database, change="rename", code="wg1", name="新名", day=DAY)
    before = stored(small_town.database)
    export(snapshot(before, DAY - dt.timedelta(days=1)), tmp_path / "out")
    loaded = check_files(DISTRICT, files_in(tmp_path / "out", files_at(tmp_path).catalogue)).sound()
    assert ["第1网格"] == [node.name for node in loaded.organisation.nodes if node.code == "wg1"]


def test_the_largest_street_has_no_gap(small_town, tmp_path):
    """S4-1, S4-3: 69 compounds, 150 grids, 382 micro-grids, party levels of 1, 12, 100, 214 and 435, everybody in one grid."""
    files = files_at(tmp_path, Size())
    take(small_town.database, files)
    found = replace(stored(small_town.database), roles=files.catalogue.roles, rosters=files.catalogue.rosters)
    there = tree_at(found, DAY)
    counts = there.counts()
    assert (1, 12, 69, 150, 382) == tuple(
        counts[kind] for kind in ("street", "community", "compound", "grid", "micro-grid")
    )
    assert (1, 12, 100, 214, 435) == tuple(
        counts[kind]
        for kind in (
            "street-party-committee", "community-party-committee", "party-branch", "party-group", "member-household",
        )
    )  # fmt: skip
    assert ([], []) == (coverage(there), check_rosters(found, there))
    assert {"zxh435": "dxz214", "zb100": "sq3-dw"} == {
        code: there.party_above(code).code for code in ("zxh435", "zb100")
    }


def test_the_duties_of_a_role_are_those_of_the_day(small_town, tmp_path):
    """S4-10: common and individual lists with validity, shown with who holds the role."""
    files = files_at(tmp_path)
    rows = ("网格长,共性,巡查,每日巡查,", "网格长,个性,调解,每周调解,2026-03-15", "网格员,共性,登记,登记,")
    text = "\n".join(("职务,性质,类别,内容,生效日期", *rows))
    (tmp_path / "organisation" / "charges.csv").write_text(text, encoding="utf-8")
    files = replace(files, sections={**files.sections, "charges": ("organisation/charges.csv",)})
    take(small_town.database, files)
    found = replace(stored(small_town.database), roles=files.catalogue.roles, rosters=files.catalogue.rosters)
    told = []
    for day in (DAY - dt.timedelta(days=1), DAY):
        there = tree_at(found, day)
        told.append([one["subject"] for one in show_rosters(found, there, there.nodes["wg1"])["charges"]])
    assert [["巡查"], ["巡查", "调解"]] == told


def test_another_district_is_left_alone(town, tmp_path):
    """Loading one replaces only its own records."""
    take(town.database, files_at(tmp_path / "one"))
    take(town.database, files_at(tmp_path / "two", replace(SMALL, grids=4)), district="other")
    before = stored(town.database)
    take(town.database, files_at(tmp_path / "two"), district="other")
    assert before == stored(town.database)
    with town.database.read() as unit:
        assert {DISTRICT, "other"} == {
            one for one in (DISTRICT, "other", "third") if OrganisationStore(unit).state(one)
        }


def test_the_ring_seals():
    """The tests' own keys are real ones."""
    assert "138" not in RING.seal({"phone": "13812340001"})
