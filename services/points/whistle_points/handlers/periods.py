"""
Periods as people name them.
"""

from __future__ import annotations

import datetime as dt

from whistle.errors import Invalid
from whistle_points import domain


def days_of(period: str) -> tuple[dt.date, dt.date]:
    """First and last day of ``2026``, ``2026-Q1`` or ``2026-03``. Raises Invalid."""
    try:
        return domain.period_days(period)
    except ValueError:
        raise Invalid(
            "期间应为 2026、2026-03 或 2026-Q1",
            "a period is 2026, 2026-03 or 2026-Q1",
            fields={"period": ["如 2026-03 / e.g. 2026-03"]},
        ) from None


def days_of_past(period: str, *, today: dt.date) -> tuple[dt.date, dt.date]:
    """As :func:`days_of`, of a period that is over. Raises Invalid."""
    first, last = days_of(period)
    if last >= today:
        raise Invalid(
            "该期还没有结束", "the period is not over", fields={"period": ["尚未结束 / not over yet"]}
        )
    return first, last
