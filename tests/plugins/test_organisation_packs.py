"""
Organisations in packs: which files they name, what may be wrong with that, and what the check of a pack tells.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.plugins.packs import TABLES
from tests.plugins.test_organisation_files import GOOD, NODES, PEOPLE, read
from whistle.plugins.check import check_pack
from whistle.plugins.loader import Pack, load_packs
from whistle.plugins.organisation import SECTIONS
from whistle.plugins.tables import examine_tables
from whistle.testing.streets import TABLES as STREET_TABLES
from whistle.testing.streets import write_street

PACK = TABLES.replace("{district}", "qi")
OWN_TREE = PACK[: PACK.index("[[grid]]")] + PACK[PACK.index("[[rules]]") :]


def examined(folder: Path, extra: str, tables: str = PACK):
    """The tables of a pack in ``folder`` with something added."""
    file = folder / "district.toml"
    file.write_text(tables + extra, encoding="utf-8")
    return examine_tables(file)


def test_a_pack_names_its_files_and_its_parties_stand_in_the_tree(tmp_path: Path) -> None:
    """The nodes down to the micro-grid are what plugins are given; parties may be of any of them."""
    write_street(tmp_path)
    text = OWN_TREE.replace('"g1"', '"wg1"').replace('"g2"', '"sq3"')
    tables, problems = examined(tmp_path, STREET_TABLES, text)
    assert [] == problems
    kinds = {node.kind for node in tables.grid}
    assert {"district", "street", "community", "compound", "grid", "micro-grid"} == kinds
    assert 1 + 1 + 12 + 69 + 150 + 382 == len(tables.grid)


PACK_MISTAKES = {
    "outside": ('[organisation]\nnodes = "../nodes.csv"', "[organisation] nodes", "../nodes.csv"),
    "absolute": ('[organisation]\nnodes = "/etc/passwd"', "[organisation] nodes", "/etc/passwd"),
    "absent": ('[organisation]\nnodes = "no.csv"', "file", "no.csv"),
    "unknown key": ('[organisation]\nnode = "n.csv"', "[organisation]", "node"),
    "no text": ("[organisation]\nnodes = 7", "[organisation] nodes", "7"),
    "unknown roster": ('[organisation]\nrosters = ["band"]', "[organisation] rosters", "band"),
    "unknown kind": ('[[roles]]\ncode = "x"\nwords = ["甲"]\nat = ["moon"]', "roles[1] x at", "moon"),
    "bad seat": (
        '[[rosters]]\ncode = "r"\nzh = "甲"\nat = ["grid"]\nseats = ["grid-chief many"]',
        "rosters[1] r seats",
        "grid-chief many",
    ),
    "unknown role": (
        '[[rosters]]\ncode = "r"\nzh = "甲"\nat = ["grid"]\nseats = ["king 1"]',
        "rosters r seats",
        "king",
    ),
    "kind of a node": (
        '[[grid]]\ncode = "z"\nparent = "top"\nkind = "moon"\nname = "z"',
        "grid[4] z kind",
        "moon",
    ),
}


@pytest.mark.parametrize(("extra", "rule", "culprit"), PACK_MISTAKES.values(), ids=PACK_MISTAKES)
def test_a_mistake_in_the_tables_is_named(tmp_path: Path, extra: str, rule: str, culprit: str) -> None:
    """Files must lie in the pack, rosters and roles must exist, kinds must be known."""
    tables, problems = examined(tmp_path, "\n" + extra)
    assert tables is None
    assert (rule, True) in [(one.rule, culprit in one.culprit) for one in problems]


def test_a_district_has_roles_and_rosters_of_its_own(tmp_path: Path) -> None:
    """Beside the built-in ones, of which it chooses."""
    extra = """
[organisation]
rosters = ["lagua-group"]
[[roles]]
code = "wish-angel"
words = ["微心愿认领员"]
at = ["compound"]
[[rosters]]
code = "angels"
zh = "认领小组"
at = ["compound"]
seats = ["wish-angel 1-3", "volunteer 2+"]
"""
    tables, problems = examined(tmp_path, extra)
    assert [] == problems
    catalogue = tables.organisation.catalogue
    assert ["lagua-group", "angels"] == [roster.code for roster in catalogue.rosters]
    assert [(1, 3), (2, None)] == [(seat.least, seat.most) for seat in catalogue.rosters[1].seats]
    assert "wish-angel" in {role.code for role in catalogue.roles}


def test_a_parent_that_is_not_there_is_named_with_its_row(tmp_path: Path) -> None:
    """In the pack's check already, not only when it is loaded."""
    (tmp_path / "n.csv").write_text(NODES.replace("1号楼,c", "1号楼,zz"), encoding="utf-8")
    _, problems = examined(
        tmp_path, '\n[organisation]\nnodes = "n.csv"', OWN_TREE.replace("g1", "g").replace("g2", "c")
    )
    assert [(f"{tmp_path.name}/n.csv", "row 7 上级 parent", "zz")] == [
        (one.file, one.rule, one.culprit) for one in problems
    ]


def test_reading_again_gives_the_same_digest(tmp_path: Path) -> None:
    """And one changed cell another: that is how a load knows that there is nothing to do."""
    first = read(tmp_path, GOOD)
    assert first.digest == read(tmp_path, GOOD).digest
    changed = {**GOOD, "people": PEOPLE.replace("李秀英", "李秀")}
    assert first.digest != read(tmp_path, changed).digest


def test_the_check_of_a_pack_reads_its_people_too(install: Callable[..., Pack], tmp_path: Path) -> None:
    """A bad row of the posts keeps no pack from being read, but is told before anybody is affected."""
    package = install("qi").folder
    write_street(package)
    tables = OWN_TREE.replace('"g1"', '"wg1"').replace('"g2"', '"sq3"') + STREET_TABLES
    (package / "district.toml").write_text(tables, encoding="utf-8")
    posts = package / "organisation" / "posts.csv"
    posts.write_text(posts.read_text(encoding="utf-8-sig").replace("网格长", "网格王", 1), encoding="utf-8")
    (problem,) = check_pack(load_packs(["qi"])["qi"])
    assert ("whistle_qi/organisation/posts.csv", "row 2 职务 role", "网格王") == (
        problem.file,
        problem.rule,
        problem.culprit,
    )


def test_the_example_of_the_readme_is_a_sound_tree(tmp_path: Path) -> None:
    """What a district team copies from it works."""
    text = (Path(__file__).parents[2] / "services" / "routing" / "README.md").read_text(encoding="utf-8")
    example = text.partition("```csv\n")[2].partition("```")[0]
    loaded = read(tmp_path, {"nodes": example})
    assert () == loaded.problems
    assert ["district", "street", "community", "grid", "building", "unit"] == [
        node.kind for node in loaded.organisation.nodes
    ]
    assert all(f"`{name}` {section.zh}" in text for name, section in SECTIONS.items())
    for section in SECTIONS.values():
        for column in section.columns:
            assert column.name in text
