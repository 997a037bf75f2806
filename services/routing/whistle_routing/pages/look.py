"""
How the pages of routing look: how their templates say shares and instants.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

from whistle.calendar.days import CHINA
from whistle.http.look import Look
from whistle.http.routes import Language
from whistle_routing.publications import CLASS_WORDS, percent


def load_look() -> Look:
    """Read templates and translations."""
    return Look.load("routing", filters=_filters, words={"CLASSES": CLASS_WORDS})


def _filters(_language: Language) -> Mapping[str, Callable[..., Any]]:
    return {"percent": percent, "when": _when}


def _when(at: dt.datetime) -> str:
    return f"{at.astimezone(CHINA):%Y-%m-%d %H:%M}"
