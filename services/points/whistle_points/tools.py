"""
What the points service works with: the districts' schemes, and the key that makes codes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from whistle.places import Atlas, nowhere
from whistle.plugins.host.parent import PluginHost
from whistle.plugins.loader import load_packs
from whistle.settings import Settings
from whistle_points.rules import Rules
from whistle_points.schemes import rules_of
from whistle_points.settings import PointsSettings, read_settings
from whistle_points.store import stored_trees
from whistle_points.working import WorkingDays


@dataclass(frozen=True)
class Tools:
    """
    Injected into the service once; ``names`` of the districts as people call them; ``places``: their trees; ``scorers``: the packs
    that are asked.
    """

    rules: Rules
    settings: PointsSettings
    database: Any = field(repr=False)
    secret: str = field(repr=False)
    working: WorkingDays = field(default_factory=WorkingDays)
    names: Mapping[str, str] = field(default_factory=dict)
    places: Atlas = nowhere
    scorers: Mapping[str, PluginHost] = field(default_factory=dict)

    @classmethod
    def of(cls, host: Any) -> Tools:
        """
        From the host of the running service.

        Raises:
            Misconfigured: a pack or its scheme cannot be used.
        """
        made = cls.made(host.settings, secret=host.secret, database=host.database)
        host.tokens.atlas = made.places
        return made

    @classmethod
    def made(cls, settings: Settings, *, secret: str, database: Any) -> Tools:
        """From the settings, for the command line too. Raises Misconfigured."""
        packs = load_packs(settings.districts or None)
        rules = rules_of(packs)
        return cls(
            rules=rules,
            settings=read_settings(settings),
            database=database,
            secret=secret,
            working=WorkingDays.of(settings, packs),
            places=stored_trees(database),
            names={district: pack.tables.name for district, pack in packs.items()},
            scorers={
                district: PluginHost(pack)  # its process starts with the first question
                for district, pack in packs.items()
                if any(one.plugin_items for one in rules.of(district).versions)
            },
        )
