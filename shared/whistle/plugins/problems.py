"""
What is wrong with a pack: mistakes one by one, and all of them as one error.
"""

from __future__ import annotations

import dataclasses

from whistle.errors import Misconfigured

TABLES_FILE = "district.toml"
"""Where most of it stands."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Problem:
    """One mistake in a pack: where it stands, which rule is broken, by what."""

    file: str
    rule: str
    culprit: str
    zh: str
    en: str

    def __str__(self) -> str:
        return f"{self.file}: {self.rule}: {self.culprit}: {self.zh} / {self.en}"

    def to_json(self) -> dict[str, str]:
        return dict(vars(self))


def complaint(problems: list[Problem]) -> Misconfigured:
    """One error out of many mistakes: all of them in one line, and as data."""
    listed = "; ".join(str(problem) for problem in problems)
    return Misconfigured(
        f"区县包有 {len(problems)} 处错误: {listed}",
        f"{len(problems)} mistake(s) in the pack, listed before",
        problems=[problem.to_json() for problem in problems],
    )
