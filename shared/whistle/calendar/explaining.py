"""
A deadline in words, step by step: where it starts, which days count, which do not and why, where it ends.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from whistle.calendar.calendar import Calendar
from whistle.calendar.days import CHINA, WEEKDAYS_EN, WEEKDAYS_ZH, Day
from whistle.calendar.deadlines import Deadline, Timetable, last_day, local_day, reckon
from whistle.calendar.plan import Session
from whistle.contracts.timing import Span

_ONE_DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Step:
    """One sentence, in both languages."""

    zh: str
    en: str

    def __str__(self) -> str:
        return f"{self.zh} / {self.en}"


@dataclass(frozen=True)
class _Stretch:
    """Days one after the other that are told together; ``counted`` are the working days among them."""

    days: tuple[Day, ...]

    @property
    def counted(self) -> int:
        return sum(day.working for day in self.days)

    @property
    def make_up(self) -> bool:
        return self.days[0].kind == "make_up"

    @property
    def festival(self) -> tuple[str, str] | None:
        """The names of the reasons, if none of these days is worked."""
        if self.counted:
            return None
        named = [(day.zh, day.en) for day in self.days if day.kind == "holiday"]
        return (
            "、".join(dict.fromkeys(zh for zh, _ in named)) or "周末",
            ", ".join(dict.fromkeys(en for _, en in named)) or "weekend",
        )


def explain(calendar: Calendar, start: dt.datetime, span: Span) -> list[Step]:
    """How a deadline comes about. The last sentences tell due, yellow, red, and whether it is provisional."""
    deadline = reckon(calendar, start, span)
    return [*explain_way(calendar, start, span), *explain_end(calendar, deadline)]


def explain_way(calendar: Calendar, start: dt.datetime, span: Span) -> list[Step]:
    """From ``start`` to the end of ``span`` (0: what is left of a last day), day by day where days matter."""
    due_at = Timetable(calendar).due(start, span.amount, span.unit)
    if span.unit == "seconds":
        return [
            Step(
                f"自 {moment_zh(start)} 起 {span.zh},昼夜连续计算,节假日不扣除",
                f"{span} from {moment_en(start)}, day and night, holidays included",
            )
        ]
    if span.unit == "working_seconds":
        return [_begins_in_time(calendar, start, span), *_days_of_time(calendar, start, due_at)]
    return [*_counted_days(calendar, start, span, due_at), _ends(calendar, span, due_at)]


def explain_end(calendar: Calendar, deadline: Deadline) -> list[Step]:
    """Due, yellow, red; and a remark if a notice may still move them."""
    steps = [
        Step(f"到期:{moment_zh(deadline.due_at)}", f"due {moment_en(deadline.due_at)}"),
        Step(
            f"黄牌:{moment_zh(deadline.warn_at)};红牌:{moment_zh(deadline.red_at)}",
            f"yellow {moment_en(deadline.warn_at)}; red {moment_en(deadline.red_at)}",
        ),
    ]
    if deadline.provisional:
        through = calendar.confirmed_through
        steps.append(
            Step(
                f"暂定:{through} 以后的放假安排尚未公布,公布后重算",
                f"provisional: the days off after {through} are not announced yet; it will be reckoned anew",
            )
        )
    return steps


def moment_zh(at: dt.datetime) -> str:
    """``2026-10-13(周二)17:30``, local time."""
    local = at.astimezone(CHINA)
    return f"{local:%Y-%m-%d}({WEEKDAYS_ZH[local.weekday()]}){local:%H:%M}"


def moment_en(at: dt.datetime) -> str:
    """``Tue 2026-10-13 17:30``, local time."""
    local = at.astimezone(CHINA)
    return f"{WEEKDAYS_EN[local.weekday()]} {local:%Y-%m-%d %H:%M}"


# --- working days -------------------------------------------------------------------------------------------------


def _counted_days(calendar: Calendar, start: dt.datetime, span: Span, due_at: dt.datetime) -> Iterator[Step]:
    if span.amount:
        yield Step(
            f"自 {moment_zh(start)} 起 {span.zh},起算当日不计入",
            f"{span} from {moment_en(start)}; the day of the start is not counted",
        )
    counted = 0
    for stretch in _stretches(calendar, local_day(start) + _ONE_DAY, last_day(due_at)):
        counted += stretch.counted
        yield _tell(stretch, counted)


def _stretches(calendar: Calendar, first: dt.date, last: dt.date) -> Iterator[_Stretch]:
    """Ordinary weeks together; a make-up day alone; days off that are more than a weekend together."""
    days: list[Day] = []
    kind = ""
    for day in _days(calendar, first, last):
        own = _kind(calendar, day)
        if days and (own != kind or own == "make_up"):
            yield _Stretch(tuple(days))
            days = []
        days.append(day)
        kind = own
    if days:
        yield _Stretch(tuple(days))


def _kind(calendar: Calendar, day: Day) -> str:
    """``ordinary`` are workdays and plain weekends; a weekend beside a holiday belongs to the holiday."""
    if day.working:
        return "make_up" if day.kind == "make_up" else "ordinary"
    return "holiday" if day.kind == "holiday" or _beside_holiday(calendar, day.date) else "ordinary"


def _beside_holiday(calendar: Calendar, day: dt.date) -> bool:
    for step in (_ONE_DAY, -_ONE_DAY):
        at = day
        while not calendar.is_working(at):
            if calendar.day(at).kind == "holiday":
                return True
            at += step
    return False


def _days(calendar: Calendar, first: dt.date, last: dt.date) -> Iterator[Day]:
    while first <= last:
        yield calendar.day(first)
        first += _ONE_DAY


def _tell(stretch: _Stretch, counted: int) -> Step:
    zh, en = _period(stretch.days)
    if festival := stretch.festival:
        length = len(stretch.days)
        return Step(f"{zh} {festival[0]},不计({length} 天)", f"{en}: {festival[1]}, not counted ({length})")
    first = counted - stretch.counted + 1
    numbers = (
        (f"第 {first}", f"day {first}")
        if first == counted
        else (f"第 {first} 至 {counted}", f"days {first} to {counted}")
    )
    if stretch.make_up:
        day = stretch.days[0]
        return Step(f"{zh} {day.zh},计入{numbers[0]} 个工作日", f"{en}: {day.en}, {numbers[1]}")
    weekend = any(not day.working for day in stretch.days)
    return Step(
        f"{zh} 工作日,计入{numbers[0]} 个工作日{',其间周末不计' if weekend else ''}",
        f"{en}: {numbers[1]}{', without the weekends between' if weekend else ''}",
    )


def _period(days: tuple[Day, ...]) -> tuple[str, str]:
    first, last = days[0].date, days[-1].date
    begin = f"{first}({WEEKDAYS_ZH[first.weekday()]})", f"{WEEKDAYS_EN[first.weekday()]} {first}"
    if first == last:
        return begin
    end = f"{last}({WEEKDAYS_ZH[last.weekday()]})", f"{WEEKDAYS_EN[last.weekday()]} {last}"
    return f"{begin[0]}至 {end[0]}", f"{begin[1]} to {end[1]}"


def _ends(calendar: Calendar, span: Span, due_at: dt.datetime) -> Step:
    day = last_day(due_at)
    if calendar.day_end == "midnight":
        rule = "24:00 止", "ends at 24:00"
    else:
        clock = due_at.astimezone(CHINA).strftime("%H:%M")
        rule = f"下班 {clock} 止", f"ends when offices close, {clock}"
    name = (
        (f"第 {span.amount} 个工作日", f"working day {span.amount}") if span.amount else ("当日", "the day")
    )
    return Step(f"{name[0]}为 {day},以{rule[0]}", f"{name[1]} is {day} and {rule[1]}")


# --- working time -------------------------------------------------------------------------------------------------


def _begins_in_time(calendar: Calendar, start: dt.datetime, span: Span) -> Step:
    hours = [_clock(session) for session in calendar.sessions(local_day(start))]
    return Step(
        f"自 {moment_zh(start)} 起 {span.zh},只计工作日的工作时间({'、'.join(hours)})",
        f"{span} from {moment_en(start)}, in the hours of working days only ({', '.join(hours)})",
    )


def _days_of_time(calendar: Calendar, start: dt.datetime, due_at: dt.datetime) -> Iterator[Step]:
    """Each stretch with the working time in it."""
    first, last = local_day(start), local_day(due_at)
    for stretch in _stretches(calendar, first, last):
        begin = max(start, _midnight(stretch.days[0].date))
        end = min(due_at, _midnight(stretch.days[-1].date + _ONE_DAY))
        hours = calendar.time_between(begin, end).total_seconds() / 3600
        zh, en = _period(stretch.days)
        if festival := stretch.festival:
            yield Step(f"{zh} {festival[0]},不计", f"{en}: {festival[1]}, not counted")
        elif hours:
            name = (f"{stretch.days[0].zh},", f"{stretch.days[0].en}, ") if stretch.make_up else ("", "")
            yield Step(f"{zh} {name[0]}计 {hours:.2f} 小时", f"{en}: {name[1]}{hours:.2f} hours")


def _midnight(day: dt.date) -> dt.datetime:
    return dt.datetime(day.year, day.month, day.day, tzinfo=CHINA)


def _clock(session: Session) -> str:
    return "-".join(f"{at // 3600:02d}:{at % 3600 // 60:02d}" for at in session)
