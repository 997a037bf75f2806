"""
What a decision means for who is at work already.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from whistle.contracts import Role
from whistle.contracts.plugin import Decision
from whistle_routing.domain.dispatches import Dispatch
from whistle_routing.domain.jobs import Job


def roles(decision: Decision) -> list[tuple[str, Role]]:
    """Who is called in which role, the lead first."""
    return [(decision.lead, "lead"), *((party, "co") for party in decision.co_handlers)]


@dataclass(frozen=True)
class Call:
    """
    What a decision means for who is at work already: ``new`` are called, the lead first; ``promoted`` was a co-handler and
    leads from now on.
    """

    new: tuple[tuple[str, Role], ...]
    promoted: Dispatch | None

    @property
    def lead(self) -> str | None:
        """Who leads from now on, if that changes."""
        return (
            self.promoted.party
            if self.promoted
            else next((name for name, role in self.new if role == "lead"), None)
        )


def call(decision: Decision, job: Job, dispatches: Iterable[Dispatch], *, duty_desk: str) -> Call:
    """
    Whom a decision calls who is not at work on this round already; who returned it, was released from it, or had it by mistake, is
    not asked again.

    Whatever is decided, somebody leads and somebody is at work afterwards: if the decision leaves nobody, the duty desk.
    """
    ours = [one for one in dispatches if one.round == job.round]
    current = [one for one in ours if not one.gone]
    known = {one.party: one for one in current}  # the last of each party
    gone = {*job.returned_by, *({one.party for one in ours if one.state == "released"} - known.keys())}
    wanted = [(party, role) for party, role in roles(decision) if party not in gone]
    new = tuple((party, role) for party, role in wanted if _must_be_called(known.get(party), role))
    asked_to_lead = known.get(next((party for party, role in wanted if role == "lead"), ""))
    if asked_to_lead is not None and asked_to_lead.open:
        return Call(new, _promoted(asked_to_lead))
    led = any(role == "lead" for _, role in new) or any(one.role == "lead" for one in current)
    if led and (new or any(one.open for one in current)):
        return Call(new, None)
    desk = known.get(duty_desk)
    if desk is not None and desk.open:
        return Call(new, _promoted(desk))
    return Call(((duty_desk, "lead"), *(one for one in new if one[0] != duty_desk)), None)


def assign(party: str, role: Role, job: Job, dispatches: Iterable[Dispatch]) -> Call:
    """
    What it means that somebody names a party, for whatever reason it had given the case back: it leads, or joins in, by the work
    that it has, or by new work.
    """
    current = [one for one in dispatches if one.round == job.round and one.party == party and one.open]
    if not current:
        return Call(((party, role),), None)
    return Call((), _promoted(current[-1]) if role == "lead" else None)


def _must_be_called(known: Dispatch | None, role: Role) -> bool:
    """Not if at work, nor if its part is done; a co-handler that has reported may be called once more, to lead."""
    return known is None or (role == "lead" and known.role == "co" and not known.open)


def _promoted(dispatch: Dispatch) -> Dispatch | None:
    return None if dispatch.role == "lead" else replace(dispatch, role="lead", version=dispatch.version + 1)
