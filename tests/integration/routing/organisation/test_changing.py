"""D9: the organisation changes from a day on, cases and duties follow it; on both databases, also when two change it at once."""

from __future__ import annotations

import datetime as dt
import threading

import pytest

from tests.integration.routing.organisation.districts import (
    DISTRICT,
    change,
    files_at,
    stored,
    take,
    tree,
)
from tests.integration.routing.town import NOON
from whistle.calendar.days import CHINA
from whistle.contracts import CaseFiled
from whistle.errors import Invalid, NotAllowedNow, NotFound, Rejected, StaleVersion
from whistle_routing import handlers
from whistle_routing.domain.organisation import coverage
from whistle_routing.handlers import organisation as use
from whistle_routing.organisation.known import Organisations
from whistle_routing.store import OrganisationStore

DAY = dt.date(2026, 11, 15)
PARTS = [
    {"code": "wg1a", "name": "甲", "official": "370883001001901", "children": ["wwg1"]},
    {"code": "wg1b", "name": "乙", "official": "370883001001902", "children": ["wwg2", "zb4"]},
]


def split(database, **more):
    return change(database, **{"change": "split", "code": "wg1", "day": DAY, "parts": PARTS, **more})


def file(town, number, day, grid):
    """A case filed on a day of November 2026, at nine in China."""
    at = dt.datetime(2026, 11, day, 9, tzinfo=CHINA)
    data = CaseFiled(title="路灯", text="不亮", door="hotline", grid=grid, filed_at=at)
    town.hear(handlers.take_case, town.about(f"26-{number:05}-1", data))


def report(town, kind="grid"):
    with town.database.read() as unit:
        organisation = Organisations().get(unit, DISTRICT)
        first, last = dt.date(2026, 11, 1), dt.date(2026, 11, 30)
        lines = use.report_cases(unit, organisation, first=first, last=last, kind=kind)
        return [(one.code, one.first.day, one.end, one.cases) for one in lines]


def test_a_grid_is_split_on_the_fifteenth(street):
    """Cases of the 10th report under the old grid, those after the 15th under the new; so do duties and posts."""
    for number, (day, grid) in enumerate([(10, "wg1"), (10, "wwg2"), (14, "wg1")]):
        file(street, number, day, grid)
    split(street.database, carry="wg1b")
    for number, (day, grid) in enumerate([(15, "wg1b"), (20, "wwg2"), (20, "wg1a")], start=10):
        file(street, number, day, grid)
    end = dt.date(2026, 12, 1)
    assert [("wg1", 1, DAY, 3), ("wg1a", 15, end, 1), ("wg1b", 15, end, 2)] == report(street)
    at = [dt.datetime(2026, 11, day, 9, tzinfo=CHINA) for day in (13, 16)]  # a Friday and a Monday
    duties = [use.duty_at(tree(street.database, one.date()), "wwg2-1", one) for one in at]
    assert [["wg1"], ["wg1b"]] == [[duty.node for duty in found] for found in duties]
    assert [[], []] == [coverage(tree(street.database, one.date())) for one in at]


def test_midnight_in_china_is_where_a_day_ends(small_street):
    """A case of 23:59 on the 14th is the old grid's, one of 00:00 the new one's."""
    split(small_street.database)
    midnight = dt.datetime.combine(DAY, dt.time.min, CHINA)
    for number, at in enumerate((midnight - dt.timedelta(minutes=1), midnight)):
        data = CaseFiled(title="路灯", text="不亮", door="hotline", grid="wwg1", filed_at=at)
        small_street.hear(handlers.take_case, small_street.about(f"26-{number:05}-1", data))
    assert [("wg1", 1), ("wg1a", 1)] == [(code, number) for code, _, _, number in report(small_street)]


def test_grids_in_which_nothing_happens_are_listed(street):
    """S4-14: a case lately in the grid, in its micro-grid or by its 15 digits keeps it off the list; one long ago does not."""
    grids = tree(street.database, NOON.date()).of_kind("grid")
    assert 5 == len(grids)
    file(street, 1, 20, "wg2")
    file(street, 2, 20, next(one.code for one in tree(street.database, DAY).children["wg3"]))
    file(street, 3, 20, grids[3].official)
    file(street, 4, 2, "wg5")
    with street.database.read() as unit:
        there = tree(street.database, NOON.date())
        found = use.find_dormant(unit, there, DISTRICT, days=14)
    assert [("wg5", 20), ("wg1", 14)] == [(one.code, one.days) for one in found]


