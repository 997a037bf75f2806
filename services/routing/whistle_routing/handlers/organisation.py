"""
The organisation of the installed packs.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from whistle.plugins.loader import Pack


def load_organisations(database: Any, packs: Mapping[str, Pack]) -> None:
    """Take parties and grid of every pack into routing's own tables."""
    with database.write() as unit:
        for district, pack in packs.items():
            unit.load_organisation(
                district,
                [{"district": district, **party.to_json()} for party in pack.tables.parties],
                [{"district": district, **node.to_json()} for node in pack.tables.grid],
            )
