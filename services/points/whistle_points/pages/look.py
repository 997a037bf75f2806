"""
How the pages of points look: how their templates say points, days and hours.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

from whistle.calendar.days import CHINA
from whistle.http.look import Look
from whistle.http.routes import Language
from whistle_points.domain import points


def load_look() -> Look:
    """Read templates and translations."""
    return Look.load("points", filters=_filters)


def _filters(_language: Language) -> Mapping[str, Callable[..., Any]]:
    return {
        "points": points,
        "day": lambda value: f"{_local(value):%Y-%m-%d}",
        "clock": lambda value: f"{value.astimezone(CHINA):%H:%M}",
        "last_day": lambda value: f"{(value - dt.timedelta(microseconds=1)).astimezone(CHINA):%Y-%m-%d}",
        "hours": lambda minutes: f"{round(minutes / 60, 2):.12g}",
    }


def _local(value: dt.datetime | dt.date) -> dt.date:
    return value.astimezone(CHINA) if isinstance(value, dt.datetime) else value