def test_every_change_is_in_the_log(small_street):
    """Who turned what into what, from which day on, and whose posts ended."""
    split(small_street.database)
    change(small_street.database, change="appoint", code="wg1a", role="grid-chief", person="p1", day=DAY)
    with small_street.database.read() as unit:
        log = OrganisationStore(unit).changes_of(DISTRICT, after="", limit=10)
    assert [("load", "pack"), ("split", "test"), ("appoint", "test")] == [
        (row["sort"], row["by"]) for row in log
    ]
    assert (["wg1"], ["wg1a", "wg1b"], DAY) == (log[1]["before"], log[1]["after"], log[1]["day"])
    assert "wg1 grid-chief p1" in log[1]["ended"]


def test_the_past_in_the_database_is_as_it_was(small_street):
    """No row that held before the day is another; ends are set, nothing is taken away."""
    before = stored(small_street.database)
    split(small_street.database)
    after = stored(small_street.database)
    eve = DAY - dt.timedelta(days=1)

    def seen(organisation):
        return {
            (one.code, one.parent, one.name, one.start)
            for one in organisation.nodes
            if one.start <= eve < one.end
        }

    assert seen(before) == seen(after)


@pytest.mark.parametrize(
    ("asked", "error", "said"),
    [
        ({"late": False}, NotAllowedNow, "2026-11-15 已过"),
        ({"code": "wg77"}, Rejected, "没有节点 wg77"),
        ({"parts": PARTS[:1]}, Rejected, "两个"),
        ({"parts": []}, Invalid, "parts"),
        ({"change": "move", "parent": ""}, Invalid, "parent"),
        ({"change": "appoint", "role": "volunteer"}, Invalid, "person"),
        ({"change": "open", "kind": "moon", "name": "x", "parent": "wg1"}, Rejected, "moon"),
    ],
)
def test_what_is_not_allowed_changes_nothing(small_street, asked, error, said):
    """Neither records nor log nor version."""
    before = stored(small_street.database)
    with pytest.raises(error) as caught:
        split(small_street.database, **asked)
    assert said in str(caught.value)
    with small_street.database.read() as unit:
        store = OrganisationStore(unit)
        assert (1, 1) == (store.state(DISTRICT).version, len(store.changes_of(DISTRICT, after="", limit=9)))
    assert before == stored(small_street.database)


def test_nothing_can_be_changed_before_something_is_loaded(small_town):
    """There is no tree yet."""
    with pytest.raises(NotFound):
        split(small_town.database)


def test_two_changes_in_one_transaction_see_each_other(street):
    """Writes are committed in groups: the second change builds on the first."""
    catalogue = Organisations().catalogue(DISTRICT)
    with street.database.write() as unit:
        for asked in (
            {"change": "split", "code": "wg1", "parts": PARTS, "day": DAY},
            {"change": "rename", "code": "wg1a", "name": "再改", "day": DAY},
        ):
            make = use.read_change(asked)
            use.change_organisation(unit, DISTRICT, make, catalogue=catalogue, by="test", late=True)
    assert "再改" == tree(street.database, DAY).nodes["wg1a"].name
    with street.database.read() as unit:
        assert 3 == OrganisationStore(unit).state(DISTRICT).version


def test_two_at_the_same_moment_do_not_lose_a_change(towns, tmp_path):
    """Both read the same tree; the slower one is turned away, and when it tries again it builds on the first."""
    take(towns[0].database, files_at(tmp_path))
    barrier, failed = threading.Barrier(2, timeout=30), []
    catalogue = Organisations().catalogue(DISTRICT)

    def rename(database, code):
        make = use.read_change({"change": "rename", "code": code, "name": "新", "day": DAY})

        def late_make(organisation):
            barrier.wait()
            return make(organisation)

        try:
            with database.write() as unit:
                use.change_organisation(unit, DISTRICT, late_make, catalogue=catalogue, by=code, late=True)
        except Exception as error:  # noqa: BLE001 — whatever it is, the test looks at it
            failed.append((code, error))

    threads = [
        threading.Thread(target=rename, args=(one.database, code))
        for one, code in zip(towns, ("wg1", "wg2"), strict=False)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    ((loser, error),) = failed
    assert isinstance(error, StaleVersion)
    change(towns[2].database, change="rename", code=loser, name="新", day=DAY)
    names = tree(towns[0].database, DAY).nodes
    assert ["新", "新"] == [names["wg1"].name, names["wg2"].name]


def test_a_plugin_is_given_the_tree_of_the_day(street):
    """After the split it knows the new grids and not the old one; the same object as long as nothing changes."""
    file(street, 1, 20, "wg1")
    street.decide()
    split(street.database)
    file(street, 2, 20, "wg1b")
    file(street, 3, 20, "wg1b")
    street.decide()
    first, second, third = (one.facts for one in street.router.asked)
    assert (True, False) == tuple("wg1" in {node.code for node in facts.grid} for facts in (first, second))
    assert second.grid is third.grid
    assert ("wg1b", "xq1", "sq1", "fs", "zc") == second.above("wg1b")
    assert not {"building", "unit"} & {node.kind for node in second.grid}
