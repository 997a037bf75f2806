"""
Any interleaving of returns, reviews, rulings, recalls, extensions, actions, duplicates and time: what must hold, holds always.
"""

from __future__ import annotations

import datetime as dt
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from tests.integration.routing.returning.hands import BASIS, change, with_tables
from tests.integration.routing.test_machine import empty_database
from tests.integration.routing.town import NOON, PARTIES, Town, decision
from whistle.auth import Principal
from whistle.clock import SetClock
from whistle.contracts import Arrive, Extend, FirstContact, Progress, Report, Return, Sign, Urge
from whistle.errors import Rejected
from whistle.plugins.returns import Returns
from whistle.storage import Database, make_engine
from whistle_routing.domain import RULED_AFTER_HOPS
from whistle_routing.handlers.conferring import conclude, confer
from whistle_routing.handlers.returning.extending import decide_extension
from whistle_routing.handlers.returning.giving_back import decide_return
from whistle_routing.handlers.returning.owning import owner_of
from whistle_routing.handlers.returning.precedents import Equal
from whistle_routing.handlers.returning.recalling import recall
from whistle_routing.handlers.whistling.consulting import Invitation, Minutes
from whistle_routing.store import RoutingUnit

STREET = Principal(sub="李书记", role="street", scope="*")
NO = "26-00001-1"
PARTY = st.sampled_from(PARTIES)
OTHERS = st.lists(st.sampled_from(PARTIES[:3]), max_size=2, unique=True)
ACTIONS: dict[Any, Any] = {
    Sign: {},
    Arrive: {},
    FirstContact: {"text": "已联系"},
    Progress: {"text": "在办"},
    Report: {"text": "好了"},
    Return: {"basis": BASIS},
    Extend: {"span": "2 hours", "reason": "等配件"},
    Urge: {"text": "请抓紧"},
}
ENDS = {"dispatch.reported": "reported", "dispatch.returned": "returned", "dispatch.recalled": "recalled"}


