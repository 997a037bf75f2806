"""
Reads ``[model]`` of a ``district.toml``: the learned classifier that proposes where no rule decides.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from pathlib import Path

from whistle.plugins.complaints import Complaints, Row
from whistle.plugins.model import Model, read_model

_COLUMNS = ("file", "min_confidence", "leads")


@dataclasses.dataclass(frozen=True, kw_only=True)
class Proposing:
    """A model, who leads in which of its categories, and how sure it must be to be followed."""

    model: Model
    leads: Mapping[str, str]
    min_confidence: float = 0.6


def read_proposing(check: Complaints, raw: Row, folder: Path) -> Proposing | None:
    """The table ``[model]`` with the file it names, or None without one."""
    row = check.table(raw, "model")
    if not row:
        return None
    for column in row:
        if column not in _COLUMNS:
            words = ", ".join(_COLUMNS)
            check.wrong("[model]", column, f"未知的列(可用: {words})", f"unknown column (known: {words})")
    least = check.number(row, "min_confidence", "[model]", most=1) or Proposing.min_confidence
    leads = check.table(row, "leads")
    file = check.text(row, "file", "[model]")
    if not file:
        return None
    try:
        model = read_model(folder / file)
    except ValueError as error:
        check.wrong("[model] file", f"{file}: {error}"[:80], "不是可用的模型", "is not a model")
        return None
    for category, lead in leads.items():
        if category not in model.categories:
            words = ", ".join(model.categories)
            check.wrong(
                "[model.leads]", category, f"模型没有此类别(有: {words})", f"not of the model ({words})"
            )
        if not isinstance(lead, str):
            check.wrong(f"[model.leads] {category}", lead, "应为单位", "must be a party")
    return Proposing(model=model, leads=dict(leads), min_confidence=least)
