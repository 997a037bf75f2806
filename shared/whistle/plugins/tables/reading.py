"""
Reads a ``district.toml``. Reading never runs the pack's code; every mistake is collected before anything is complained about,
and each names file, rule and culprit.
"""

from __future__ import annotations

import tomllib
from pathlib import Path

from whistle.plugins.problems import Problem, complaint
from whistle.plugins.tables.check import check_tables
from whistle.plugins.tables.rows import Tables


def read_tables(file: Path) -> Tables:
    """
    Read and check a ``district.toml``.

    Raises:
        Misconfigured: with every mistake in one line; ``detail["problems"]`` holds them one by one.
    """
    tables, problems = examine_tables(file)
    if tables is None:
        raise complaint(problems)
    return tables


def examine_tables(file: Path) -> tuple[Tables | None, list[Problem]]:
    """The tables, or None and everything that is wrong with them."""
    shown = f"{file.parent.name}/{file.name}"
    try:
        raw = tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None, [Problem(file=shown, rule="file", culprit=str(file), zh="文件不存在", en="no such file")]
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        return None, [
            Problem(file=shown, rule="file", culprit=str(error), zh="无法读取", en="cannot be read")
        ]
    return check_tables(raw, shown, file.parent)
