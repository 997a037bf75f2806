"""
The national calendar, from the library ``holidays``: 节假日 and 调休 as the State Council's notices have them.

The library answers for years without a notice from the statute, and does not say so; :func:`national` does: such days are
``estimated``, and ``confirmed_through`` ends before them.
"""

from __future__ import annotations

import datetime as dt
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from types import MappingProxyType, ModuleType
from typing import Any

from whistle.calendar.days import Mark, is_weekend

FIRST_YEAR, LAST_YEAR = 2000, 2050

_ASIDE = re.compile(r"\s*[(（].*?[)）]")
_DAY_OFF = re.compile(r"^(休息日|Day off)")


@dataclass(frozen=True, kw_only=True)
class National:
    """
    Days off and make-up days of the country.

    ``announced_through`` is the last day that no later notice can change: the notice of the following year may still move
    29 to 31 December (it did for 2006, 2012 and 2019), so that is 28 December of the last year with a notice.
    """

    marks: Mapping[dt.date, Mark]
    announced_through: dt.date
    source: str


@cache
def national() -> National:
    """The national calendar of 2000 to 2050; takes a quarter of a second once per process."""
    china = _only_china()
    years = range(FIRST_YEAR, LAST_YEAR + 1)
    zh, en = (china(years=years, language=language) for language in ("zh_CN", "en_US"))
    last = max(day.year for day in zh.weekend_workdays)
    marks = {**_days_off(zh, en, last), **_make_up_days(zh, en, last)}
    return National(
        marks=MappingProxyType(dict(sorted(marks.items()))),
        announced_through=dt.date(last, 12, 28),
        source=f"holidays {version('holidays')}",
    )


def _only_china() -> Any:
    """The library's class for China, without the 250 other countries that its package imports: 6 MB in every process."""
    import holidays  # only for who asks for it

    package = "holidays.countries"
    if package in sys.modules:
        return import_module(f"{package}.china").China
    passing = ModuleType(package)
    passing.__path__ = [str(Path(path) / "countries") for path in holidays.__path__]
    sys.modules[package] = passing
    try:
        return import_module(f"{package}.china").China
    finally:  # whoever wants the others gets them
        for name in [name for name in sys.modules if name == package or name.startswith(f"{package}.")]:
            del sys.modules[name]


def _days_off(zh: Any, en: Any, last: int) -> dict[dt.date, Mark]:
    marks = {}
    for day in zh:
        marks[day] = Mark(
            working=False,
            zh=_name(zh, day).replace("; ", "、") or "调休放假",
            en=_name(en, day) or "day off",
            source="national",
            estimated=day.year > last,
        )
    return marks


def _make_up_days(zh: Any, en: Any, last: int) -> dict[dt.date, Mark]:
    marks = {}
    for day in zh.weekend_workdays:
        names = [_festival(names, day) for names in (zh, en)]
        marks[day] = Mark(
            working=True,
            zh=f"{names[0]}调休上班" if names[0] else "调休上班",
            en=f"{names[1]}, make-up day" if names[1] else "make-up day",
            source="national",
            estimated=day.year > last,
        )
    return marks


def _name(names: Any, day: dt.date) -> str:
    """The festival's name without remarks like （补假）; a day off between festival and weekend has its festival's name."""
    name = str(names.get(day) or "")
    return _festival_beside(names, day) if _DAY_OFF.match(name) else _ASIDE.sub("", name)


def _festival_beside(names: Any, day: dt.date) -> str:
    """The named festival in the same stretch of days off."""
    for step in (-1, 1):
        at = day + dt.timedelta(days=step)
        while is_weekend(at) or at in names:
            name = str(names.get(at) or "")
            if name and not _DAY_OFF.match(name):
                return _ASIDE.sub("", name)
            at += dt.timedelta(days=step)
    return ""


def _festival(names: Any, worked: dt.date) -> str:
    """The festival for which ``worked`` makes up: that of the day off that was substituted from it."""
    shown = worked.strftime("%Y-%m-%d"), worked.strftime("%m/%d/%Y")
    near = (worked + dt.timedelta(days=step) for step in range(-45, 46))
    day = next((day for day in near if any(text in str(names.get(day) or "") for text in shown)), None)
    return _festival_beside(names, day) if day else ""
