"""
How intake's pages look: what their templates may name, and how they say an instant.
"""

from __future__ import annotations

import datetime as dt
import html
from collections.abc import Callable, Mapping
from typing import Any

from babel.dates import format_datetime

from whistle.calendar.days import CHINA
from whistle.http.look import Look
from whistle.http.routes import Language
from whistle.privacy import mask_text
from whistle_intake.domain import ANSWER_WAYS, DOORS, PHASES, RATINGS, STATES, Entry

FORMATS: Mapping[Language, str] = {"zh": "y年M月d日 HH:mm", "en": "d MMM y, HH:mm"}


def load_look() -> Look:
    """Read templates and translations."""
    words = {
        "ANSWER_WAYS": ANSWER_WAYS,
        "DOORS": DOORS,
        "PHASES": PHASES,
        "RATINGS": RATINGS,
        "STATES": STATES,
    }
    return Look.load("intake", filters=_filters, words=words)


def told_in_words(parties: Mapping[str, Any]) -> Callable[[Entry], str]:
    """What a line of a timeline says on the Chinese page, as plain text; ``parties`` are their names by id."""
    words: Any = load_look().environments["zh"].get_template("words.html").make_module()
    return lambda entry: html.unescape(" ".join(str(words.event(entry, parties)).split()))


def _filters(language: Language) -> Mapping[str, Callable[..., Any]]:
    return {
        "when": lambda value: when(value, language),
        "stamp": lambda value: _instant(value).isoformat(timespec="seconds"),
        "masked": mask_text,
    }


def when(value: dt.datetime | str, language: Language) -> str:
    """An instant (or its ISO 8601 text, from a message) as a person in China says it."""
    locale = "zh_CN" if language == "zh" else "en"
    return format_datetime(_instant(value).astimezone(CHINA), FORMATS[language], locale=locale)


def _instant(value: dt.datetime | str) -> dt.datetime:
    return dt.datetime.fromisoformat(value) if isinstance(value, str) else value
