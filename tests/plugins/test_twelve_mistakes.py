"""
A pack with twelve different mistakes gets twelve precise messages in one run.
"""

from __future__ import annotations

import json
from pathlib import Path

from typer.testing import CliRunner

from whistle.cli.plugin import app
from whistle.plugins.scaffold import new_pack

PACKAGE = "whistle_nanhu"
MISTAKES = (
    # file, what stood there, what stands there now
    ("district.toml", 'duty_desk = "duty-desk"', 'duty_desk = "dutydesk"'),
    ("district.toml", "commitment = 168", 'commitment = "a week"'),
    ("district.toml", "close_after_days = 15", "close_after_days = -3"),
    (
        "district.toml",
        'id = "power-bureau"\nname = "供电所"\nkind = "electricity"\nchannel = "queue"',
        'id = "power-bureau"\nname = "供电所"\nkind = "electricity"\nchannel = "pigeon"',
    ),
    ("district.toml", 'grid = "grid-1"', 'grid = "grid-7"'),
    ("district.toml", 'parent = "nanhu"', 'parent = "beihu"'),
    ("district.toml", 'lead = "water-company"', 'lead = "watercompany"'),
    ("district.toml", 'keywords = ["停电", "供电", "电表", "路灯"]', 'keywords = "停电"\nplaces = ["南湖"]'),
    ("district.toml", 'whistle = "daily"\n', 'whistle = "loud"\n'),
    ("district.toml", '[[levels]]\nlevel = "urgent"', '[[levels]]\ncolour = "red"\nlevel = "urgent"'),
    ("__init__.py", "api = 1", "api = 2"),
    ("__init__.py", "def route(self, case: Case, facts: Facts)", "def route(self, case: Case)"),
)
TOLD = (
    # file, rule (table and row, field), culprit, part of what to do
    ("district.toml", "[district] duty_desk", "dutydesk", "no such party"),
    ("district.toml", "[hours] commitment", "a week", "must be above 0"),
    ("district.toml", "[answers] close_after_days", "-3", "must be above 0"),
    ("district.toml", "parties[5] power-bureau channel", "pigeon", "must be one of queue, page"),
    ("district.toml", "parties property grid", "grid-7", "no such grid"),
    ("district.toml", "grid grid-1 parent", "beihu", "no such grid"),
    ("district.toml", "rule water lead", "watercompany", "no such party or kind"),
    ("district.toml", "rules[2] power keywords", "停电", "must be a list of texts"),
    ("district.toml", "rules[3] estate whistle", "loud", "must be one of daily, major, urgent"),
    ("district.toml", "levels[1] urgent", "colour", "unknown column (known: level, keywords, unless)"),
    ("__init__.py:15", "Nanhu.api", "2", "must be 1"),
    ("__init__.py:17", "signature", "(self, case)", "must be def route(self, case, facts)"),
)


def test_twelve_mistakes_are_told_at_once(tmp_path: Path) -> None:
    """Each message names file, table and row, field, culprit and what to do; nothing else is complained of twice."""
    folder = tmp_path / "nanhu"
    new_pack(folder, "nanhu")
    for file, old, new in MISTAKES:
        path = folder / PACKAGE / file
        text = path.read_text(encoding="utf-8")
        assert old in text, old
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
    result = CliRunner().invoke(app, ["check", str(folder)])
    assert 1 == result.exit_code
    lines = result.stderr.splitlines()
    for file, rule, culprit, advice in TOLD:
        found = [line for line in lines if line.startswith(f"{PACKAGE}/{file}: {rule}: {culprit}: ")]
        assert [advice in line for line in found] == [True], (rule, lines)
    assert 12 == len(lines)
    problems = json.loads(CliRunner().invoke(app, ["check", str(folder), "--json"]).stdout)
    assert len(lines) == len(problems)
    assert all(problem["zh"] and problem["en"] for problem in problems)
