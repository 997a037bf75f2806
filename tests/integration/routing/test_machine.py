"""
Any interleaving of filings, decisions, actions, returns, reopenings, duplicates and clocks: what must hold, holds at every step.
"""

from __future__ import annotations

import datetime as dt
import tempfile
from collections import Counter
from functools import cache
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from tests.integration.routing.conftest import opened
from tests.integration.routing.town import NOON, PARTIES, Town, decision
from whistle.clock import SetClock
from whistle.contracts import Arrive, Progress, Report, Return, Sign
from whistle.storage import Database, make_engine
from whistle_routing import domain
from whistle_routing.domain import returns
from whistle_routing.handlers.returning.windows import return_until
from whistle_routing.store import RoutingUnit

CLOCK_WORDS = {
    "dispatch.sent": "started",
    "clock.warned": "warned",
    "clock.overdue": "overdue",
    "clock.stopped": "stopped",
    "dispatch.reported": "stopped",
    "dispatch.returned": "stopped",
}
"""What each message says about the clock of its dispatch."""
CASES = st.sampled_from(["26-00001-1", "26-00001-1", "26-00001-1", "26-00002-2"])
PARTY = st.sampled_from(PARTIES)
FEW = st.sampled_from(PARTIES[:3])
OTHERS = st.lists(FEW, max_size=2, unique=True)
ACTION = st.sampled_from([Sign, Sign, Arrive, Progress, Report, Report, Report, Return])
FIELDS = {Progress: {"text": "在办"}, Report: {"text": "好了"}, Return: {"basis": "三定"}}


@cache
def empty_database():
    """A migrated file, made once."""
    with tempfile.TemporaryDirectory() as folder:
        opened(f"sqlite:///{folder}/routing.db", SetClock(NOON)).close()
        return (Path(folder) / "routing.db").read_bytes()


