"""
What is true of messages to people: which event is told to whom, the states of a notice, what a person must do instead.
"""

from whistle_notify.domain.notices import (
    TRANSITIONS,
    WAITING,
    Contact,
    Notice,
    Recipient,
    State,
    after,
    pause_after,
)
from whistle_notify.domain.purposes import (
    BY_NAME,
    COMMON_FACTS,
    IMPORTED,
    MESSAGES,
    PURPOSES,
    Audience,
    Purpose,
    facts_of,
    purposes_of,
    recipient_of,
)
from whistle_notify.domain.tasks import (
    CASE_CLOSED,
    RESULTS,
    TASK_HOURS,
    Task,
    due_at,
    way_to,
)

__all__ = [
    "BY_NAME",
    "CASE_CLOSED",
    "COMMON_FACTS",
    "IMPORTED",
    "MESSAGES",
    "PURPOSES",
    "RESULTS",
    "TASK_HOURS",
    "TRANSITIONS",
    "WAITING",
    "Audience",
    "Contact",
    "Notice",
    "Purpose",
    "Recipient",
    "State",
    "Task",
    "after",
    "due_at",
    "facts_of",
    "pause_after",
    "purposes_of",
    "recipient_of",
    "way_to",
]
