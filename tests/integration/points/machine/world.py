"""
What all parts of the machine share: one scheme's book, the tokens beside it, how steps are run, and what must always hold.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant

from tests.integration.points.machine.models import Board, Club, Shop
from tests.integration.points.oracle import Oracle
from tests.integration.points.town import NOON
from whistle.storage import Job, run_together
from whistle_points import domain, handlers
from whistle_points.domain import Caps, Fact, Item, Scheme, Schemes, Validity
from whistle_points.rules import Rules
from whistle_points.settings import PointsSettings
from whistle_points.store import verify
from whistle_points.tools import Tools
from whistle_points.working import WorkingDays

DISTRICT = "mawei"
SOME = 5
BEGIN = NOON + dt.timedelta(days=4)
MEMBERS = ("m-1", "m-2", "m-3")
CAPS = {"help": {}, "patrol": {"event": 25, "day": 30, "month": 60, "year": 90}, "absent": {}}
ANYBODY = frozenset(domain.ASSESSORS)
ITEMS = {
    name: Item(
        id=name,
        name=name,
        tenths=-10 if name == "absent" else 10,
        unit="hour",
        caps=Caps(**caps),
        claims=ANYBODY,
        activity=name != "absent",
    )
    for name, caps in CAPS.items()
}
members, amounts, small = st.sampled_from(MEMBERS), st.integers(1, 50), st.integers(1, 12)


def scheme(validity, **options):
    return Scheme(
        district=DISTRICT,
        version=1,
        name="test",
        valid_from=dt.date(2020, 1, 1),
        items=ITEMS,
        validity=validity,
        grace_days=3,
        **options,
    )


SCHEMES = [
    scheme(Validity(mode="months", months=1), order_limit=2),
    scheme(Validity(mode="yearly", clear_on=(3, 31))),
    scheme(Validity(), order_limit=3),
    scheme(Validity(mode="months", months=2), spend="final"),
]
WORKING = WorkingDays()


@dataclass(frozen=True)
class Stage:
    """Where histories are played: a database, how it is emptied, and whether ``verify`` looks after every step."""

    database: Any
    empty: Any
    thorough: bool = False


class World(RuleBasedStateMachine):
    """One scheme's book and what stands beside it."""

    stage: Stage
    checks = 0

    @initialize(rules=st.sampled_from(SCHEMES), given=st.lists(st.integers(0, 90), min_size=3, max_size=3))
    def begin(self, rules, given):
        """An empty database, three members, each with something to spend, if it may be spent before it is final."""
        self.stage.empty()
        self.database = self.stage.database
        self.clock = self.database.clock
        self.clock.advance(BEGIN - self.clock.now())
        self.scheme = rules
        self.book_rules = Rules({DISTRICT: Schemes((rules,))})
        self.tools = Tools(
            rules=self.book_rules,
            settings=PointsSettings(page=50),
            database=self.database,
            secret="s" * 32,
            working=WORKING,
        )
        self.oracle = Oracle(CAPS, ITEMS)
        self.board, self.shop, self.club = Board(), Shop(), Club()
        self.booked: dict[str, tuple[str, Any]] = {}
        """What may be reversed: kind, and whom and how much it is about."""
        self.reversed: set[str] = set()
        self.due: dict[str, dt.datetime] = {}
        """When each open hold lapses."""
        steps = self.opening(dict(zip(MEMBERS, given, strict=True)))
        for result, note in zip(
            self.do(*(step for step, _ in steps)), [note for _, note in steps], strict=True
        ):
            assert result.error is None
            note(result.value)

    def opening(self, given):
        """What happens before all else: steps, each with what is noted of its value."""
        return [(self._member_step(member), lambda _: None) for member in given]

    def _member_step(self, member):
        return lambda unit: handlers.put_member(unit, DISTRICT, {"member": member})

    # --- doing ------------------------------------------------------------------------------------------------------

    def do(self, *steps):
        """Run the steps as one batch; what comes of each."""
        jobs = [Job(run=step) for step in steps]
        results = run_together(self.database, jobs)
        return [results[job] for job in jobs]

    def fact(self, unit, back=0):
        at = unit.now - dt.timedelta(days=back)
        return Fact(scheme=DISTRICT, cause="test", effective_at=at, recorded_at=unit.now)

    def expect(self, result, refusal):
        """The result is what the model says: that refusal, or (None) none; is it done?"""
        if refusal is not None or result.error is not None:
            assert refusal is type(result.error), (refusal, result.error)
        return refusal is None

    # --- what was booked ----------------------------------------------------------------------------------------------

    def note_award(self, made, opened):
        """An award was booked, as far as the caps allow."""
        now = self.clock.now()
        assert self.oracle.room(made.member, made.item, made.day, made.asked) == made.tenths
        self.board.enter(made)
        if made.tenths:
            self.booked[made.id] = ("award", made)
            expires = self.scheme.expiry(made.day, booked=now)
            self.oracle.award(
                made.member,
                made.item,
                made.day,
                award=made.id,
                tenths=made.tenths,
                opened=opened,
                expires=expires,
            )
            if self.scheme.spend == "final":
                self.oracle.waiting.add(made.id)

    def note_deduction(self, made):
        self.board.enter(made)
        self.booked[made.id] = ("deduction", made)
        self.oracle.take(made.member, -made.tenths, self.clock.now())
        self.oracle.tally(made.member, made.item, made.day, made.tenths)

    def note_reversal(self, transfer, new):
        """``transfer`` was taken back by ``new``."""
        kind, about = self.booked[transfer]
        self.reversed.add(transfer)
        now = self.clock.now()
        if kind == "award":
            self.board.reverse(transfer)
            self.oracle.take_back(about.member, transfer, about.tenths, now)
            self.oracle.tally(about.member, about.item, about.day, -about.tenths)
            return
        tenths = about.spent if kind == "settle" else -about.tenths
        expires = self.scheme.expiry(domain.day_of(now), booked=now)
        self.oracle.award(about.member, "", None, award=new, tenths=tenths, opened=now, expires=expires)
        if kind == "deduction":
            self.board.reverse(transfer)
            self.oracle.tally(about.member, about.item, about.day, tenths)

    def note_end(self, hold, *, spent):
        """A hold ended: so much of it is spent, the rest is free again."""
        del self.due[hold]
        until = self.scheme.grace(self.clock.now())
        self.oracle.end(hold, spent=spent, at=self.clock.now(), until=until)

    # --- what must hold ---------------------------------------------------------------------------------------------

    @invariant()
    def the_books_agree(self):
        """After every step, or (in a long run) after every few: what is wrong stays wrong."""
        self.checks += 1
        if self.stage.thorough or not self.checks % SOME:
            self.the_tokens_agree()

    def the_tokens_agree(self):
        with self.database.read() as unit:
            book = unit.book(DISTRICT)
            book.load_wallets(self.oracle.purses)
            for member, purse in self.oracle.purses.items():
                wallet, now = book.wallet(member), unit.now
                free, final = len(purse.free(now)), len(purse.free(now, self.oracle.waiting))
                assert (free, final, purse.debt) == (
                    wallet.spendable(now),
                    wallet.spendable(now, final_only=True),
                    wallet.debt,
                ), member
                assert not (wallet.debt and free), member
            if self.stage.thorough:
                assert [] == verify(unit)

    def teardown(self):
        self.the_tokens_agree()
        with self.database.read() as unit:
            assert [] == verify(unit)
            rows = unit.connection.execute(sa.text("SELECT member, SUM(tenths) FROM tallies GROUP BY member"))
            ranks = {member: tenths for member, tenths in rows if tenths}
            shelves = unit.connection.execute(sa.text("SELECT code, on_hand, reserved FROM rewards"))
            stock = {code: (on_hand, reserved) for code, on_hand, reserved in shelves}
            states = dict(unit.connection.execute(sa.text("SELECT id, state FROM awards")).all())
        expected = {member: self.oracle.rank(member) for member in MEMBERS}
        assert {member: tenths for member, tenths in expected.items() if tenths} == ranks
        assert {code: (one.on_hand, one.reserved) for code, one in self.shop.goods.items()} == stock
        assert {entry.id: entry.state for entry in self.board.entries.values()} == states
