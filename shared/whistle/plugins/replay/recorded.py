"""
Cases as they were decided: from the platform's own records, or from a file.
"""

from __future__ import annotations

import csv
import dataclasses
import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from importlib.metadata import entry_points
from pathlib import Path

from whistle.calendar.days import CHINA
from whistle.contracts.plugin import Case, Decision, Facts
from whistle.errors import Invalid, Misconfigured
from whistle.plugins.host.wire import Request
from whistle.plugins.loader import Pack

GROUP = "whistle.recordings"
"""Entry points: ``(district, since, until) -> Recordings`` over whatever a service has recorded."""
_NAMES: Mapping[str, tuple[str, ...]] = {
    "no": ("no", "id", "编号", "留言编号"),
    "title": ("title", "标题", "留言主题"),
    "text": ("text", "内容", "留言详情"),
    "time": ("time", "filed_at", "时间", "留言时间"),
    "place": ("place", "地点"),
    "grid": ("grid", "网格"),
    "category": ("category", "类别"),
}
"""How the columns of a file may be called."""
_NO_TIME = dt.datetime(2000, 1, 3, 9, tzinfo=CHINA)


@dataclasses.dataclass(frozen=True, kw_only=True)
class Recorded:
    """
    A question as it was asked, and what was decided then (None: nobody has decided it, for example in a file).

    ``version`` is the version of the pack that decided.
    """

    request: Request
    decision: Decision | None = None
    source: str = ""
    version: str = ""


@dataclasses.dataclass(frozen=True)
class Recordings:
    """Recorded cases, oldest first, to be gone through once; ``total`` is how many there are."""

    total: int
    cases: Iterator[Recorded]


Opener = Callable[[str, dt.datetime | None, dt.datetime | None], Recordings]


def recorded_cases(
    district: str, *, since: dt.datetime | None = None, until: dt.datetime | None = None
) -> Recordings:
    """
    What the platform recorded of a district, decided from ``since`` on and before ``until``.

    Raises:
        Misconfigured: nothing that records is installed (whistle-routing), or its database is not there.
    """
    for point in entry_points(group=GROUP):
        opener: Opener = point.load()
        return opener(district, since, until)
    raise Misconfigured(
        "没有安装记录决定的服务(whistle-routing);可用 --file 指定文件",
        "nothing that records decisions is installed (whistle-routing); give a file with --file",
    )


def cases_in(
    file: Path, pack: Pack, *, since: dt.datetime | None = None, until: dt.datetime | None = None
) -> Recordings:
    """
    The rows of a CSV file (UTF-8, with a header) as cases of the pack's district, asked at the time they were filed.

    Args:
        file: columns title and text; optional no or id, time (ISO 8601), place, grid, category.

    Raises:
        Invalid: it cannot be read, or names file, row and column that are wrong.
    """
    columns = _columns(file)
    total = sum(1 for _ in _rows(file))
    return Recordings(total, _cases(file, pack, columns, since=since, until=until))


def _columns(file: Path) -> Mapping[str, str]:
    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            header = next(csv.reader(lines), [])
    except (OSError, UnicodeDecodeError) as error:
        raise Invalid(f"{file}: 无法读取({error})", f"{file}: cannot be read") from None
    found = {field: next((name for name in names if name in header), "") for field, names in _NAMES.items()}
    for field in ("title", "text"):
        if not found[field]:
            known = ", ".join(_NAMES[field])
            raise Invalid(
                f"{file.name} 第 1 行: 缺少列 {known}", f"{file.name} row 1: no column called {known}"
            )
    return found


def _rows(file: Path) -> Iterator[dict[str, str]]:
    csv.field_size_limit(10_000_000)
    with file.open(encoding="utf-8-sig", newline="") as lines:
        yield from csv.DictReader(lines)


def _cases(
    file: Path,
    pack: Pack,
    columns: Mapping[str, str],
    *,
    since: dt.datetime | None,
    until: dt.datetime | None,
) -> Iterator[Recorded]:
    facts = Facts(now=_NO_TIME, district=pack.district, parties=pack.tables.parties, grid=pack.tables.grid)
    for number, row in enumerate(_rows(file), start=2):
        cell = {field: (row.get(name) or "").strip() if name else "" for field, name in columns.items()}
        filed_at = _time(cell["time"], f"{file.name} 第 {number} 行 / row {number}: {columns['time']}")
        if (since and filed_at < since) or (until and filed_at >= until):
            continue
        case = Case(
            no=cell["no"] or str(number),
            district=pack.district,
            title=cell["title"][:300],
            text=cell["text"],
            place=cell["place"],
            grid=cell["grid"] or None,
            filed_at=filed_at,
            category=cell["category"] or None,
        )
        yield Recorded(request=Request(case=case, facts=dataclasses.replace(facts, now=filed_at)))


def _time(text: str, where: str) -> dt.datetime:
    if not text:
        return _NO_TIME
    try:
        time = dt.datetime.fromisoformat(text)
    except ValueError:
        raise Invalid(f"{where}: 应为 ISO 8601 时间: {text}", f"{where}: must be an ISO 8601 time") from None
    return time if time.tzinfo else time.replace(tzinfo=CHINA)
