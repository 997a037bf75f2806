"""
How the pages of routing look: how their templates say shares, instants and codes.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

from whistle.calendar.days import CHINA
from whistle.http.look import Look
from whistle.http.routes import Language
from whistle.privacy import mask_text
from whistle_routing.pages.desk.words import WORDS
from whistle_routing.publications import percent


def load_look() -> Look:
    """Read templates and translations."""
    return Look.load("routing", filters=_filters, words=WORDS)


def _filters(_language: Language) -> Mapping[str, Callable[..., Any]]:
    return {"percent": percent, "when": _when, "stamp": _stamp, "masked": mask_text}


def _when(at: dt.datetime) -> str:
    return f"{at.astimezone(CHINA):%Y-%m-%d %H:%M}"


def _stamp(at: dt.datetime) -> str:
    return at.isoformat(timespec="seconds")
