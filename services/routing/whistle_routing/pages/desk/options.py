"""
What a reader may do with a dispatch now.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from whistle.contracts.plugin import LEVELS, Level
from whistle_routing.domain import Dispatch, Job
from whistle_routing.domain.possible import (
    at_work,
    may_ask_for_time,
    may_run_again,
    may_stand_still,
    possible_steps,
    why_no_return,
)
from whistle_routing.domain.returns import NoReturn
from whistle_routing.domain.whistles import Consultation
from whistle_routing.handlers.returning.windows import return_until
from whistle_routing.handlers.whistling.blowing import terms_of
from whistle_routing.pages.desk.meetings import meetings_of
from whistle_routing.pages.desk.reader import Reader
from whistle_routing.store import RoutingUnit
from whistle_routing.tools import Tools

STREET = "street"
"""The least role that the routes of recalls and of clocks ask for."""


@dataclass(frozen=True, kw_only=True)
class Blowable:
    """A class of whistles that this reader may blow; ``asks``: somebody must approve it first."""

    code: Level
    asks: bool


@dataclass(frozen=True, kw_only=True)
class Options:
    """
    ``steps`` move the work on. ``for_party``: staff does it in the party's name. ``no_return`` is why it cannot be given back, None
    if it can, until ``return_until``. ``needs_proof``: arriving must be proved, by the code of the whistle.
    """

    for_party: bool = False
    steps: Sequence[str] = ()
    needs_proof: bool = False
    shows_return: bool = False
    no_return: NoReturn | None = "state"
    return_until: dt.datetime | None = None
    extend: bool = False
    urge: bool = False
    recall: bool = False
    pause: bool = False
    resume: bool = False
    escalate: bool = False
    blow: Sequence[Blowable] = ()
    consult: bool = False
    meetings: Sequence[Consultation] = ()

    @property
    def unheld(self) -> Sequence[Consultation]:
        """The consultations without minutes, where this reader may record them."""
        return [one for one in self.meetings if one.held_at is None] if self.consult else ()

    @property
    def offered(self) -> Sequence[str]:
        """The forms of the page."""
        others = {
            "extend": self.extend,
            "return": self.shows_return and self.no_return is None,
            "urge": self.urge,
            "pause": self.pause,
            "resume": self.resume,
            "recall": self.recall,
            "escalate": self.escalate,
            "blow": bool(self.blow),
            "consult": self.consult,
        }
        holding = [f"hold-{one.id}" for one in self.unheld]
        return [*self.steps, *(name for name, there in others.items() if there), *holding]


def options_of(unit: RoutingUnit, reader: Reader, found: Dispatch, job: Job, *, tools: Tools) -> Options:
    """By the tables of the domain; the use case decides again when it is done."""
    here = not reader.is_party and reader.who.covers(job.district, job.grid)
    acts = reader.has(found) or here
    owner = reader.owns(job, tools) and not reader.has(found)
    open_now = at_work(found, job)
    minds = here and reader.who.may(STREET)
    whistle = unit.whistles.get(found.whistle) if found.whistle else None
    until = return_until(found, job.handling_class, tools=tools)
    clock = next((one for one in unit.clocks_of(job.no) if one.id == found.id), None)
    return Options(
        for_party=here,
        steps=possible_steps(found, job, whistle) if acts else (),
        needs_proof=whistle is not None and whistle.proof,
        shows_return=acts and open_now,
        no_return=why_no_return(found, job, until=until, at=unit.now) if acts else "state",
        return_until=until,
        extend=acts and may_ask_for_time(found, job, clock, at=unit.now),
        urge=open_now and (owner or here),
        recall=open_now and here and reader.who.may(STREET),
        pause=minds and may_stand_still(found, job, clock, at=unit.now),
        resume=minds and may_run_again(found, job, clock, at=unit.now),
        escalate=here and job.state == "routed",
        blow=_blowable(unit, reader, job, tools=tools) if here else (),
        consult=minds and job.state != "closed" and not _whistled(unit, job),
        meetings=meetings_of(unit, job) if here else (),
    )


def _whistled(unit: RoutingUnit, job: Job) -> bool:
    """Is a whistle blown, so that who confers does it on the whistle's page?"""
    whistle = unit.whistle_of(job.no, job.round)
    return whistle is not None and whistle.state == "blown"


def _blowable(unit: RoutingUnit, reader: Reader, job: Job, *, tools: Tools) -> Sequence[Blowable]:
    who = reader.who
    if job.state != "routed" or unit.live_whistle(job.no, job.round) is not None:
        return ()
    terms = [(code, terms_of(unit, job, code, tools=tools)) for code in LEVELS]
    return [
        Blowable(code=code, asks=one.asks_first(who.role)) for code, one in terms if one.lets_blow(who.role)
    ]
