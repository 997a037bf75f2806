"""
Any history of awards, deductions, orders, expiries and reversals, with a token for every tenth of a point beside the ledger.

After each step the ledger and the tokens agree, and ``verify`` (all invariants) finds nothing. CI runs few histories;
``./dev bench points --histories 100000`` runs many (``WHISTLE_TEST_HISTORIES``).
"""

from __future__ import annotations

import datetime as dt
import os
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from tests.integration.points.oracle import Oracle
from tests.integration.points.town import NOON
from whistle.ids import new_id
from whistle.storage import Job, run_together
from whistle_points import domain, handlers
from whistle_points.domain import Caps, Fact, Item, Scheme, Schemes, Validity
from whistle_points.handlers import Ask, Order
from whistle_points.refusals import AlreadyEnded, AlreadyReversed, Insufficient
from whistle_points.rules import Rules
from whistle_points.store import metadata, verify

HISTORIES = int(os.environ.get("WHISTLE_TEST_HISTORIES", "6"))
MANY = HISTORIES > 1000
"""Then ``verify`` looks after each history, not after each step."""
MEMBERS = ("m-1", "m-2")
CAPS = {"help": {}, "patrol": {"event": 25, "day": 30, "month": 60, "year": 90}}
ITEMS = {name: Item(id=name, name=name, tenths=10, caps=Caps(**caps)) for name, caps in CAPS.items()}
ABSENT = Item(id="absent", name="absent", tenths=-10)
members, amounts, small = st.sampled_from(MEMBERS), st.integers(1, 50), st.integers(1, 12)


def scheme(validity):
    return Scheme(
        district="mawei",
        version=1,
        name="test",
        valid_from=dt.date(2020, 1, 1),
        items={**ITEMS, "absent": ABSENT},
        validity=validity,
        grace_days=3,
    )


SCHEMES = [
    scheme(Validity(mode="months", months=1)),
    scheme(Validity(mode="yearly", clear_on=(3, 31))),
    scheme(Validity()),
]


