"""Clocks: the table of steps, the fold of moves, and what holds under any interleaving of them."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from tests.unit.calendar.made import LOCAL, NATIONAL, at, span_of
from whistle.calendar.deadlines import Timetable
from whistle.contracts.timing import Span
from whistle_routing import domain
from whistle_routing.domain import STEPS, Clock, Grant, Move

TABLE, OTHER = Timetable(NATIONAL), Timetable(LOCAL)
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
FILED = at("2026-09-30 17:00")
DAYS = Grant(kind="handle", span=span_of("5 working days"), may_pause=True)
HOURS = Grant(kind="handle", span=span_of("10 hours"), may_pause=True)
STATES = ("running", "extended", "warned", "overdue", "paused", "stopped")
ALLOWED = {
    "running": {"warn", "pause", "extend", "stop"},
    "extended": {"warn", "pause", "extend", "stop"},
    "warned": {"expire", "pause", "extend", "stop"},
    "overdue": {"extend", "stop"},
    "paused": {"resume", "stop"},
    "stopped": set(),
}


def started(grant: Grant = DAYS, at_: dt.datetime = FILED) -> Clock:
    return domain.start(
        grant,
        ident="c",
        case_no="26-00001-1",
        district="mawei",
        party="light",
        dispatch="c",
        at=at_,
        table=TABLE,
    )


def moved(clock: Clock, verb, when: str, amount: int = 0, asked: str = "") -> Clock:
    step = Move(
        verb=verb, at=at(when), by="李主任", reason="-", amount=amount, asked_at=at(asked) if asked else None
    )
    return domain.move(clock, Move.from_json(step.to_json()), TABLE)


def fired(clock: Clock, now: dt.datetime) -> tuple[Clock, list[str]]:
    levels: list[str] = []
    while found := domain.fire(clock, now):
        clock, level = found
        levels.append(level)
    return clock, levels


@pytest.mark.parametrize("state", STATES)
def test_what_may_follow_a_state(state):
    """The table, state by state: nothing follows the end, and red is only left by the end or by what was asked for in time."""
    assert ALLOWED[state] == {verb for known, verb in STEPS if known == state}


def test_a_case_over_national_day_is_not_moved_by_edits():
    """Domain D2: the deadline follows from start, span and calendar; whatever else changes, it is reckoned the same."""
    clock = started()

    edited = replace(clock, party="water", basis="另一依据", version=7)

    assert at("2026-10-13 17:30") == clock.due_at == domain.recompute(edited, TABLE).due_at
    assert (at("2026-10-12 17:30"), at("2026-10-14 08:30")) == (clock.warn_at, clock.red_at)


FIRINGS = [
    ("2026-10-12 17:29", [], "running", "2026-10-12 17:30"),
    ("2026-10-12 17:30", ["warned"], "warned", "2026-10-14 08:30"),
    ("2026-10-14 08:29", ["warned"], "warned", "2026-10-14 08:30"),
    ("2026-10-14 08:30", ["warned", "overdue"], "overdue", None),
    ("2027-10-14 08:30", ["warned", "overdue"], "overdue", None),
]


@pytest.mark.parametrize(("now", "levels", "state", "following"), FIRINGS)
def test_yellow_comes_before_red_even_after_a_stop(now, levels, state, following):
    """All that was missed, in order, each once."""
    clock, found = fired(started(), at(now))

    assert (levels, state) == (found, clock.state)
    assert (at(following) if following else None) == clock.next_at
    assert 1 + len(levels) == clock.version
    assert None is domain.fire(clock, at(now))


@given(st.lists(st.floats(0, 30), max_size=12))
def test_a_clock_fires_each_colour_once_however_often_somebody_looks(moments):
    """Whoever looks, in whatever rhythm: yellow at eight of ten hours, then red at ten."""
    clock, levels = started(HOURS), []
    for hours in sorted(moments):
        clock, found = fired(clock, FILED + hours * HOUR)
        levels += found
        assert ("warned" in levels, "overdue" in levels) == (
            hours * HOUR >= 8 * HOUR,
            hours * HOUR >= 10 * HOUR,
        )
    assert levels == ["warned", "overdue"][: len(levels)]


@pytest.mark.parametrize(("hours", "late"), [(9, False), (10, False), (10.001, True)])
def test_a_stopped_clock_says_whether_it_was_late_and_nothing_more(hours, late):
    """To the second it is in time; a stopped clock never fires."""
    clock = domain.stop(started(HOURS), FILED + hours * HOUR)

    assert (late, "stopped", None, FILED + hours * HOUR) == (
        clock.late,
        clock.state,
        clock.next_at,
        clock.stopped_at,
    )
    assert None is domain.fire(clock, FILED + 1000 * HOUR)


def test_time_does_not_count_while_papers_are_missing():
    """补办: paused on the second of five days, resumed a week later: three days are left from then on."""
    paused = moved(started(), "pause", "2026-10-09 10:00")
    resumed = moved(paused, "resume", "2026-10-19 15:00")

    assert ("paused", None, 3) == (paused.state, paused.next_at, domain.standing(paused, TABLE).left)
    assert None is domain.fire(paused, at("2026-12-01 00:00"))
    assert ("running", at("2026-10-22 17:30"), at("2026-10-21 17:30")) == (
        resumed.state,
        resumed.due_at,
        resumed.next_at,
    )


def test_who_pauses_and_resumes_on_the_same_day_gains_nothing():
    """Neither in days nor in hours."""
    days = moved(moved(started(), "pause", "2026-10-09 10:00"), "resume", "2026-10-09 16:00")
    hours = moved(moved(started(HOURS), "pause", "2026-09-30 20:00"), "resume", "2026-09-30 20:00")

    assert (started().due_at, started(HOURS).due_at) == (days.due_at, hours.due_at)


def test_a_clock_that_stood_still_is_not_late():
    """Whatever became of the case meanwhile."""
    paused = moved(started(), "pause", "2026-10-09 10:00")

    assert False is domain.stop(paused, at("2026-12-01 00:00")).late


def test_an_extension_moves_the_deadline_and_gives_it_a_yellow_of_its_own():
    """Asked for when it was yellow already, as people do."""
    clock, _ = fired(started(), at("2026-10-13 09:00"))
    extended = moved(clock, "extend", "2026-10-13 09:30", amount=3)
    later, levels = fired(extended, at("2026-10-16 08:00"))

    assert ("extended", at("2026-10-16 17:30")) == (extended.state, extended.due_at)
    assert (["warned"], "warned", at("2026-10-19 08:30")) == (levels, later.state, later.next_at)
    assert (Span(8, "working_days"), 3) == (extended.granted, extended.extended)


def test_time_asked_for_before_the_deadline_and_allowed_after_red_counts_from_the_deadline():
    """As if it had been allowed when it was asked for: due at the same instant; what it has said it does not say again."""
    red, _ = fired(started(), at("2026-10-14 08:30"))
    late = moved(red, "extend", "2026-10-14 09:30", amount=3, asked="2026-10-13 09:00")
    at_once = moved(started(), "extend", "2026-10-13 09:00", amount=3)

    assert ("overdue", "extended") == (red.state, late.state)
    assert (at_once.warn_at, at_once.due_at, at_once.red_at) == (late.warn_at, late.due_at, late.red_at)
    assert False is domain.stop(late, at("2026-10-16 17:30")).late
    assert (["warned", "overdue"], "overdue") == (lambda found: (found[1], found[0].state))(
        fired(late, at("2026-11-01 00:00"))
    )


def test_time_allowed_when_the_new_deadline_has_passed_too_changes_no_colour():
    """It stays red and says nothing twice; how late it is counts from the new deadline."""
    red, _ = fired(started(), at("2026-11-01 09:00"))
    late = moved(red, "extend", "2026-11-02 09:30", amount=3, asked="2026-10-13 09:00")

    assert ("overdue", at("2026-10-16 17:30"), None) == (late.state, late.due_at, late.next_at)
    assert None is domain.fire(late, at("2027-01-01 00:00"))
    assert True is domain.stop(late, at("2026-11-02 10:00")).late


def test_a_resumed_clock_has_its_colour_again_and_is_not_warned_twice():
    """Yellow before the pause, yellow after it."""
    clock, _ = fired(started(), at("2026-10-12 18:00"))
    resumed = moved(moved(clock, "pause", "2026-10-13 09:00"), "resume", "2026-10-20 09:00")

    assert ("warned", at("2026-10-20 17:30")) == (resumed.state, resumed.due_at)
    assert (["overdue"], "overdue") == (lambda found: (found[1], found[0].state))(
        fired(resumed, at("2026-11-01 00:00"))
    )


@pytest.mark.parametrize(
    ("clock", "verb", "when", "span", "refused"),
    [
        (started(), "pause", "2026-10-09 10:00", None, None),
        (started(), "resume", "2026-10-09 10:00", None, "state"),
        (replace(started(), may_pause=False), "pause", "2026-10-09 10:00", None, "no-pause"),
        (started(), "pause", "2026-10-13 17:30", None, "past-due"),
        (started(), "extend", "2026-10-13 17:29", "3 working days", None),
        (started(), "extend", "2026-10-13 17:30", "3 working days", "past-due"),
        (fired(started(), at("2026-10-15 09:00"))[0], "extend", "2026-10-13 17:29", "3 working days", None),
        (
            fired(started(), at("2026-10-15 09:00"))[0],
            "extend",
            "2026-10-13 17:30",
            "3 working days",
            "past-due",
        ),
        (started(), "extend", "2026-10-09 10:00", "24 hours", "unit"),
        (started(), "extend", "2026-10-09 10:00", None, "unit"),
        (replace(started(), kind="sign"), "extend", "2026-10-09 10:00", "3 working days", "kind"),
        (replace(started(), may_extend=3), "extend", "2026-10-09 10:00", "3 working days", None),
        (replace(started(), may_extend=3), "extend", "2026-10-09 10:00", "4 working days", "limit"),
        (domain.stop(started(), FILED), "extend", "2026-10-09 10:00", "3 working days", "state"),
        (
            moved(started(), "pause", "2026-10-09 10:00"),
            "extend",
            "2026-10-10 10:00",
            "3 working days",
            "state",
        ),
        (moved(started(), "pause", "2026-10-09 10:00"), "resume", "2027-10-10 10:00", None, None),
    ],
)
def test_why_a_move_is_refused(clock, verb, when, span, refused):
    """One reason each; the deadline itself is the last moment but one."""
    assert refused == domain.refusal(clock, verb, at=at(when), span=span_of(span) if span else None)


def test_a_new_calendar_folds_all_moves_again():
    """Day's end at midnight instead of closing time, by the other calendar: start, pause and extension alike."""
    clock = moved(moved(started(), "pause", "2026-10-09 10:00"), "resume", "2026-10-19 15:00")
    clock = moved(clock, "extend", "2026-10-20 09:00", amount=2)

    again = domain.recompute(clock, OTHER)

    assert (at("2026-10-26 17:30"), at("2026-10-27 00:00")) == (clock.due_at, again.due_at)
    assert (LOCAL.version, clock.version + 1, clock.state) == (again.calendar, again.version, again.state)


