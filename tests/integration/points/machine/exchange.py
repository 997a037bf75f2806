"""
The shop: goods come and go, are ordered, fetched, given up; only what the shop's own picture allows happens.
"""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from tests.integration.points.machine.models import Good, Ordered
from tests.integration.points.machine.world import DISTRICT, World, members
from whistle.errors import NotAllowedNow
from whistle_points import domain, handlers
from whistle_points.handlers import Wish
from whistle_points.refusals import (
    Blocked,
    CodeExpired,
    CodeUsed,
    Insufficient,
    LimitReached,
    OutOfStock,
    OwnPickUp,
    WrongCode,
)

PRICES = {"rice": (20, None), "soap": (7, 2)}
POINT = "红十字站"


class Exchange(World):
    """Steps at the shop."""

    def opening(self, given):
        """The shop lists its goods."""
        steps = super().opening(given)
        for code, (price, most) in PRICES.items():
            listed = {"code": code, "name": code, "price": price, "point": POINT, "per_member": most}
            self.shop.goods[code] = Good(price, most, on_hand=2)
            steps += [
                (self._listing(listed), lambda _: None),
                (self._moving(code, "received", 2), lambda _: None),
            ]
        return steps

    def _listing(self, given):
        return lambda unit: handlers.put_reward(unit, DISTRICT, given)

    def _moving(self, code, reason, quantity):
        return lambda unit: handlers.move_stock(
            unit, scheme=DISTRICT, code=code, reason=reason, quantity=quantity, note="", by="clerk"
        )

    @rule(
        code=st.sampled_from(sorted(PRICES)),
        reason=st.sampled_from(domain.STOCK_REASONS),
        quantity=st.integers(1, 3),
    )
    def stock(self, code, reason, quantity):
        """None is written off that is ordered."""
        good = self.shop.goods[code]
        (result,) = self.do(self._moving(code, reason, quantity))
        after = {
            "received": good.on_hand + quantity,
            "written-off": good.on_hand - quantity,
            "counted": quantity,
        }
        if self.expect(result, OutOfStock if after[reason] < good.reserved else None):
            good.on_hand = after[reason]

    @rule(member=members, state=st.sampled_from(["active", "blocked"]))
    def block(self, member, state):
        self.do(lambda unit: handlers.put_member(unit, DISTRICT, {"member": member, "state": state}))
        (self.shop.blocked.add if state == "blocked" else self.shop.blocked.discard)(member)

    def refusal(self, member, code, quantity):
        """Why the shop must refuse this order, in the order in which it looks."""
        good = self.shop.goods[code]
        mine = self.shop.standing(member)
        of_month = sum(one.month == f"{domain.day_of(self.clock.now()):%Y-%m}" for one in mine)
        of_good = sum(one.quantity for one in mine if one.good == code)
        free = len(self.oracle.purse(member).free(self.clock.now(), self.oracle.waiting))
        if member in self.shop.blocked:
            return Blocked
        if good.on_hand - good.reserved < quantity:
            return OutOfStock
        if self.scheme.order_limit is not None and of_month >= self.scheme.order_limit:
            return LimitReached
        if good.most is not None and of_good + quantity > good.most:
            return LimitReached
        return Insufficient if free < good.price * quantity else None

    @rule(
        code=st.sampled_from(sorted(PRICES)),
        member=members,
        quantity=st.sampled_from([1, 1, 2]),
        times=st.integers(1, 2),
    )
    def order(self, code, member, quantity, times):
        """Once, or twice in one batch: the second one sees what the first one took."""
        wish = Wish(scheme=DISTRICT, member=member, reward=code, quantity=quantity, proxy="son", by="web")
        results = self.do(*[lambda unit: handlers.order(unit, wish, tools=self.tools)] * times)
        for result in results:
            if self.expect(result, self.refusal(member, code, quantity)):
                made, pickup = result.value
                self.oracle.hold(member, made.tenths, self.clock.now(), made.id)
                self.due[made.id] = made.due_at
                self.shop.goods[code].reserved += quantity
                month = f"{domain.day_of(self.clock.now()):%Y-%m}"
                self.shop.orders[made.id] = Ordered(
                    member, code, quantity, made.tenths, pickup, month, made.due_at
                )

    @precondition(lambda self: self.shop.orders)
    @rule(
        data=st.data(),
        point=st.sampled_from([POINT, POINT, POINT, "别处"]),
        taker=st.sampled_from([None, None, "son", "thief"]),
        by=st.sampled_from(["clerk", "clerk", "clerk", "m-1", "son"]),
    )
    def pick_up(self, data, point, taker, by):
        """Twice at once: a code is good once, at its point, for its taker, from another's hand."""
        order = self.draw_order(data)
        one = self.shop.orders[order]

        def step(unit):
            return handlers.pick_up(
                unit, scheme=DISTRICT, code=one.code, point=point, taker=taker, by=by, tools=self.tools
            )

        first, second = self.do(step, step)
        for result in (first, second):
            if self.expect(result, self._unfit(one, point, taker or one.member, by)):
                self.note_end(order, spent=one.tenths)
                self.shop.end(order, "settled")
                self.board_settled(order, one)

    def draw_order(self, data):
        """Mostly one that stands."""
        held = [one for one in sorted(self.shop.orders) if self.shop.orders[one].state == "held"]
        return data.draw(st.sampled_from(held * 4 + sorted(self.shop.orders)))

    def _unfit(self, one, point, taker, by):
        if point != POINT:
            return WrongCode
        if one.state != "held" or one.due <= self.clock.now():
            return CodeUsed if one.state == "settled" else CodeExpired
        if by in (taker, one.member):
            return OwnPickUp
        return WrongCode if taker not in (one.member, "son") else None

    def board_settled(self, order, one):
        """What was fetched may be taken back, like any other transfer."""
        with self.database.read() as unit:
            ended = unit.holds.get(order)
        assert one.tenths == ended.spent
        self.booked[ended.ended_by] = ("settle", ended)

    @precondition(lambda self: self.shop.orders)
    @rule(data=st.data())
    def cancel(self, data):
        order = self.draw_order(data)
        (result,) = self.do(
            lambda unit: handlers.cancel(
                unit, order, scheme=DISTRICT, reason="test", by="clerk", tools=self.tools
            )
        )
        if self.expect(result, None if self.shop.orders[order].state == "held" else NotAllowedNow):
            self.note_end(order, spent=0)
            self.shop.end(order, "voided")
