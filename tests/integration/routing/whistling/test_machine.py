"""
Any interleaving of blowing, approving, reporting, judging, escalating, duplicates and time jumps: what must hold, holds.
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

from tests.integration.routing.test_machine import empty_database
from tests.integration.routing.town import NOON, PARTIES, Town, decision
from tests.integration.routing.whistling.square import (
    COMMUNITY,
    GRID,
    NO,
    OTHER,
    STREET,
    blow,
    square,
    steps,
    use,
)
from whistle.clock import SetClock
from whistle.contracts import Arrive, Report, Return, Sign
from whistle.errors import Rejected
from whistle.storage import Database, make_engine
from whistle_routing.domain.whistles import ALIVE, missing
from whistle_routing.handlers.whistling import blowing, escalating, powers, releasing
from whistle_routing.store import RoutingUnit

PARTY = st.sampled_from(PARTIES)
OTHERS = st.lists(PARTY, max_size=3)
CLASS = st.sampled_from(["daily", "daily", "major", "urgent"])
WHO = st.sampled_from([GRID, GRID, GRID, COMMUNITY, STREET, STREET, OTHER])
FIELDS: dict[Any, dict[str, Any]] = {Report: {"text": "好了"}, Return: {"basis": "三定"}}
CODE = {"score": 80, "verdict": "satisfied", "comment": ""}


class Whistling(RuleBasedStateMachine):
    """Routing's handlers on a SQLite file, driven at random, with one case."""

    def __init__(self):
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        (Path(self.folder.name) / "routing.db").write_bytes(empty_database())
        engine = make_engine(f"sqlite:///{self.folder.name}/routing.db", schema="routing")
        self.town = square(Town(Database(engine, RoutingUnit, clock=SetClock(NOON))))

    def teardown(self):
        self.town.database.close()
        self.folder.cleanup()

    def attempt(self, power, *args, **said):
        """Do it with every whistle there is; what is refused changes nothing, and only refusals are raised."""
        for one in self.whistles():
            before = self.everything()
            try:
                use(self.town, power, one.id, *args, **said)
            except Rejected:
                assert before == self.everything()

    def everything(self):
        return [sorted(things, key=lambda one: getattr(one, "id", "")) for things in self.town.everything()]

    def whistles(self):
        return sorted(self.town.everything()[2], key=lambda one: one.id)

    def called(self):
        return sorted(self.town.everything()[1], key=lambda one: one.id)

    # --- what happens -----------------------------------------------------------------------------------------------

    @initialize(lead=PARTY, co=OTHERS)
    def begin(self, lead, co):
        """A whistle is blown, if it can be."""
        self.blow(lead, co, "daily", GRID)

    @rule(lead=PARTY, co=OTHERS, whistle_class=CLASS, who=WHO)
    def blow(self, lead, co, whistle_class, who):
        try:
            blow(self.town, lead, *co, whistle_class=whistle_class, who=who)
        except Rejected:
            return
        assert self.town.job(NO).state == "routed"

    @rule(who=WHO, yes=st.booleans())
    def principal(self, who, yes):
        self.attempt(blowing.approve_whistle if yes else blowing.decline_whistle, who=who, reason="研究过")

    @rule(party=PARTY, who=WHO)
    def summon(self, party, who):
        self.attempt(powers.summon, party, who=who, reason="再叫")

    @rule(party=PARTY, lead=st.none() | PARTY, who=WHO)
    def release(self, party, lead, who):
        self.attempt(releasing.release, party, who=who, reason="不涉及", lead=lead)

    @rule(party=PARTY, who=WHO)
    def veto(self, party, who):
        self.attempt(powers.veto, party, who=who, reason="未办完")

    @rule(party=PARTY, who=WHO)
    def evaluate(self, party, who):
        self.attempt(powers.evaluate, party, who=who, **CODE)

    @rule(party=PARTY, who=WHO)
    def assess(self, party, who):
        self.attempt(powers.assess, party, who=who, grade="qualified", comment="")

    @rule(who=WHO)
    def close(self, who):
        self.attempt(releasing.close_whistle, who=who)

    @rule(who=WHO)
    def escalate(self, who):
        try:
            with self.town.database.write() as unit, unit.step():
                escalating.escalate_case(unit, unit.jobs.get(NO), who=who, reason="时间长")
        except Rejected:
            assert self.town.job(NO).state != "routed"

    @precondition(lambda self: self.town.job(NO).state == "pending")
    @rule(lead=PARTY, co=OTHERS)
    def decide(self, lead, co):
        others = dict.fromkeys(one for one in co if one != lead)
        self.town.decide(decision(lead, *others))

    @precondition(lambda self: self.town.job(NO).state == "ruling")
    @rule(party=PARTY)
    def arbitrate(self, party):
        """It was given back twice: the arbiter says who handles it."""
        self.town.rule(NO, party)

    @rule(data=st.data(), action=st.sampled_from([Sign, Arrive, Report, Report, Return]), twice=st.booleans())
    def act(self, data, action, twice):
        """Anything about any dispatch, however old; perhaps twice."""
        about = data.draw(st.sampled_from(self.called()))
        for _ in range(1 + twice):
            self.town.act(action(dispatch=about.id, by="张工", **FIELDS.get(action, {})), party=about.party)

    @rule()
    def all_report(self):
        """The way to the end, in one step."""
        for about in self.called():
            if about.open:
                for action in (Sign, Report):
                    said = action(dispatch=about.id, by="张工", **FIELDS.get(action, {}))
                    self.town.act(said, party=about.party)

    @rule(hours=st.sampled_from([1, 5, 9, 40]))
    def time_passes(self, hours):
        self.town.clock.advance(dt.timedelta(hours=hours))
        self.town.fire()

    @precondition(lambda self: self.town.job(NO).state == "done")
    @rule(crossing=st.booleans(), again=st.booleans())
    def go_on_after_the_answer(self, crossing, again):
        """Answered, then closed or opened again, by messages that come twice; a veto may cross them."""
        job = self.town.job(NO)
        self.town.answer(NO, job.round)
        if crossing:
            self.attempt(powers.veto, job.lead, who=STREET, reason="交叉")
        for _ in range(2):
            if again:
                self.town.reopen(NO, job.round + 1)
            else:
                self.town.closing(NO, job.round)

    # --- what must hold ----------------------------------------------------------------------------------------------

    @invariant()
    def nobody_is_released_unreported_without_a_reason(self):
        reasons = {one.dispatch: one.data["reason"] for one in steps(self.town, "released")}
        for one in self.called():
            if one.state == "released":
                assert reasons[one.id]
            if one.state == "accepted":
                assert any(step.dispatch == one.id for step in steps(self.town, "evaluated", "accepted"))

    @invariant()
    def no_clock_fires_twice(self):
        fired = Counter(
            (event.data.clock, event.data.name)
            for event in self.town.said()
            if event.data.name in ("clock.warned", "clock.overdue")
        )
        assert {1} >= set(fired.values())

    @invariant()
    def no_case_without_an_owner(self):
        job = self.town.job(NO)
        current = [
            one
            for one in self.called()
            if one.round == job.round and one.state not in ("returned", "released")
        ]
        if job.state == "routed":
            assert any(one.role == "lead" for one in current)
            assert job.lead in {one.party for one in current}
            waits = any(one.acceptance and one.state == "blown" for one in self.whistles())
            assert any(one.open for one in current) or (waits and current)
        at_work = [one.party for one in current if one.open]
        assert len(at_work) == len(set(at_work))

    @invariant()
    def a_whistle_is_closed_only_when_all_are_done(self):
        job = self.town.job(NO)
        for one in self.whistles():
            ours = [each for each in self.called() if each.whistle == one.id]
            if one.state == "closed":
                assert not any(each.open for each in ours)
            if one.round == job.round and one.state == "blown":
                assert job.state in ("routed", "pending", "ruling")
        blown = next(
            (o for o in self.whistles() if o.round == job.round and o.state in ("blown", "closed")), None
        )
        acceptance = bool(blown and blown.acceptance)
        waiting = missing(self.called(), job.round, acceptance=acceptance)
        if job.state == "done":
            assert not waiting

    @invariant()
    def one_whistle_lives_in_a_round(self):
        alive = Counter(one.round for one in self.whistles() if one.state in ALIVE)
        assert {1} >= set(alive.values())
        assert all(round_ == self.town.job(NO).round for round_ in alive)

    @invariant()
    def whoever_counts_reports_and_vetoes_knows_what_is_still_to_come(self):
        """What intake waits for: at every end of a round, all that was reported is accounted for."""
        seen = Counter()
        for event in self.town.said():
            data = event.data
            if data.name == "dispatch.reported":
                seen[data.round] += 1
            ends = data.name == "whistle.closed" and data.reports
            if ends or (data.name == "dispatch.reported" and data.case_done):
                assert seen[data.round] == data.reports + data.vetoes

    @invariant()
    def the_books_agree(self):
        with self.town.database.read() as unit:
            assert [] == unit.differences()


TestWhistling = Whistling.TestCase
TestWhistling.settings = settings(
    max_examples=8, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck)
)