class Hands(RuleBasedStateMachine):
    """One case after the other on a SQLite file, driven at random."""

    def __init__(self):
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        (Path(self.folder.name) / "routing.db").write_bytes(empty_database())
        engine = make_engine(f"sqlite:///{self.folder.name}/routing.db", schema="routing")
        self.town = Town(Database(engine, RoutingUnit, clock=SetClock(NOON)))
        self.jobs, self.dispatches, self.clocks, self.pleas, self.said = [], [], [], [], []

    def teardown(self):
        self.town.database.close()
        self.folder.cleanup()

    # --- what happens -------------------------------------------------------------------------------------------------

    @initialize(lead=PARTY, co=OTHERS, review=st.booleans())
    def begin(self, lead, co, review):
        """A case is at work, in a district that reviews returns or not."""
        self.town = with_tables(self.town, returns=Returns(review=review, reviewer="office"))
        self.town.router.keeps = True
        self.town.file(NO)
        self.town.decide(decision(lead, *[one for one in co if one != lead]))

    def at_work(self):
        return [one for one in self.dispatches if one.open]

    def waiting(self, kind):
        return [one for one in self.pleas if one.kind == kind and one.state == "open"]

    @precondition(lambda self: len(self.jobs) < 3 and all(one.state == "closed" for one in self.jobs))
    @rule(lead=PARTY)
    def file_an_equal_case(self, lead):
        self.town.file(f"26-0000{len(self.jobs) + 1}-1")
        self.town.decide(decision(lead))

    @precondition(lambda self: any(job.state == "pending" for job in self.jobs))
    @rule(lead=PARTY, co=OTHERS)
    def decide(self, lead, co):
        self.town.decide(decision(lead, *[one for one in co if one != lead]))

    @precondition(lambda self: self.dispatches)
    @rule(
        data=st.data(), action=st.sampled_from(list(ACTIONS)), twice=st.booleans(), stranger=st.none() | PARTY
    )
    def act(self, data, action, twice, stranger):
        """Anything by anybody about any dispatch, however old, perhaps twice; what is refused changes nothing."""
        about = data.draw(st.sampled_from(self.dispatches))
        for _ in range(1 + twice):
            self.town.act(
                action(dispatch=about.id, by="张工", **ACTIONS[action]), party=stranger or about.party
            )

    @precondition(lambda self: self.at_work())
    @rule(data=st.data(), lead=PARTY)
    def bounce(self, data, lead):
        """Given back, accepted where that is asked, and decided again: the shortest way to the arbiter."""
        about = data.draw(st.sampled_from(self.at_work()))
        self.town.act(Return(dispatch=about.id, by="张工", basis=BASIS), party=about.party)
        for plea in self.town.pleas(about.case_no):
            if (plea.kind, plea.state) == ("return", "open"):
                change(self.town, decide_return, plea, grant=True, by="审核员", reason="-")
        self.town.decide(decision(lead))

    @precondition(lambda self: self.at_work())
    @rule(
        data=st.data(), hours=st.sampled_from([0, 0, 1, 11, 30]), span=st.sampled_from(["2 hours", "8 hours"])
    )
    def ask_and_extend(self, data, hours, span):
        """Asked for, perhaps in time, and allowed at once or long after."""
        about = data.draw(st.sampled_from(self.at_work()))
        self.town.act(Extend(dispatch=about.id, by="张工", span=span, reason="等配件"), party=about.party)
        self.time_passes(hours)
        for plea in self.town.pleas(about.case_no):
            if (plea.kind, plea.state) == ("extension", "open"):
                self.try_to(decide_extension, plea, grant=True, by="李主任", reason="-")

    @precondition(lambda self: self.at_work())
    @rule(data=st.data())
    def report(self, data):
        about = data.draw(st.sampled_from(self.at_work()))
        for action in (Sign, Report):
            self.town.act(action(dispatch=about.id, by="张工", **ACTIONS[action]), party=about.party)

    @precondition(lambda self: self.waiting("return"))
    @rule(grant=st.booleans(), to=st.sampled_from(["", *PARTIES]))
    def review(self, grant, to):
        self.try_to(decide_return, self.waiting("return")[0], grant=grant, by="审核员", reason="-", to=to)

    @precondition(lambda self: self.waiting("ruling"))
    @rule(party=PARTY, once=st.booleans())
    def rule_upon(self, party, once):
        plea = self.waiting("ruling")[0]
        self.town.rule(plea.case_no, party, equal=None if once else Equal(keywords=()))

    @precondition(lambda self: self.waiting("extension"))
    @rule(grant=st.booleans())
    def extend(self, grant):
        plea = self.waiting("extension")[0]
        self.try_to(decide_extension, plea, grant=grant, by="李主任", reason="-")

    @precondition(lambda self: self.dispatches)
    @rule(data=st.data(), to=st.sampled_from(["", "", *PARTIES]))
    def recall(self, data, to):
        self.try_to(recall, data.draw(st.sampled_from(self.dispatches)), by="李主任", reason="误派", to=to)

    @precondition(lambda self: self.jobs)
    @rule(data=st.data(), lead=st.sampled_from(["", *PARTIES]), join=OTHERS)
    def confer(self, data, lead, join):
        """A joint consultation about any case: it advises, calls others, or names who leads; what it may not do changes nothing."""
        no = data.draw(st.sampled_from(self.jobs)).no
        before = self.town.everything()
        invitation = Invitation(parties=("light", "water"), meet_at=NOON, place="-", subject="-")
        held = Minutes(present=("light",), minutes="-", decision="-", summon=tuple(join), lead=lead)
        try:
            with self.town.database.write() as unit, unit.step():
                called = confer(unit, unit.jobs.get(no), invitation, who=STREET, tools=self.town.tools)
                conclude(unit, called, held, who=STREET, tools=self.town.tools)
        except Rejected:
            assert before == self.town.everything()

    def try_to(self, act, about, **how):
        """What is refused changes nothing; whether it is, is told by other tests."""
        before = self.town.everything()
        try:
            change(self.town, act, about, **how)
        except Rejected:
            assert before == self.town.everything()

    @precondition(lambda self: any(job.state == "done" for job in self.jobs))
    @rule(again=st.booleans())
    def end(self, again):
        for job in self.jobs:
            if job.state == "done" and again:
                self.town.reopen(job.no, job.round + 1)
            elif job.state == "done":
                self.town.closing(job.no, job.round)

    @rule(hours=st.sampled_from([1, 5, 9, 60]))
    def time_passes(self, hours):
        self.town.clock.advance(dt.timedelta(hours=hours))
        self.town.fire()

    # --- what must hold -----------------------------------------------------------------------------------------------

    @invariant()
    def all_of_it(self):
        self.jobs, self.dispatches, _, self.clocks = self.town.everything()
        self.dispatches.sort(key=lambda one: one.id)
        self.pleas = [plea for job in self.jobs for plea in self.town.pleas(job.no)]
        self.said = self.town.said()
        self.no_case_is_without_an_owner()
        self.no_clock_fires_twice()
        self.whoever_is_supervised_is_late()
        self.no_third_bounce()
        self.the_whole_case_s_clock_never_restarts()
        self.every_dispatch_ends_in_one_way()
        self.every_question_is_open_once_and_answered_once()
        with self.town.database.read() as unit:
            assert [] == unit.differences()

    def no_case_is_without_an_owner(self):
        for job in self.jobs:
            assert owner_of(job, self.town.tools) in PARTIES
            called = [one for one in self.dispatches if one.case_no == job.no and one.round == job.round]
            assert job.owner is not None or job.state == "pending" or not called
            if job.state == "routed":
                assert any(one.open for one in called)
            if job.state in ("routed", "done"):
                assert any(one.role == "lead" and not one.gone for one in called)

    def no_clock_fires_twice(self):
        fired = Counter(
            (e.data.clock, e.data.name) for e in self.said if e.data.name in ("clock.warned", "clock.overdue")
        )
        for clock in self.clocks:
            extended = [move for move in clock.moves if move.verb == "extend"]
            late = [move for move in extended if move.in_time < move.at]
            assert fired[clock.id, "clock.warned"] <= 1 + len(
                extended
            )  # a new deadline has a yellow of its own
            assert fired[clock.id, "clock.overdue"] <= 1 + len(late)  # and a red, if it was moved from red

    def whoever_is_supervised_is_late(self):
        red = {(one.case_no, one.dispatch) for one in self.clocks if one.state == "overdue"}
        for job in self.jobs:
            orders = [
                one for one in self.town.orders(job.no) if one.cause == "overdue" and one.state == "open"
            ]
            assert {(one.case_no, one.dispatch) for one in orders} <= red
            assert len(orders) == len({one.dispatch for one in orders})

    def no_third_bounce(self):
        for job in self.jobs:
            assert job.hops <= RULED_AFTER_HOPS
            names = [(e.data.name, getattr(e.data, "kind", "")) for e in self.said if e.case_no == job.no]
            if ("dispatch.pleaded", "ruling") in names:
                after = names[names.index(("dispatch.pleaded", "ruling")) :]
                assert "dispatch.returned" not in [name for name, _ in after]
            if job.ruling is not None and job.state == "routed":
                (plea,) = [one for one in self.pleas if one.id == job.ruling]
                assert plea.state == "granted"

    def the_whole_case_s_clock_never_restarts(self):
        for clock in self.clocks:
            if clock.kind != "handle":
                continue
            assert clock.due_at == clock.started_at + dt.timedelta(seconds=clock.granted.amount)
            if clock.dispatch is None:
                ours = [one for one in self.dispatches if one.case_no == clock.case_no]
                first = min(one.sent_at for one in ours if clock.id == f"{one.case_no}/handle/{one.round}")
                assert clock.started_at == first

    def every_dispatch_ends_in_one_way(self):
        ended = Counter((e.data.dispatch, ENDS[e.data.name]) for e in self.said if e.data.name in ENDS)
        clocks = {clock.id: clock for clock in self.clocks}
        closed = {job.no for job in self.jobs if job.state == "closed"}
        for one in self.dispatches:
            ways = {state: count for (ident, state), count in ended.items() if ident == one.id}
            assert ways == ({} if one.open else {one.state: 1})
            assert (clocks[one.id].state == "stopped") == (not one.open or one.case_no in closed)

    def every_question_is_open_once_and_answered_once(self):
        asked = {one.id: one for one in self.pleas}
        waiting = {one.id for one in self.pleas if one.state == "open"}
        about = [one.plea for one in self.dispatches if one.plea]
        ruling = [job.ruling for job in self.jobs if job.state == "ruling"]
        assert sorted(waiting) == sorted([*about, *ruling])
        for clock in self.clocks:
            if clock.id in asked:
                assert (clock.state == "stopped") == (clock.id not in waiting)


TestHands = Hands.TestCase
TestHands.settings = settings(
    max_examples=10, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck)
)
