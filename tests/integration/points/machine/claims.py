"""
The board: claims and reviews, public lists, appeals and what comes of them.
"""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from tests.integration.points.machine.models import Said
from tests.integration.points.machine.world import DISTRICT, ITEMS, World, members, small
from whistle.errors import Invalid, NotAllowedNow
from whistle_points import domain, handlers
from whistle_points.handlers import Ruling, Saying
from whistle_points.refusals import AlreadyReversed, OwnReview, SamePerson, TooLate
from whistle_points.store import awards

PERIODS = ("2026-02", "2026-02", "2026-03", "2026-04", "2026-Q1", "2026")
people = st.sampled_from(["reviewer", "reviewer", "worker", "m-1", "m-2"])


class Claims(World):
    """Steps on the way of a point."""

    @rule(
        member=members,
        item=st.sampled_from(sorted(ITEMS)),
        hundredths=st.integers(1, 500),
        back=st.sampled_from([0, 0, 1, 20, 400, -1]),
        by=st.sampled_from(["worker", "m-1"]),
        at_once=st.booleans(),
    )
    def claim(self, member, item, hundredths, back, by, at_once):
        """And, mostly, somebody looks at it at once."""
        day = domain.day_of(self.clock.now()) - dt.timedelta(days=back)
        saying = Saying(
            scheme=DISTRICT,
            member=member,
            item=item,
            assessor="organisation",
            hundredths=hundredths,
            day=day,
            evidence=(),
            note="",
            by=by,
        )
        (result,) = self.do(lambda unit: handlers.submit(unit, saying, rules=self.book_rules))
        if self.expect(result, Invalid if back < 0 else TooLate if back > 366 else None):
            self.board.claims[result.value.id] = Said(member, by, (item, hundredths, day))
            if at_once:
                self.reviewed(result.value.id, approve=True, by="reviewer", granted=hundredths)

    @precondition(lambda self: self.board.claims)
    @rule(data=st.data(), approve=st.sampled_from([True, True, False]), by=people, part=st.booleans())
    def review(self, data, approve, by, part):
        """Twice at once: what was reviewed is reviewed."""
        claim = data.draw(st.sampled_from(sorted(self.board.claims)))
        hundredths = self.board.claims[claim].about[1]
        self.reviewed(claim, approve=approve, by=by, granted=hundredths // 2 if part else hundredths)

    def reviewed(self, claim, *, approve, by, granted):
        said = self.board.claims[claim]
        item, _, day = said.about

        def step(unit):
            return handlers.review(
                unit, claim, scheme=DISTRICT, approve=approve, hundredths=granted, reason="test", by=by,
                rules=self.book_rules,
            )  # fmt: skip

        for result in self.do(step, step):
            own = OwnReview if by in (said.member, said.by) else None
            if self.expect(result, NotAllowedNow if said.state != "open" else own):
                said.state = "closed"
                self._booked(result.value[1], approve=approve, item=item, granted=granted, day=day)

    def _booked(self, made, *, approve, item, granted, day):
        if not approve:
            assert made is None
            return
        worth = granted * 10 // 100
        assert (worth if item != "absent" else -worth, day) == (made.asked, made.day)
        if made.asked < 0:
            self.note_deduction(made)
        else:
            noon = dt.datetime.combine(day, dt.time(12), domain.CHINA)
            self.note_award(made, min(self.clock.now(), noon))

    @rule(period=st.sampled_from(PERIODS))
    def publish(self, period):
        _, last = domain.period_days(period)
        (result,) = self.do(
            lambda unit: handlers.publish(
                unit,
                scheme=DISTRICT,
                period=period,
                by="clerk",
                rules=self.book_rules,
                working=self.tools.working,
            )
        )
        over = last < domain.day_of(self.clock.now())
        known = NotAllowedNow if period in self.board.periods else None
        if self.expect(result, known if over else Invalid):
            totals = self.board.publish(result.value, period, last)
            assert totals == {member: tenths for member, _, tenths, _ in result.value.rows}

    @precondition(lambda self: self.board.entries)
    @rule(data=st.data(), by=members)
    def appeal(self, data, by):
        """Twice at once: it is disputed once."""
        listed = [one.id for one in self.board.entries.values() if one.state == "published"]
        entry = self.board.entries[
            data.draw(st.sampled_from(sorted(listed) * 4 + sorted(self.board.entries)))
        ]

        def step(unit):
            return handlers.appeal(unit, entry.id, scheme=DISTRICT, text="test", by=by)

        for result in self.do(step, step):
            late = entry.state == "final" or (
                entry.on is not None and self.board.lists[entry.on] <= self.clock.now()
            )
            open_ = None if entry.state == "published" else NotAllowedNow
            if self.expect(result, TooLate if late else open_):
                entry.state = "appealed"
                self.board.appeals[result.value.id] = Said(entry.member, by, entry)

    @precondition(lambda self: self.board.appeals)
    @rule(data=st.data(), outcome=st.sampled_from(domain.OUTCOMES), by=people, tenths=small)
    def decide(self, data, outcome, by, tenths):
        open_ = [one for one, said in self.board.appeals.items() if said.state == "open"]
        appeal = data.draw(st.sampled_from(sorted(open_) * 4 + sorted(self.board.appeals)))
        said, now = self.board.appeals[appeal], self.clock.now()
        ruling = Ruling(outcome=outcome, reason="test", by=by, tenths=tenths)
        (result,) = self.do(
            lambda unit: handlers.decide(unit, appeal, ruling, scheme=DISTRICT, rules=self.book_rules)
        )
        if not self.expect(result, self._undecidable(said, outcome, by)):
            return
        said.state = "decided"
        entry = said.about
        if outcome == "reversed":
            self.note_reversal(entry.id, self._reversal_of(entry.id))
        elif entry.state == "appealed":
            entry.state = "final" if entry.on in self.board.final else "published"
            if entry.state == "final":
                self.oracle.waiting.discard(entry.id)
        if outcome == "more":
            self.note_award(self._added(appeal, tenths), now)

    def _undecidable(self, said, outcome, by):
        if said.state != "open":
            return NotAllowedNow
        if by in (said.member, said.by) or said.about.reviewer == f"user:{by}":
            return SamePerson
        return AlreadyReversed if outcome == "reversed" and said.about.state == "reversed" else None

    def _reversal_of(self, entry):
        with self.database.read() as unit:
            return unit.book(DISTRICT).reversal_of(entry)

    def _added(self, appeal, tenths):
        with self.database.read() as unit:
            query = sa.select(awards.c.id).where(awards.c.ref == f"appeal/{appeal}")
            found = unit.awards.get(unit.connection.scalar(query))
        assert tenths == found.asked
        return found
