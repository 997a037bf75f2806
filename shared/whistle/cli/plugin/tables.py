"""
Replays and comparisons as tables for people (zh / en).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from whistle.plugins.replay.tally import BYS
from whistle.plugins.tracing import WORDS

Shown = Mapping[str, Any]
_FIELDS = {
    "lead": "主办",
    "co_handlers": "协办",
    "whistle_class": "吹哨类别",
    "handling_class": "办理类别",
    "category": "类别",
    "level": "等级",
    "handle_hours": "时限",
}


def print_tally(shown: Shown) -> None:
    """Who decided how many, the top reasons, leads and failures, and how fast."""
    print(f"{shown['district']} {shown['plugin']} {shown['version']}")
    print(
        f"{shown['cases']} 件 / cases, {shown['seconds']} s, {shown['decisions_per_second']} 件每秒 / per second"
    )
    for by in BYS:
        print(f"  {shown['share'][by]:7.1%}  {shown['decided_by'][by]:>7}  {WORDS[by]}")
    for key, words in (
        ("rules", "最多的理由 / top reasons"),
        ("leads", "主办最多的单位 / top leads"),
        ("failures", "失败 / failures"),
    ):
        if shown[key]:
            print(words)
        for name, count in shown[key].items():
            print(f"  {count:>7}  {name}")


def print_change(change: Shown) -> None:
    """One case that changes: in what, and why."""
    print(f"{change['no']}  {change['title'][:60]}")
    for name, (old, new) in change["changed"].items():
        print(f"    {_FIELDS[name]} / {name}: {_said(old)} → {_said(new)}")
    for sign, reasons in zip("-+", change["because"], strict=True):
        for reason in reasons:
            print(f"    {sign} {reason}")


def print_comparison(shown: Shown, *, limit: int) -> None:
    """How many changed, in what, and who passes work to whom."""
    if shown["changed"] > limit:
        more = shown["changed"] - limit
        print(f"… 另有 {more} 件,--limit 或 --json 可见 / and {more} more: --limit or --json")
    print(
        f"{shown['cases']} 件中 {shown['changed']} 件会变({shown['share']:.1%}) / "
        f"{shown['changed']} of {shown['cases']} decisions change"
    )
    for name, count in shown["fields"].items():
        print(f"  {count:>7}  {_FIELDS[name]} / {name}")
    for old, new, count in shown["moves"]:
        print(f"  {count:>7}  {old} → {new}")
    for words, key in (("之前 / before", "before"), ("之后 / after", "after")):
        side = shown[key]
        if side["cases"]:
            shares = ", ".join(f"{WORDS[by]} {side['share'][by]:.1%}" for by in BYS)
            speed = f"{side['decisions_per_second']} 件每秒 / per second"
            print(f"{words} {side['plugin']} {side['version']}: {shares}; {speed}")


def _said(value: Any) -> str:
    return ", ".join(value) or "-" if isinstance(value, list) else "-" if value is None else str(value)
