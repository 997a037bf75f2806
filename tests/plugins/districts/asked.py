"""
The five packs as the platform finds them, asked in this process: a decision is a pure function, no server is needed.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import importlib
from functools import cache
from typing import Any

from whistle.contracts.plugin import Case, Decision, Facts, History, Trigger, TriggerKind
from whistle.plugins.interface import DistrictPlugin
from whistle.plugins.loader import Pack, load_packs

FIVE = ("huantai", "mawei", "qingfeng", "gaochang", "zoucheng")
TUESDAY = dt.datetime(2026, 11, 24, 1, 30, tzinfo=dt.UTC)


@dataclasses.dataclass(frozen=True)
class Asked:
    """A district's plugin and the facts it decides upon."""

    pack: Pack
    plugin: DistrictPlugin
    facts: Facts

    def route(self, title: str, text: str = "", *, history: History | None = None, **more: Any) -> Decision:
        """What the plugin says about a new case; ``more`` are fields of the case."""
        return self.plugin.route(self._case(title, text, more), self._past(history))

    def escalate(
        self, kind: TriggerKind, title: str, text: str = "", *, history: History, **more: Any
    ) -> Decision:
        """What it says when something happened to the case."""
        trigger = Trigger(kind=kind, detail="依据")
        return self.plugin.escalate(self._case(title, text, more), self._past(history), trigger)

    def kind(self, party: str) -> str:
        """The kind of a party."""
        found = self.facts.party(party)
        assert found is not None, party
        return found.kind

    def _case(self, title: str, text: str, more: dict[str, Any]) -> Case:
        case = Case(no="26-00421-7", district=self.pack.district, title=title, text=text, filed_at=TUESDAY)
        return dataclasses.replace(case, **more)

    def _past(self, history: History | None) -> Facts:
        return dataclasses.replace(self.facts, history=history or History())


@cache
def ask(district: str) -> Asked:
    """The installed pack of a district."""
    pack = load_packs([district])[district]
    module, _, name = pack.entry.partition(":")
    plugin = getattr(importlib.import_module(module), name)(pack.tables)
    facts = Facts(now=TUESDAY, district=district, parties=pack.tables.parties, grid=pack.tables.grid)
    return Asked(pack, plugin, facts)


def rules(decision: Decision) -> list[str]:
    """The rules that spoke, in their order."""
    return [reason.rule for reason in decision.reasons]