class Routing(RuleBasedStateMachine):
    """Routing's handlers on a SQLite file, driven at random."""

    def __init__(self):
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        (Path(self.folder.name) / "routing.db").write_bytes(empty_database())
        engine = make_engine(f"sqlite:///{self.folder.name}/routing.db", schema="routing")
        self.town = Town(Database(engine, RoutingUnit, clock=SetClock(NOON)))
        self.sent, self.refused = 0, Counter()
        self.says = []

    def teardown(self):
        self.town.database.close()
        self.folder.cleanup()

    # --- what happens ---------------------------------------------------------------------------------------------

    def known(self, no):
        return next((job for job in self.town.everything()[0] if job.no == no), None)

    @initialize(lead=FEW, co=OTHERS)
    def begin(self, lead, co):
        """One case is at work."""
        self.file("26-00001-1")
        self.decide(lead, co, lead)

    @rule(no=CASES)
    def file(self, no):
        self.town.file(no)

    @precondition(lambda self: any(job.state == "pending" for job in self.town.everything()[0]))
    @rule(lead=FEW, co=OTHERS, again=PARTY)
    def decide(self, lead, co, again):
        if any(job.state == "pending" for job in self.town.everything()[0]):
            self.town.decide(decision(lead, *[one for one in co if one != lead]), decision(again))

    def open_ones(self):
        return sorted((one for one in self.town.everything()[1] if one.open), key=lambda one: one.id)

    @precondition(lambda self: self.open_ones())
    @rule(data=st.data())
    def report(self, data):
        """The way to the end, in one step."""
        about = data.draw(st.sampled_from(self.open_ones()))
        for action in [Sign, Report] if about.state == "sent" else [Report]:
            self.act_as(about.party, about.id, action)

    @precondition(lambda self: self.open_ones())
    @rule(data=st.data(), lead=FEW, co=OTHERS)
    def give_back_and_decide(self, data, lead, co):
        """Returned, and somebody else is named: perhaps one who is at work already."""
        self.act_as((about := data.draw(st.sampled_from(self.open_ones()))).party, about.id, Return)
        self.decide(lead, co, lead)

    @precondition(lambda self: self.town.everything()[1])
    @rule(data=st.data(), action=ACTION, stranger=st.none() | PARTY)
    def act(self, data, action, stranger):
        """Anything by anybody about any dispatch, however old."""
        about = data.draw(st.sampled_from(sorted(self.town.everything()[1], key=lambda one: one.id)))
        self.act_as(stranger or about.party, about.id, action)

    @property
    def now(self):
        return self.town.clock.now()

    def until(self, about):
        return return_until(about, self.known(about.case_no), tools=self.town.tools)

    @precondition(lambda self: any(job.state == "ruling" for job in self.town.everything()[0]))
    @rule(lead=PARTY)
    def rule_upon(self, lead):
        """The arbiter names anybody, also one who gave it back."""
        for job in self.town.everything()[0]:
            if job.state == "ruling":
                self.town.rule(job.no, lead)

    def act_as(self, by, ident, action):
        about = next(one for one in self.town.everything()[1] if one.id == ident)
        job = self.known(about.case_no)
        allowed = (
            by == about.party
            and (about.state, action.verb()) in domain.ACTIONS
            and about.round == job.round
            and job.state != "closed"
            and (
                action is not Return
                or returns.no_return(about, job, until=self.until(about), at=self.now) is None
            )
        )
        self.town.act(action(dispatch=ident, by="张工", **FIELDS.get(action, {})), party=by)
        self.sent += 1
        if not allowed:
            self.refused[by] += 1

    def ended(self):
        return [job for job in self.town.everything()[0] if job.state in ("done", "closed")]

    @precondition(lambda self: self.ended())
    @rule()
    def reopen(self):
        """And once more by a message that comes twice, and by one that comes late."""
        for job in self.ended():
            for round_ in (job.round + 1, job.round + 1, job.round):
                self.town.reopen(job.no, round_)
            self.town.closing(job.no, job.round)

    @precondition(lambda self: self.ended())
    @rule()
    def close(self):
        for job in self.ended():
            self.town.closing(job.no, job.round)

    @rule(hours=st.sampled_from([1, 5, 9, 40]))
    def time_passes(self, hours):
        self.town.clock.advance(dt.timedelta(hours=hours))
        self.town.fire()

    # --- what must hold ---------------------------------------------------------------------------------------------

    @invariant()
    def nobody_is_called_twice_and_no_case_is_forgotten(self):
        jobs, dispatches, _, _ = self.town.everything()
        for job in jobs:
            at_work = [one.party for one in dispatches if one.case_no == job.no and one.open]
            assert len(at_work) == len(set(at_work))
            if job.state == "routed":
                assert at_work
            if job.state in ("done", "closed"):
                assert not at_work

    @invariant()
    def a_case_is_done_exactly_when_all_have_reported(self):
        jobs, dispatches, whistles, _ = self.town.everything()
        told = Counter((e.case_no, e.data.round) for e in self.said("dispatch.reported") if e.data.case_done)
        for job in jobs:
            own = [one for one in dispatches if one.case_no == job.no]
            if job.state not in (
                "pending",
                "ruling",
            ):  # the last co-handler may step back after the others reported
                assert (job.state in ("done", "closed")) == domain.all_reported(own, job.round)
            for round_ in range(1, job.round + 1):
                assert told[job.no, round_] == int(round_ < job.round or job.state in ("done", "closed"))
            for whistle in [one for one in whistles if one.case_no == job.no]:
                ended = whistle.round < job.round or job.state in ("done", "closed")
                assert ("closed" if ended else "blown") == whistle.state
        closed = Counter(event.data.whistle for event in self.said("whistle.closed"))
        assert {one.id: 1 for one in whistles if one.state == "closed"} == closed

    @invariant()
    def each_party_s_messages_are_counted_without_gaps(self):
        for party in PARTIES:
            numbers = [event.sequence for event in self.town.said(to=party)]
            assert numbers == list(range(1, len(numbers) + 1))

    @invariant()
    def every_dispatch_has_a_clock_that_fires_each_colour_once_and_stops(self):
        _, dispatches, _, clocks = self.town.everything()
        by_id = {clock.id: clock for clock in clocks}
        assert {one.id for one in dispatches} == {one.id for one in clocks if one.dispatch}
        said = {}
        for event in self.town.said():
            word = CLOCK_WORDS.get(event.data.name)
            if word and event.data.dispatch:
                said.setdefault(event.data.dispatch, []).append(word)
        for one in dispatches:
            told = said[one.id]
            assert told == [name for name in ("started", "warned", "overdue", "stopped") if name in told]
            assert one.open == (by_id[one.id].state != "stopped") == ("stopped" not in told)

    @invariant()
    def every_action_is_recorded_and_every_refusal_answered(self):
        actions = self.town.actions()
        assert self.sent == len(actions)
        assert sum(self.refused.values()) == sum(refused is not None for _, refused in actions)
        for party in PARTIES:
            answers = [event for event in self.town.said(to=party) if event.data.name == "dispatch.refused"]
            assert len(answers) == (0 if party == "office" else self.refused[party])

    @invariant()
    def the_books_agree(self):
        with self.town.database.read() as unit:
            assert [] == unit.differences()

    def said(self, name):
        return [event for event in self.town.said() if event.data.name == name]


TestRouting = Routing.TestCase
TestRouting.settings = settings(
    max_examples=15, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck)
)
