"""
Business time in China: which days are worked (with 调休), when a deadline falls, and why (domain D2, design §8).

Pure: a :class:`Calendar` is built from data that is given to it, and answers from tables. What reads files or the library
``holidays`` says so in its name: :mod:`whistle.calendar.library`, :mod:`whistle.calendar.reading`.
"""

from whistle.calendar.calendar import Calendar
from whistle.calendar.days import CHINA, Day, Mark
from whistle.calendar.deadlines import Deadline, reckon
from whistle.calendar.explaining import Step, explain
from whistle.calendar.plan import DAY_ENDS, DayEnd, Hours, Plan, PlanDay, merged

__all__ = [
    "CHINA",
    "DAY_ENDS",
    "Calendar",
    "Day",
    "DayEnd",
    "Deadline",
    "Hours",
    "Mark",
    "Plan",
    "PlanDay",
    "Step",
    "explain",
    "merged",
    "reckon",
]
