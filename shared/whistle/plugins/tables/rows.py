"""
What a ``district.toml`` says, as frozen rows.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

from whistle.calendar.plan import NO_PLAN, Plan
from whistle.contracts.plugin import GridNode, HandlingClass, Level, Party, TriggerKind
from whistle.plugins.agreed import NOTHING_AGREED, Agreed
from whistle.plugins.conditions import When
from whistle.plugins.declared import Setting, Value
from whistle.plugins.organisation.reading import Files
from whistle.plugins.powers import Power
from whistle.plugins.returns import DEFAULT, Returns
from whistle.plugins.sittings import Sitting
from whistle.plugins.tables.model import Proposing
from whistle.plugins.terms import Terms
from whistle.plugins.whistle_terms import WhistleTerms

CLOSE_AFTER_DAYS = 15.0
REPEAT_DAYS = 30
"""How far back cases of the same grid are counted where a rule asks and ``[repeats]`` does not say."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Rule:
    """
    One row of ``[[rules]]``: when it fits and what then.

    It fits when one of ``keywords`` occurs (and one of ``also``, and none of ``unless``) and all of ``when`` holds; an empty
    column asks nothing. ``lead`` and ``co`` are party ids or ``kind:…`` (the party of that kind that is nearest in the grid).
    ``weight`` is added to the score, for rules that shall win over more general ones; a higher ``priority`` wins whatever the
    score. With ``max_open`` it fits only while its lead has fewer dispatches that are not reported; with ``repeats`` only once so
    many others of its category came from the same grid lately.
    """

    id: str
    lead: str
    category: str
    keywords: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    when: When = dataclasses.field(default_factory=When)
    co: tuple[str, ...] = ()
    whistle: Level | None = None
    handling: HandlingClass | None = None
    level: Level | None = None
    hours: float | None = None
    weight: float = 0.0
    priority: int = 0
    max_open: int | None = None
    repeats: int | None = None


@dataclasses.dataclass(frozen=True, kw_only=True)
class Words:
    """One row of ``[[handling]]`` or ``[[levels]]``: these words speak for this handling class or level."""

    value: str
    keywords: tuple[str, ...]
    unless: tuple[str, ...] = ()


@dataclasses.dataclass(frozen=True, kw_only=True)
class Joint:
    """When the runner-up joins in: its score is at least ``min_score`` and ``share`` of the winner's."""

    share: float = 0.75
    min_score: float = 4.0
    at_most: int = 2


@dataclasses.dataclass(frozen=True, kw_only=True)
class Step:
    """One row of ``[escalation.<trigger>]``: who leads (None: as before), who joins, as which whistle, how long."""

    lead: str | None = None
    add: tuple[str, ...] = ()
    whistle: Level = "major"
    hours: float = 48.0


@dataclasses.dataclass(frozen=True, kw_only=True)
class Tables:
    """
    A whole ``district.toml``. ``classes`` has the deadlines of the handling classes; ``hours`` is the time to handle of the
    classes that it leaves out, in hours on the wall, ``level_hours`` the most a level allows. ``grid`` is the tree down to the
    micro-grid, of ``[[grid]]`` and of the files in ``organisation``. A case that nobody rates is closed ``close_after_days``
    (of ``[answers]``) after its answer. ``repeat_days`` is how far back cases of the same grid are counted, None: they are not.
    ``returns`` says what becomes of work that is given back, ``whistles`` who may blow which
    class of whistles; ``agreed`` what parties are sent and what they signed.
    ``declared`` are the settings of ``[settings]``, ``settings`` their values.
    """

    file: str
    district: str
    name: str
    duty_desk: str
    default_category: str
    parties: tuple[Party, ...]
    grid: tuple[GridNode, ...]
    rules: tuple[Rule, ...]
    hours: Mapping[HandlingClass, float]
    level_hours: Mapping[Level, float] = dataclasses.field(default_factory=dict)
    handling: tuple[Words, ...] = ()
    levels: tuple[Words, ...] = ()
    joint: Joint = Joint()
    escalation: Mapping[TriggerKind, Step] = dataclasses.field(default_factory=dict)
    classes: tuple[Terms, ...] = ()
    calendar: Plan = NO_PLAN
    organisation: Files | None = None
    close_after_days: float = CLOSE_AFTER_DAYS
    powers: tuple[Power, ...] = ()
    declared: tuple[Setting, ...] = ()
    settings: Mapping[str, Value] = dataclasses.field(default_factory=dict)
    proposing: Proposing | None = None
    returns: Returns = DEFAULT
    whistles: tuple[WhistleTerms, ...] = ()
    agreed: Agreed = NOTHING_AGREED
    sittings: tuple[Sitting, ...] = ()
    repeat_days: int | None = None

    @property
    def asks_workload(self) -> bool:
        """Do the rules look at how much work a party has?"""
        return any(rule.max_open for rule in self.rules)
