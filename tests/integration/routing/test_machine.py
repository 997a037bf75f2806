"""
Any interleaving of filings, decisions, actions, returns, reopenings, duplicates and clocks: what must hold, holds at every step.
"""

from __future__ import annotations

import datetime as dt
import tempfile
from collections import Counter

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from tests.integration.routing.conftest import opened
from tests.integration.routing.town import NOON, PARTIES, Town, decision
from whistle.clock import SetClock
from whistle.contracts import Arrive, Progress, Report, Return, Sign
from whistle_routing import domain

CASES = st.sampled_from(["26-00001-1", "26-00002-2"])
PARTY = st.sampled_from(PARTIES)
ACTION = st.sampled_from([Sign, Sign, Arrive, Progress, Report, Report, Report, Return])
FIELDS = {Progress: {"text": "在办"}, Report: {"text": "好了"}, Return: {"basis": "三定"}}


class Routing(RuleBasedStateMachine):
    """Routing's handlers on a SQLite file, driven at random."""

    def __init__(self):
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.town = Town(opened(f"sqlite:///{self.folder.name}/routing.db", SetClock(NOON)))
        self.sent, self.refused = 0, Counter()
        self.says = []

    def teardown(self):
        self.town.database.close()
        self.folder.cleanup()

    # --- what happens ---------------------------------------------------------------------------------------------

    def known(self, no):
        return next((job for job in self.town.everything()[0] if job.no == no), None)

    @rule(no=CASES)
    def file(self, no):
        self.town.file(no)

    @rule(lead=PARTY, co=st.lists(PARTY, max_size=2, unique=True), again=PARTY)
    def decide(self, lead, co, again):
        self.town.decide(decision(lead, *[one for one in co if one != lead]), decision(again))

    @precondition(lambda self: self.town.everything()[1])
    @rule(data=st.data(), action=ACTION, stranger=st.none() | PARTY)
    def act(self, data, action, stranger):
        """Mostly by its own party; sometimes by another."""
        about = data.draw(st.sampled_from(sorted(self.town.everything()[1], key=lambda one: one.id)))
        by = about.party if stranger is None or data.draw(st.booleans()) else stranger
        job = self.known(about.case_no)
        allowed = (
            by == about.party
            and (about.state, action.verb()) in domain.ACTIONS
            and about.round == job.round
            and job.state != "closed"
        )
        self.town.act(action(dispatch=about.id, by="张工", **FIELDS.get(action, {})), party=by)
        self.sent += 1
        if not allowed:
            self.refused[by] += 1

    @rule(no=CASES)
    def reopen(self, no):
        job = self.known(no)
        if job and job.state in ("done", "closed"):
            self.town.reopen(no, job.round + 1)
            self.town.reopen(no, job.round)

    @rule(no=CASES)
    def close(self, no):
        job = self.known(no)
        if job and job.state == "done":
            self.town.closing(no, job.round)

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
        assert {one.id for one in dispatches} == set(by_id)
        said = {}
        for event in self.town.said():
            if event.data.name.startswith("clock."):
                said.setdefault(event.data.clock, []).append(event.data.name.removeprefix("clock."))
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
    max_examples=40, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
)
