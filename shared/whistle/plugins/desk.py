"""
Always an answer: the district's plugin, else its tables, else its duty desk.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import threading
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from whistle.clock import Clock
from whistle.contracts.plugin import Classification, Decision, Reason
from whistle.errors import Misconfigured, PluginFailed
from whistle.plugins.breaker import Breaker
from whistle.plugins.host.parent import PluginHost
from whistle.plugins.host.process import Limits
from whistle.plugins.host.wire import Outcome, Request
from whistle.plugins.interface import DistrictPlugin
from whistle.plugins.loader import Pack
from whistle.plugins.problems import Problem, complaint
from whistle.plugins.tables import Tables
from whistle.plugins.trial import tried

__all__ = ["Limits", "Outcome", "Request", "Router"]


@dataclasses.dataclass(frozen=True, kw_only=True)
class _Desk:
    """What one district needs: its pack, the process, the breaker, and the tables to fall back upon."""

    pack: Pack
    host: PluginHost
    breaker: Breaker
    tables: DistrictPlugin


class Router:
    """
    Decides cases of all districts, each by its own plugin's process.

    Args:
        packs: from :func:`whistle.plugins.loader.load_packs`.
        clock: for the breakers' cool-down.
        limits: what a plugin may use.
        threshold, cool_down: see :class:`Breaker`.

    Districts do not wait for each other: call :meth:`decide` from one thread (or green thread) per district.
    """

    def __init__(
        self,
        packs: Mapping[str, Pack],
        *,
        clock: Clock,
        limits: Limits | None = None,
        threshold: int = 3,
        cool_down: dt.timedelta | None = None,
    ) -> None:
        self._clock, self._limits = clock, limits
        self._threshold, self._cool_down = threshold, cool_down
        self._desks = {
            district: self._desk_for(PluginHost(pack, limits=limits)) for district, pack in packs.items()
        }
        self._turns = {district: threading.Lock() for district in packs}

    @property
    def packs(self) -> Mapping[str, Pack]:
        """The pack of each district that decides now; a view."""
        return _Packs(self._desks)

    def start(self) -> None:
        """
        Start every district's process now.

        Raises:
            Misconfigured: packs that cannot be used, all of them at once. One that is merely slow to start is left to the
                breaker.
        """
        problems: list[Problem] = []
        for desk in self._desks.values():
            try:
                desk.host.start()
            except Misconfigured as error:
                problems += [Problem(**problem) for problem in error.detail["problems"]]
            except PluginFailed as error:
                desk.breaker.failure(str(error))
        if problems:
            self.stop()
            raise complaint(problems)

    def stop(self) -> None:
        """End all processes."""
        for desk in self._desks.values():
            desk.host.stop()

    def reset(self, district: str) -> None:
        """Let a district's plugin be asked again, in a fresh process."""
        desk = self._desk(district)
        desk.host.stop()
        desk.breaker.reset()

    def try_out(self, pack: Pack) -> PluginHost:
        """
        The running process of a new version that passed its checks and answered a question; the one in use goes on meanwhile.

        Raises:
            Misconfigured, PluginFailed: what is wrong with it, in one line.
        """
        self._desk(pack.district)
        return tried(pack, now=self._clock.now(), limits=self._limits)

    def take_over(self, host: PluginHost) -> None:
        """
        From the next batch on this process decides for its district, behind a closed breaker; the one before ends when it has
        answered what it was asked.
        """
        district = host.pack.district
        self._desk(district)
        with self._turns[district]:
            before, self._desks[district] = self._desks[district], self._desk_for(host)
        before.host.stop()

    def _desk_for(self, host: PluginHost) -> _Desk:
        return _Desk(
            pack=host.pack,
            host=host,
            breaker=Breaker(self._clock, threshold=self._threshold, cool_down=self._cool_down),
            tables=DistrictPlugin(host.pack.tables),
        )

    def describe(self) -> list[dict[str, Any]]:
        """One row per district: plugin, version, process, isolation, breaker; JSON values."""
        return [
            {**desk.host.describe(), "name": desk.pack.tables.name, "breaker": desk.breaker.describe()}
            for desk in self._desks.values()
        ]

    def decide(self, requests: Sequence[Request]) -> list[Outcome]:
        """
        One outcome per request, in order, each with a decision, whatever the plugins do.

        Raises:
            Misconfigured: a case of a district that has no pack here.
        """
        outcomes: dict[int, Outcome] = {}
        for district in dict.fromkeys(request.case.district for request in requests):
            places = [place for place, request in enumerate(requests) if request.case.district == district]
            self._desk(district)
            with self._turns[district]:
                answers = _decide(self._desks[district], [requests[place] for place in places])
            outcomes.update(zip(places, answers, strict=True))
        return [outcomes[place] for place in range(len(requests))]

    def _desk(self, district: str) -> _Desk:
        try:
            return self._desks[district]
        except KeyError:
            known = ", ".join(sorted(self._desks)) or "-"
            raise Misconfigured(
                f"没有区县 {district} 的包(已有: {known})",
                f"no pack for district {district} (present: {known})",
            ) from None


