"""
The decisions about a case as JSON values and as lines for people.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from whistle.calendar.days import CHINA
from whistle.contracts.plugin import Decision
from whistle.plugins.tracing import WORDS, decided_by, say_decision, say_failure, say_reasons

Row = Mapping[str, Any]


def show_decisions(rows: Iterable[Row], shadows: Iterable[Row]) -> list[dict[str, Any]]:
    """Each decision with who made it, upon what, what fell back and why, and what shadow versions answered; oldest first."""
    beside: dict[str, list[Row]] = {}
    for shadow in shadows:
        beside.setdefault(shadow["decision_id"], []).append(shadow)
    return [_show(row, beside.get(row["id"], ())) for row in rows]


def _show(row: Row, shadows: Sequence[Row]) -> dict[str, Any]:
    by = decided_by(row["source"], Decision.from_json(row["decision"]))
    zh, _, en = WORDS[by].partition(" / ")
    hidden = ("decision_id", "case_no", "district")
    return {
        **row,
        "by": by,
        "by_zh": zh,
        "by_en": en,
        "shadows": [{key: value for key, value in one.items() if key not in hidden} for one in shadows],
    }


def say_trace(shown: Iterable[Row]) -> Iterator[str]:
    """What :func:`show_decisions` gives, for people (zh / en)."""
    for number, row in enumerate(shown, start=1):
        decision = Decision.from_json(row["decision"])
        at = row["decided_at"].astimezone(CHINA)
        yield (
            f"{number}. {at:%Y-%m-%d %H:%M:%S} 第 {row['round']} 轮 / round {row['round']}: {WORDS[row['by']]}, "
            f"{row['plugin']} {row['plugin_version']}"
        )
        yield f"   决定 / decided: {say_decision(decision)}"
        yield from (f"   理由 / because: {line}" for line in say_reasons(decision))
        yield from (f"   后备 / fell back: {line}" for line in say_failure(row["source"], row["failure"]))
        yield from (f"   {line}" for line in _say_asked(row.get("asked")))
        yield from (f"   {_say_shadow(shadow)}" for shadow in row["shadows"])


def _say_asked(asked: Row | None) -> Iterator[str]:
    if not asked:
        return
    trigger, past = asked["trigger"], asked["history"]
    if trigger:
        yield f"起因 / trigger: {trigger['kind']} {trigger['detail']}".rstrip()
    if past["returned_by"]:
        yield f"退回或撤回单位 / returned by or recalled from: {', '.join(past['returned_by'])}"


def _say_shadow(row: Row) -> str:
    said = say_decision(Decision.from_json(row["decision"])) if row["decision"] else row["failure"]
    same = f"不同 / differs: {', '.join(row['changed'])}" if row["changed"] else "相同 / the same"
    return f"影子版本 / shadow {row['plugin']} {row['plugin_version']}: {same}: {said}"
