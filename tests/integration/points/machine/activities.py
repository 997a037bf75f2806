"""
The club: people join and wait, come and go; what is confirmed is told, late, twice, in any order, and earns once.
"""

from __future__ import annotations

import datetime as dt

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from tests.integration.points.machine.models import Activity
from tests.integration.points.machine.world import DISTRICT, ITEMS, MEMBERS, World, members
from whistle.contracts import ActivityCompleted, new_event
from whistle.errors import NotAllowedNow, NotFound
from whistle_points import domain, handlers
from whistle_points.domain import activities
from whistle_points.refusals import CodeExpired, Full, SamePerson, WrongCode

LONG = dt.timedelta(hours=3)
CODES: dict[str, tuple[int, type[Exception] | None]] = {
    "now": (0, None),
    "before": (1, None),
    "old": (2, CodeExpired),
    "wrong": (0, WrongCode),
}


class Activities(World):
    """Steps of activities."""

    @rule(
        item=st.sampled_from(["help", "patrol"]),
        hours=st.sampled_from([0, 1, 20]),
        capacity=st.sampled_from([None, 1, 2]),
        coming=st.lists(members, unique=True),
    )
    def plan(self, item, hours, capacity, coming):
        """And some sign up at once."""
        starts = self.clock.now() + dt.timedelta(hours=hours)
        given = {
            "kind": "volunteer",
            "title": "清扫",
            "item": item,
            "place": "广场",
            "starts_at": starts,
            "ends_at": starts + LONG,
            "capacity": capacity,
        }
        (result,) = self.do(
            lambda unit: handlers.plan(unit, DISTRICT, given, by="clerk", rules=self.book_rules)
        )
        self.club.activities[result.value.id] = Activity(starts, starts + LONG, item, capacity)
        for member in coming:
            self.joined_or_left(result.value.id, member, going=False)

    def wait_until(self, moment):
        """Nothing is swept meanwhile."""
        self.clock.advance(max(dt.timedelta(), moment - self.clock.now()))

    def draw_activity(self, data):
        """Mostly the newest, which may be on."""
        *others, newest = sorted(self.club.activities)
        activity = data.draw(st.sampled_from([newest, newest, *others]))
        return activity, self.club.activities[activity]

    @precondition(lambda self: self.club.activities)
    @rule(data=st.data(), member=members, going=st.sampled_from([False, False, True]))
    def join_or_leave(self, data, member, going):
        activity, _ = self.draw_activity(data)
        self.joined_or_left(activity, member, going=going)

    def joined_or_left(self, activity, member, *, going):
        model, run = self.club.activities[activity], handlers.leave if going else handlers.join
        (result,) = self.do(lambda unit: run(unit, activity, member, scheme=DISTRICT))
        inside = member in model.joined + model.waiting
        if going:
            if self.expect(result, None if inside else NotFound):
                model.leave(member)
        elif self.expect(result, Full if model.ends <= self.clock.now() else None):
            model.join(member)
            assert result.value.state == ("joined" if member in model.joined else "waiting")

    @precondition(lambda self: self.club.activities)
    @rule(
        data=st.data(),
        code=st.sampled_from(["now", "now", "now", *CODES]),
        in_time=st.sampled_from([True, True, True, False]),
        scans=st.lists(st.tuples(st.integers(0, 90), st.booleans()), min_size=1, max_size=3),
    )
    def check_in(self, data, code, in_time, scans):
        """Once or more often, each time after some minutes."""
        activity, model = self.draw_activity(data)
        member = data.draw(st.sampled_from([*sorted(model.joined) * 3, *MEMBERS]))
        if in_time:
            self.wait_until(model.starts)
        for later, own in scans:
            self.clock.advance(dt.timedelta(minutes=later))
            self.scanned(activity, member, code, own)

    def scanned(self, activity, member, code, own):
        """
        With the code of now, of the window before, an old one, or none of the activity's; with proof of who it is (``own``) or with
        a number that anybody may type.
        """
        model, now = self.club.activities[activity], self.clock.now()
        age, refusal = CODES[code]
        shown = now - dt.timedelta(seconds=age * activities.WINDOW)
        name = activity if code != "wrong" else "another"
        text = activities.checkin_code(self.tools.secret, name, shown)
        secret = self.tools.secret

        def typed(unit):
            found = handlers.find_activity(unit, activity, scheme=DISTRICT)
            ticket = handlers.ticket_for(unit, found, text, secret=secret)
            return handlers.check_in_by_ticket(unit, found, member, ticket, secret=secret)

        def proven(unit):
            return handlers.check_in(unit, activity, member, text, scheme=DISTRICT, secret=secret)

        (result,) = self.do(proven if own else typed)
        if not model.starts - activities.EARLY <= now <= model.ends + activities.EARLY:
            refusal = refusal or Full
        elif member not in model.joined + model.waiting:
            refusal = refusal or NotFound
        if self.expect(result, refusal):
            model.scan(member, now, own)

    @precondition(lambda self: self.club.activities)
    @rule(
        data=st.data(),
        paper=st.dictionaries(members, st.integers(-40, 200), max_size=3),
        by=st.sampled_from(["clerk", "clerk", "clerk", "m-1"]),
        in_time=st.sampled_from([True, True, True, False]),
        at_once=st.booleans(),
    )
    def confirm(self, data, paper, by, in_time, at_once):
        """By paper list (below 0: seen by whoever confirms) or by check-in and check-out; said again, it is a correction."""
        activity, model = self.draw_activity(data)
        paper = {
            who: minutes if minutes >= 0 else None
            for who, minutes in paper.items()
            if minutes >= 0 or model.present(who) is not None
        }
        if in_time:
            self.wait_until(model.ends)
        told = []

        def step(unit):
            before = len(unit.outgoing)
            made = handlers.confirm(unit, activity, paper, scheme=DISTRICT, by=by)
            told.extend(unit.outgoing[before:])
            return made

        (result,) = self.do(step)
        expected = {}
        for member in sorted(model.known | set(paper)):
            minutes = model.counted(member, paper)
            if minutes is not None and minutes != model.minutes.get(member):
                expected[member] = minutes
        refusal = NotAllowedNow if model.ends > self.clock.now() else SamePerson if by in expected else None
        if self.expect(result, refusal):
            assert expected == {one.member: one.minutes for one in result.value}
            assert len(told) == len(expected)
            model.minutes |= expected
            new = sorted(set(paper) - model.known)
            model.known |= set(new)
            model.joined += new
            self.club.told += [(activity, one) for one in result.value]
            for one in result.value if at_once else ():
                self.hear_of(activity, one, times=1)

    @precondition(lambda self: self.club.told)
    @rule(data=st.data(), again=st.booleans())
    def hear(self, data, again):
        """The ledger hears of a time: the newest word counts, whenever and how often it comes."""
        activity, said = data.draw(st.sampled_from(self.club.told))
        self.hear_of(activity, said, times=1 + again)

    def hear_of(self, activity, said, *, times):
        model = self.club.activities[activity]
        message = ActivityCompleted(
            activity=activity,
            kind="volunteer",
            member=said.member,
            item=model.item,
            minutes=said.minutes,
            ended_at=model.ends,
            confirmed_by=said.confirmed_by,
            revision=said.revision,
        )
        event = new_event(message, source="points", district=DISTRICT, time=self.clock.now())

        def step(unit):
            handlers.award_time(unit, event, rules=self.book_rules)

        self.do(*[step] * times)
        key = (activity, said.member)
        revision, award = self.club.heard.get(key, (0, None))
        if revision >= said.revision:
            return
        with self.database.read() as unit:
            book = unit.book(DISTRICT)
            kept = unit.attendances.get("/".join(key))
            made = unit.awards.get(kept.award) if kept.award else None
            if award is not None and award in self.booked and award not in self.reversed:
                self.note_reversal(award, book.reversal_of(award))
        self.club.heard[key] = (said.revision, kept.award)
        worth = ITEMS[model.item].hours.counted(said.minutes) * 10 // 60
        assert (worth or None) == (made.asked if made else None)
        assert (said.revision, said.minutes) == (kept.revision, kept.minutes)
        if made:
            assert domain.day_of(model.ends) == made.day
            self.note_award(made, model.ends)