class _Packs(Mapping[str, Pack]):
    """The packs of the desks as they are at each moment."""

    def __init__(self, desks: Mapping[str, _Desk]) -> None:
        self._desks = desks

    def __getitem__(self, district: str) -> Pack:
        return self._desks[district].pack

    def __iter__(self) -> Iterator[str]:
        return iter(self._desks)

    def __len__(self) -> int:
        return len(self._desks)


def _decide(desk: _Desk, requests: Sequence[Request]) -> list[Outcome]:
    """Ask the plugin as far as its breaker lets, then fill what is missing from the tables."""
    asked: list[Outcome] = []
    if desk.breaker.state == "half-open":
        asked += _asked(desk, requests[:1])
    if desk.breaker.state == "closed":
        asked += _asked(desk, requests[len(asked) :])
    off = [_off(desk)] * (len(requests) - len(asked))
    return [
        _filled(desk, request, outcome) for request, outcome in zip(requests, [*asked, *off], strict=True)
    ]


def _asked(desk: _Desk, requests: Sequence[Request]) -> list[Outcome]:
    outcomes = desk.host.decide(requests)
    for outcome in outcomes:
        if outcome.failure is None:
            desk.breaker.success()
        elif outcome.asked:
            desk.breaker.failure(outcome.failure)
    return outcomes


def _off(desk: _Desk) -> Outcome:
    said = desk.breaker.describe()["last_failure"]
    zh, en = "插件连续失败已停用,待人工恢复", "the plugin is off after repeated failures, until it is reset"
    return Outcome(
        decision=None,
        source="plugin",
        plugin=desk.pack.plugin,
        version=desk.pack.version,
        failure=f"{zh} / {en}: {said}"[:400],
        asked=False,
    )


def _filled(desk: _Desk, request: Request, outcome: Outcome) -> Outcome:
    """The outcome itself, or what the tables or the duty desk say in its place."""
    if outcome.decision is not None:
        return dataclasses.replace(outcome, request=request)
    try:
        if request.trigger is None:
            decision = desk.tables.route(request.case, request.facts)
        else:
            decision = desk.tables.escalate(request.case, request.facts, request.trigger)
    except Exception:  # noqa: BLE001 - the last line before a lost case: whatever it was, the duty desk takes it
        decision = _duty_desk(desk.pack.tables)
    ruled = decision.lead != desk.pack.tables.duty_desk
    source = "fallback" if ruled else "duty-desk"
    return dataclasses.replace(outcome, decision=decision, source=source, request=request)


def _duty_desk(tables: Tables) -> Decision:
    return Decision(
        lead=tables.duty_desk,
        classification=Classification(handling_class="commitment", category=tables.default_category),
        reasons=(Reason(rule="duty-desk", evidence="插件与规则均未作出决定,由值班席受理", confidence=0.0),),
        handle_hours=tables.hours.get("commitment"),
    )