class Machine(RuleBasedStateMachine):
    """One scheme's book and its oracle."""

    database: Any = None

    @initialize(rules=st.sampled_from(SCHEMES))
    def begin(self, rules):
        with self.database.engine.begin() as connection:
            for table in reversed(metadata.sorted_tables):
                connection.execute(sa.delete(table))
        self.clock = self.database.clock
        self.clock.advance(NOON - self.clock.now())
        self.scheme = rules
        self.book_rules = Rules({"mawei": Schemes((rules,))})
        self.oracle = Oracle(CAPS, ITEMS)
        self.booked, self.ended, self.reversed = {}, set(), set()

    # --- doing ------------------------------------------------------------------------------------------------------

    def do(self, *steps):
        """Run the steps as one batch; what comes of each."""
        jobs = [Job(run=step) for step in steps]
        results = run_together(self.database, jobs)
        return [results[job] for job in jobs]

    def fact(self, unit, back=0):
        at = unit.now - dt.timedelta(days=back)
        return Fact(scheme="mawei", cause="test", effective_at=at, recorded_at=unit.now)

    def award_step(self, member, item, tenths, back, ref, *, spoil=False):
        def step(unit):
            fact = self.fact(unit, back)
            ask = Ask(
                ref=ref,
                member=member,
                scheme=self.scheme,
                item=ITEMS[item],
                tenths=tenths,
                day=domain.day_of(fact.effective_at),
                reason="test",
                reviewer="somebody",
            )
            book = unit.book("mawei")
            if ref in book.known([ref]):
                return None
            made = handlers.award(unit, book, ask, fact)
            if spoil:
                raise RuntimeError("spoiled")
            return made

        return step

    def note_award(self, made, back):
        opened = self.clock.now() - dt.timedelta(days=back)
        expires = self.scheme.expiry(made.day, booked=self.clock.now())
        assert self.oracle.room(made.member, made.item, made.day, made.asked) == made.tenths
        if made.tenths:
            self.booked[made.id] = ("award", made)
            self.oracle.award(
                made.member,
                made.item,
                made.day,
                award=made.id,
                tenths=made.tenths,
                opened=opened,
                expires=expires,
            )

    @rule(member=members, item=st.sampled_from(sorted(ITEMS)), tenths=amounts, back=st.integers(0, 40))
    def award(self, member, item, tenths, back):
        """Also for days that are long over."""
        (result,) = self.do(self.award_step(member, item, tenths, back, new_id()))
        self.note_award(result.value, back)

    @rule(member=members, tenths=amounts, more=small)
    def burst(self, member, tenths, more):
        """The same fact twice, one that fails after it was booked, and a hold on what was just awarded: in one batch."""
        ref = new_id()
        steps = [
            self.award_step(member, "help", more, 0, new_id(), spoil=True),
            self.award_step(member, "help", tenths, 0, ref),
            self.award_step(member, "help", tenths, 0, ref),
            self.hold_step(member, more),
        ]
        failed, first, again, held = self.do(*steps)
        assert (RuntimeError, None) == (type(failed.error), again.value)
        self.note_award(first.value, 0)
        self.note_hold(held, member, more)

    @rule(member=members, tenths=amounts)
    def deduct(self, member, tenths):
        def step(unit):
            ask = Ask(
                ref=new_id(),
                member=member,
                scheme=self.scheme,
                item=ABSENT,
                tenths=-tenths,
                day=domain.day_of(unit.now),
                reason="test",
                reviewer="somebody",
            )
            return handlers.deduct(unit, unit.book("mawei"), ask, self.fact(unit))

        (result,) = self.do(step)
        self.booked[result.value.id] = ("deduction", result.value)
        self.oracle.take(member, tenths, self.clock.now())
        self.oracle.tally(member, "absent", result.value.day, -tenths)

    def hold_step(self, member, tenths):
        order = Order(
            member=member, purpose="rice", tenths=tenths, due_at=self.clock.now() + dt.timedelta(days=5)
        )
        return lambda unit: handlers.hold(
            unit, unit.book("mawei"), order, fact=self.fact(unit), rules=self.book_rules
        )

    def note_hold(self, result, member, tenths):
        free = len(self.oracle.purse(member).free(self.clock.now()))
        if free < tenths:
            assert (Insufficient, free) == (type(result.error), result.error.detail["free"])
        else:
            self.oracle.hold(member, tenths, self.clock.now(), result.value.id)

    @rule(member=members, tenths=small)
    def hold(self, member, tenths):
        (result,) = self.do(self.hold_step(member, tenths))
        self.note_hold(result, member, tenths)

    @precondition(lambda self: self.oracle.holds)
    @rule(data=st.data(), way=st.sampled_from(["settle", "part", "void"]))
    def end(self, data, way):
        """Twice: the second time is refused, whichever way."""
        hold = data.draw(st.sampled_from(sorted(self.oracle.holds)))
        held = len(self.oracle.holds[hold][1])
        spent = {"settle": held, "part": max(1, held // 2), "void": 0}[way]

        def step(unit):
            book, fact = unit.book("mawei"), self.fact(unit)
            if way == "void":
                return handlers.give_up(unit, book, hold, fact=fact, rules=self.book_rules, reason="test")
            return handlers.settle(unit, book, hold, fact=fact, rules=self.book_rules, tenths=spent)

        first, second = self.do(step, step)
        assert (None, AlreadyEnded) == (first.error, type(second.error))
        until = self.scheme.grace(self.clock.now())
        self.oracle.end(hold, spent=spent, at=self.clock.now(), until=until)
        self.ended.add(hold)
        if spent:
            self.booked[first.value.ended_by] = ("settle", first.value)

    @precondition(lambda self: self.booked)
    @rule(data=st.data())
    def reverse(self, data):
        """Twice: the second time is refused."""
        transfer = data.draw(st.sampled_from(sorted(self.booked)))
        kind, about = self.booked[transfer]

        def step(unit):
            book = unit.book("mawei")
            return handlers.reverse_once(
                unit, book, transfer, fact=self.fact(unit), reason="test", rules=self.book_rules
            )

        first, second = self.do(step, step)
        assert type(second.error) is AlreadyReversed
        if transfer in self.reversed:
            assert type(first.error) is AlreadyReversed
            return
        self.reversed.add(transfer)
        now = self.clock.now()
        if kind == "award":
            self.oracle.take_back(about.member, transfer, about.tenths, now)
            self.oracle.tally(about.member, about.item, about.day, -about.tenths)
            return
        tenths = about.spent if kind == "settle" else -about.tenths
        expires = self.scheme.expiry(domain.day_of(now), booked=now)
        self.oracle.award(
            about.member, "", None, award=first.value.id, tenths=tenths, opened=now, expires=expires
        )
        if kind == "deduction":
            self.oracle.tally(about.member, about.item, about.day, tenths)

    @rule(days=st.sampled_from([1, 3, 6, 17, 32, 33, 64]))
    def pass_time(self, days):
        """Orders lapse, lots expire; a second sweep finds nothing."""
        self.clock.advance(dt.timedelta(days=days))
        now = self.clock.now()
        (lapsed,) = self.do(lambda unit: handlers.sweep_holds(unit, rules=self.book_rules))
        for hold in lapsed.value:
            assert hold.due_at <= now
            self.oracle.end(hold.id, spent=0, at=now, until=self.scheme.grace(now))
        (expired,) = self.do(handlers.sweep_lots)
        self.oracle.expire(now)
        again = self.do(lambda unit: handlers.sweep_holds(unit, rules=self.book_rules), handlers.sweep_lots)
        assert ([], 0) == (again[0].value, again[1].value), expired

    @rule(member=members, tenths=amounts)
    def rehearse(self, member, tenths):
        """A dry run answers and changes nothing."""

        def step(unit):
            return handlers.rehearse(unit, lambda: self.award_step(member, "help", tenths, 0, new_id())(unit))

        assert tenths == self.do(step)[0].value.tenths

    # --- what must hold ---------------------------------------------------------------------------------------------

    @invariant()
    def the_tokens_agree(self):
        with self.database.read() as unit:
            for member, purse in self.oracle.purses.items():
                book = unit.book("mawei")
                wallet = book.wallet(member)
                free = len(purse.free(unit.now))
                assert (free, purse.debt) == (wallet.spendable(unit.now), wallet.debt), member
                assert not (wallet.debt and wallet.spendable(unit.now)), member
            if not MANY:
                assert [] == verify(unit)

    def teardown(self):
        with self.database.read() as unit:
            assert [] == verify(unit)
            rows = unit.connection.execute(sa.text("SELECT member, SUM(tenths) FROM tallies GROUP BY member"))
            ranks = {member: tenths for member, tenths in rows if tenths}
        expected = {member: self.oracle.rank(member) for member in MEMBERS}
        assert {member: tenths for member, tenths in expected.items() if tenths} == ranks


@pytest.mark.timeout(0 if MANY else 120)
def test_any_history_of_points(database):
    """Whatever happens in whatever order: all invariants hold after every step, and a token for every tenth agrees."""
    machine = type("Machine", (Machine,), {"database": database})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=HISTORIES,
            stateful_step_count=20,
            deadline=None,
            print_blob=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
