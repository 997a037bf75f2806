"""
District tables: every mistake is found, and named with file, rule and culprit.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.plugins.packs import TABLES
from whistle.errors import Misconfigured
from whistle.plugins.tables import examine_tables, read_tables

GOOD = TABLES.replace("{district}", "qi")


def written(tmp_path: Path, text: str) -> Path:
    """The text as a district.toml."""
    folder = tmp_path / "whistle_qi"
    folder.mkdir(exist_ok=True)
    file = folder / "district.toml"
    file.write_text(text, encoding="utf-8")
    return file


def test_good_tables(tmp_path: Path) -> None:
    """What is right is read as it stands."""
    tables = read_tables(written(tmp_path, GOOD))
    assert ("qi", "desk", 5, 3, 3) == (
        tables.district,
        tables.duty_desk,
        len(tables.parties),
        len(tables.grid),
        len(tables.rules),
    )


@pytest.mark.parametrize(
    ("old", "new", "rule", "culprit"),
    [
        ('id = "qi"', 'id = ""', "[district] id", ""),
        ('duty_desk = "desk"', 'duty_desk = "nobody"', "[district] duty_desk", "nobody"),
        ("commitment = 168", "", "[hours] commitment", "missing"),
        ("commitment = 168", "commitment = -1", "[hours] commitment", "-1"),
        ("commitment = 168", 'commitment = "a week"', "[hours] commitment", "a week"),
        ("commitment = 168", "commitment = nan", "[hours] commitment", "nan"),
        ("commitment = 168", "commitment = 168\nlater = 3", "[hours]", "later"),
        ("urgent = 2", "grave = 2", "[level_hours]", "grave"),
        ('level = "urgent"', 'level = "grave"', "levels[1] grave level", "grave"),
        ('class = "suggestion"', 'class = "hint"', "handling[1] hint class", "hint"),
        ("[escalation.overdue]", "[escalation.late]", "[escalation.late]", "late"),
        ('add = ["street"]', 'add = ["strete"]', "[escalation.overdue]", "strete"),
        ('channel = "page"', 'channel = "fax"', "parties[1] desk channel", "fax"),
        ('id = "street"', 'id = "Street Office"', "parties[2] Street Office id", "Street Office"),
        ('id = "street"', 'id = "desk"', "[[parties]] id", "desk"),
        ('grid = "g1"', 'grid = "g9"', "parties estate-a grid", "g9"),
        ('code = "g2"\nparent = "top"', 'code = "g2"\nparent = "nowhere"', "grid g2 parent", "nowhere"),
        ('code = "g2"\nparent = "top"', 'code = "g2"', "[[grid]] parent", "top, g2"),
        ('code = "g2"\nparent = "top"', 'code = "g2"\nparent = "g2"', "grid g2 parent", "g2"),
        ('code = "g2"', 'code = "g1"', "[[grid]] code", "g1"),
        ('lead = "kind:property"', 'lead = "kind:propertee"', "rule estate lead", "kind:propertee"),
        ('co = ["kind:property"]', 'co = ["propertee"]', "rule burst co", "propertee"),
        ('co = ["kind:property"]', "", "rules[2] burst whistle", "daily"),
        ('keywords = ["爆管"]', "keywords = []", "rules[2] burst", "keywords, places, categories"),
        ('keywords = ["爆管"]', 'keywords = "爆管"', "rules[2] burst keywords", "爆管"),
        ('keywords = ["爆管"]', 'keywords = ["爆管", ""]', "rules[2] burst keywords", "['爆管', '']"),
        ('keywords = ["爆管"]', 'keyword = ["爆管"]', "rules[2] burst", "keyword"),
        ('id = "burst"', 'id = "water"', "[[rules]] id", "water"),
        ('whistle = "daily"', 'whistle = "loud"', "rules[2] burst whistle", "loud"),
        ("[hours]", "[[hours]]", "[hours]", ""),
        ("[hours]", "[answers]\nclose_after_days = 0\n[hours]", "[answers] close_after_days", "0"),
        ("[hours]", "[answers]\nclose_after = 3\n[hours]", "[answers]", "close_after"),
        ("[district]", "[distrikt]", "top level", "distrikt"),
    ],
)
def test_each_mistake_names_rule_and_culprit(
    tmp_path: Path, old: str, new: str, rule: str, culprit: str
) -> None:
    """One wrong word: the message names the file, the table and row, and the word."""
    assert old in GOOD
    tables, problems = examine_tables(written(tmp_path, GOOD.replace(old, new, 1)))
    assert tables is None
    assert {"whistle_qi/district.toml"} == {problem.file for problem in problems}
    assert (rule, True) in [(problem.rule, culprit in problem.culprit) for problem in problems]


def test_an_unrated_case_is_closed_after_the_districts_days(tmp_path: Path) -> None:
    """Fifteen, unless the district says otherwise."""
    assert 15 == read_tables(written(tmp_path, GOOD)).close_after_days
    text = GOOD.replace("[hours]", "[answers]\nclose_after_days = 7\n[hours]", 1)
    assert 7 == read_tables(written(tmp_path, text)).close_after_days


def test_all_mistakes_at_once(tmp_path: Path) -> None:
    """Three mistakes are three problems in one message, in one line."""
    text = GOOD.replace('duty_desk = "desk"', 'duty_desk = "nobody"').replace(
        'lead = "water"', 'lead = "wota"', 1
    )
    text = text.replace('channel = "page"', 'channel = "fax"')
    with pytest.raises(Misconfigured) as caught:
        read_tables(written(tmp_path, text))
    assert ["fax", "nobody", "wota"] == sorted(
        problem["culprit"] for problem in caught.value.detail["problems"]
    )
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "content",
    [b"", b"district = 1", b"[district", '[district]\nid = "区"'.encode("gbk"), b"rules = [1]", b"\x00"],
)
def test_broken_files_are_problems(tmp_path: Path, content: bytes) -> None:
    """An empty, cut, wrongly encoded or shapeless file is a problem, never a traceback."""
    file = written(tmp_path, "")
    file.write_bytes(content)
    tables, problems = examine_tables(file)
    assert tables is None
    assert problems


def test_missing_file(tmp_path: Path) -> None:
    """A pack without tables says which file is missing."""
    _tables, (problem,) = examine_tables(tmp_path / "whistle_qi" / "district.toml")
    assert "district.toml" in problem.culprit
