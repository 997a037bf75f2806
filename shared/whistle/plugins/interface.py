"""
The class a district's plugin inherits from.
"""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from typing import Any, ClassVar

from whistle.contracts.plugin import Case, Classification, Decision, Deed, Facts, Trigger
from whistle.plugins import rules
from whistle.plugins.declared import Value
from whistle.plugins.problems import Problem
from whistle.plugins.tables import Tables

API = 1
"""The version of this interface; a pack says which one it was written for."""
HOOKS = ("classify", "route", "escalate", "score")


class DistrictPlugin:
    """
    Decides who handles a case, from the pack's ``district.toml``; a district overrides only what differs.

    Hooks are pure: no I/O, no clock (``facts.now`` is the time), no random numbers, no state kept between calls. They run in
    a process of their own with a time budget and a memory limit; whatever goes wrong there costs one decision, which
    then comes from the tables alone.

    Class attributes, which a pack sets:
        district: the district's id, the same as in ``district.toml`` and in the entry point.
        version: the pack's version; stored with each decision.
        api: the version of this interface that the pack was written for.
    """

    district: ClassVar[str] = ""
    version: ClassVar[str] = "0"
    api: ClassVar[int] = API

    def __init__(self, tables: Tables) -> None:
        self.tables = tables
        self._lexicon = rules.Lexicon(tables.rules)
        self._last: tuple[Case, Facts, list[rules.Match]] | None = None

    @property
    def settings(self) -> Mapping[str, Value]:
        """The values of the settings that ``[settings]`` declares, as whoever runs the platform set them."""
        return self.tables.settings

    def classify(self, case: Case, facts: Facts) -> Classification:
        """
        How the case is handled (S1-10), what it is about, how serious it is.

        Called by :meth:`route`; override it to judge differently and keep the routing.
        """
        found = self._matches(case, facts)
        return rules.classify(self.tables, case, found[0] if found else None)

    def route(self, case: Case, facts: Facts) -> Decision:
        """Who leads, who joins, by when, and why. Parties in ``facts.history.returned_by`` do not lead again."""
        return self.assign(case, facts, self.classify(case, facts))

    def escalate(self, case: Case, facts: Facts, trigger: Trigger) -> Decision:
        """Who acts when the case is overdue, was given back, exceeds powers, or the resident is dissatisfied."""
        routed = self.route(case, facts)
        return rules.escalate(self.tables, case, facts, trigger=trigger, routed=routed)

    def score(self, deed: Deed) -> int:
        """
        What a deed is worth, in tenths of a point, before caps: by default what the scheme's configuration gives. Asked only where
        the scheme says ``scored_by = "plugin"``; if it fails, the configuration's amount is booked and somebody is told.
        """
        return deed.tenths

    def assign(self, case: Case, facts: Facts, classification: Classification) -> Decision:
        """What the tables say about who acts, given a classification. Not a hook: call it, do not override it."""
        found = self._matches(case, facts)
        return rules.decide(self.tables, facts, case, found=found, kind=classification)

    def _matches(self, case: Case, facts: Facts) -> list[rules.Match]:
        """The fitting rules; those of the last case are kept, because one decision needs them several times."""
        if self._last is None or self._last[0] is not case or self._last[1] is not facts:
            self._last = case, facts, rules.matches(self.tables, self._lexicon, case, facts)
        return self._last[2]


def examine_class(found: Any, *, district: str, file: str) -> list[Problem]:
    """What is wrong with the class that an entry point names; nothing, if it can be asked."""
    name = getattr(found, "__qualname__", repr(found))
    if not (isinstance(found, type) and issubclass(found, DistrictPlugin)):
        return [
            Problem(
                file=file,
                rule="class",
                culprit=name,
                zh="不是 DistrictPlugin 的子类",
                en="not a DistrictPlugin",
            )
        ]
    problems = (
        [_differs(file, f"{name}.district", found.district, district)] if found.district != district else []
    )
    if found.api != API:
        problems.append(_differs(file, f"{name}.api", found.api, API))
    version: object = found.version
    if not isinstance(version, str) or not 0 < len(version) <= 40:
        problems.append(_differs(file, f"{name}.version", version, '"1.0.0"'))
    for hook in HOOKS:
        problems += _examine_hook(found, hook, f"{file} {name}.{hook}")
    return problems


def _differs(file: str, rule: str, got: object, wanted: object) -> Problem:
    return Problem(file=file, rule=rule, culprit=repr(got), zh=f"应为 {wanted}", en=f"must be {wanted}")


def _examine_hook(found: type[DistrictPlugin], hook: str, file: str) -> list[Problem]:
    own = getattr(found, hook)
    wanted = tuple(inspect.signature(getattr(DistrictPlugin, hook)).parameters)
    if not callable(own):
        return [_differs(file, "signature", own, f"def {hook}({', '.join(wanted)})")]
    got = tuple(inspect.signature(own).parameters)
    if got == wanted and not inspect.iscoroutinefunction(own):
        return []
    return [_differs(file, "signature", f"({', '.join(got)})", f"def {hook}({', '.join(wanted)})")]
