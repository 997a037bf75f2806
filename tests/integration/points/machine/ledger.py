"""
The ledger: awards, deductions, holds and their ends, reversals, and what time ends.
"""

from __future__ import annotations

import datetime as dt

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from tests.integration.points.machine.world import DISTRICT, ITEMS, World, amounts, members, small
from whistle.ids import new_id
from whistle_points import domain, handlers
from whistle_points.handlers import Ask, Order
from whistle_points.refusals import AlreadyEnded, AlreadyReversed, Insufficient

HELD_FOR = dt.timedelta(days=5)


class Ledger(World):
    """Steps on the bare ledger."""

    def ask(self, member, item, tenths, *, ref, day):
        return Ask(
            ref=ref,
            member=member,
            scheme=self.scheme,
            item=ITEMS[item],
            tenths=tenths,
            day=day,
            reason="test",
            reviewer="user:somebody",
        )

    def award_step(self, member, item, tenths, *, back=0, ref, spoil=False):
        def step(unit):
            fact = self.fact(unit, back)
            ask = self.ask(member, item, tenths, ref=ref, day=domain.day_of(fact.effective_at))
            book = unit.book(DISTRICT)
            if ref in book.known([ref]):
                return None
            made = handlers.award(unit, book, ask, fact)
            if spoil:
                raise RuntimeError("spoiled")
            return made

        return step

    def opening(self, given):
        """Everybody has something, of nine days ago."""
        opened = self.clock.now() - dt.timedelta(days=9)
        return [
            *super().opening(given),
            *(
                (
                    self.award_step(member, "help", tenths, back=9, ref=new_id()),
                    lambda made: self.note_award(made, opened),
                )
                for member, tenths in given.items()
                if tenths
            ),
        ]

    @rule(member=members, item=st.sampled_from(["help", "patrol"]), tenths=amounts, back=st.integers(0, 40))
    def award(self, member, item, tenths, back):
        """Also for days that are long over."""
        (result,) = self.do(self.award_step(member, item, tenths, back=back, ref=new_id()))
        self.note_award(result.value, self.clock.now() - dt.timedelta(days=back))

    @rule(member=members, tenths=amounts, more=small)
    def burst(self, member, tenths, more):
        """The same fact twice, one that fails after it was booked, and a hold on what was just awarded: in one batch."""
        ref = new_id()
        steps = [
            self.award_step(member, "help", more, ref=new_id(), spoil=True),
            self.award_step(member, "help", tenths, ref=ref),
            self.award_step(member, "help", tenths, ref=ref),
            self.hold_step(member, more),
        ]
        failed, first, again, held = self.do(*steps)
        assert (RuntimeError, None) == (type(failed.error), again.value)
        self.note_award(first.value, self.clock.now())
        self.note_hold(held, member, more)

    @rule(member=members, tenths=amounts)
    def deduct(self, member, tenths):
        def step(unit):
            ask = self.ask(member, "absent", -tenths, ref=new_id(), day=domain.day_of(unit.now))
            return handlers.deduct(unit, unit.book(DISTRICT), ask, self.fact(unit))

        (result,) = self.do(step)
        self.note_deduction(result.value)

    def hold_step(self, member, tenths):
        order = Order(member=member, purpose="bus", tenths=tenths, due_at=self.clock.now() + HELD_FOR)
        return lambda unit: handlers.hold(
            unit, unit.book(DISTRICT), order, fact=self.fact(unit), rules=self.book_rules
        )

    def note_hold(self, result, member, tenths):
        free = len(self.oracle.purse(member).free(self.clock.now(), self.oracle.waiting))
        if self.expect(result, Insufficient if free < tenths else None):
            self.oracle.hold(member, tenths, self.clock.now(), result.value.id)
            self.due[result.value.id] = result.value.due_at
        else:
            assert free == result.error.detail["free"]

    @rule(member=members, tenths=small)
    def hold(self, member, tenths):
        (result,) = self.do(self.hold_step(member, tenths))
        self.note_hold(result, member, tenths)

    def bare_holds(self):
        return sorted(set(self.due) - set(self.shop.orders))

    @precondition(lambda self: self.bare_holds())
    @rule(data=st.data(), way=st.sampled_from(["settle", "part", "void"]))
    def end(self, data, way):
        """Twice: the second time is refused, whichever way."""
        hold = data.draw(st.sampled_from(self.bare_holds()))
        held = len(self.oracle.holds[hold][1])
        spent = {"settle": held, "part": max(1, held // 2), "void": 0}[way]

        def step(unit):
            book, fact = unit.book(DISTRICT), self.fact(unit)
            if way == "void":
                return handlers.give_up(unit, book, hold, fact=fact, rules=self.book_rules, reason="test")
            return handlers.settle(unit, book, hold, fact=fact, rules=self.book_rules, tenths=spent)

        first, second = self.do(step, step)
        assert (None, AlreadyEnded) == (first.error, type(second.error))
        self.note_end(hold, spent=spent)
        if spent:
            self.booked[first.value.ended_by] = ("settle", first.value)

    @precondition(lambda self: self.booked)
    @rule(data=st.data())
    def reverse(self, data):
        """Twice: the second time is refused."""
        transfer = data.draw(st.sampled_from(sorted(self.booked)))

        def step(unit):
            book = unit.book(DISTRICT)
            return handlers.reverse_once(
                unit, book, transfer, fact=self.fact(unit), reason="test", rules=self.book_rules
            )

        first, second = self.do(step, step)
        assert type(second.error) is AlreadyReversed
        if self.expect(first, AlreadyReversed if transfer in self.reversed else None):
            self.note_reversal(transfer, first.value.id)

    @rule(days=st.sampled_from([1, 3, 6, 17, 32, 33, 64]))
    def pass_time(self, days):
        """Orders lapse, lots expire, lists become final; another sweep finds nothing."""
        self.clock.advance(dt.timedelta(days=days))
        now = self.clock.now()
        while handlers.sweep(self.tools):
            pass
        for hold in sorted((hold for hold, due in self.due.items() if due <= now), key=self._lapse_order):
            self.note_end(hold, spent=0)
            if hold in self.shop.orders:
                self.shop.end(hold, "lapsed")
        self.oracle.expire(now)
        self.oracle.waiting -= self.board.finish(now)

    def _lapse_order(self, hold):
        return self.due[hold], hold

    @rule(member=members, tenths=amounts)
    def rehearse(self, member, tenths):
        """A dry run answers and changes nothing."""

        def step(unit):
            return handlers.rehearse(
                unit, lambda: self.award_step(member, "help", tenths, ref=new_id())(unit)
            )

        assert tenths == self.do(step)[0].value.tenths