# --- any interleaving ---------------------------------------------------------------------------------------------

GRANTS = st.sampled_from(
    [
        Grant(kind="handle", span=span_of(text), may_pause=True)
        for text in (
            "1 working day",
            "5 working days",
            "15 working days",
            "4 working hours",
            "24 hours",
            "7 days",
        )
    ]
)


class AnyClock(RuleBasedStateMachine):
    """
    One clock through pauses, extensions, also ones that are allowed long after they were asked for, new calendars, time that jumps,
    and firings that come twice.
    """

    @initialize(grant=GRANTS, hours=st.integers(0, 24 * 200))
    def begin(self, grant, hours):
        self.table, self.now = TABLE, at("2026-04-01 09:00") + hours * HOUR
        self.clock = started(grant, self.now)
        self.levels: list[str] = []
        self.extensions = self.calendars = self.late = 0
        self.asked: dt.datetime | None = None
        self.before: tuple[int, dt.datetime] | None = None

    def left(self) -> int:
        standing = domain.standing(self.clock, self.table)
        return (
            standing.left
            if standing.left is not None
            else self.table.left(self.now, self.clock.due_at, self.clock.unit)
        )

    def look(self, times: int = 1):
        for _ in range(times):
            self.clock, levels = fired(self.clock, self.now)
            self.levels += levels

    def try_(self, verb, amount: int = 0, asked: dt.datetime | None = None):
        self.look()
        span = Span(amount, self.clock.unit) if amount else None
        step = Move(verb=verb, at=self.now, by="-", reason="-", amount=amount, asked_at=asked)
        if domain.refusal(self.clock, verb, at=step.in_time, span=span) is not None:
            return False
        before = self.left()
        self.clock = domain.move(self.clock, step, self.table)
        if not amount:
            days = self.clock.unit == "working_days"
            assert before == self.left() or days  # of a day that is over nothing is given back
            # of the last day there is always the rest, be it that of the next day on which offices open
            assert before >= self.left() or (days, verb, before, self.left()) == (True, "resume", 0, 1)
        return True

    @rule(minutes=st.one_of(st.integers(0, 600), st.integers(0, 60 * 24 * 20)))
    def time_passes(self, minutes):
        before = self.left()
        self.now += dt.timedelta(minutes=minutes)
        assert self.left() <= before

    @rule(times=st.integers(1, 3))
    def somebody_looks(self, times):
        self.look(times)

    @rule()
    def pause(self):
        self.try_("pause")

    @rule()
    def resume(self):
        self.try_("resume")

    @rule(amount=st.integers(1, 10))
    def extend(self, amount):
        before = self.clock.due_at
        if self.try_("extend", amount):
            self.extensions += 1
            assert self.clock.due_at > before

    @rule()
    def ask(self):
        self.asked = self.now

    @precondition(lambda self: self.asked is not None)
    @rule(amount=st.integers(1, 10))
    def allow_what_was_asked(self, amount):
        self.look()
        before = self.clock
        if self.try_("extend", amount, self.asked):
            self.extensions += 1
            self.late += before.state == "overdue"
            assert (self.asked or self.now) < before.due_at < self.clock.due_at
            assert (self.clock.state == "overdue") == (
                before.state == "overdue" and self.clock.red_at <= self.now
            )

    @precondition(lambda self: self.clock.state in domain.MOVING)
    @rule()
    def recompute(self):
        self.table = OTHER if self.table is TABLE else TABLE
        self.clock = domain.recompute(self.clock, self.table)
        self.calendars += 1

    @precondition(lambda self: self.clock.state != "stopped")
    @rule(really=st.sampled_from([False, False, False, True]))
    def stop(self, really):
        if really:
            self.look()
            self.clock = domain.stop(self.clock, self.now)

    @invariant()
    def red_fires_once_and_yellow_once_for_each_deadline_granted(self):
        assert self.levels.count("overdue") <= 1 + self.late
        assert self.levels.count("warned") <= 1 + self.extensions
        assert self.clock.state != "overdue" or self.levels[-1] == "overdue"
        assert self.levels[:1] != ["overdue"]
        assert ("overdue", "overdue") not in pairwise(self.levels)

    @invariant()
    def what_stopped_or_stands_still_never_fires(self):
        if self.clock.state in ("stopped", "paused", "overdue"):
            assert None is domain.fire(self.clock, self.now + 10000 * DAY)

    @invariant()
    def what_is_due_is_armed_and_nothing_fires_before_its_time(self):
        if self.clock.state in ("running", "extended", "warned"):
            assert self.clock.next_at in (self.clock.warn_at, self.clock.red_at)
        assert self.clock.warn_at <= self.clock.due_at <= self.clock.red_at or self.clock.state == "paused"

    @invariant()
    def the_deadline_is_the_fold_of_its_moves(self):
        if self.clock.state in ("running", "extended", "warned"):
            assert self.clock.due_at == domain.standing(self.clock, self.table).due_at


TestAnyClock = AnyClock.TestCase
TestAnyClock.settings = settings(max_examples=150, stateful_step_count=25, deadline=None)
