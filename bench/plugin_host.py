"""
Measures a district plugin in its own process: start, warm call, batches; and the share of cases a rule decides.

    PYTHONPATH=shared python bench/plugin_host.py [--pack deploy/districts/mawei] [--csv FILE] [--json]

The CSV needs the columns id, title, text, time; without one, a few texts made up here are repeated.
"""

from __future__ import annotations

import argparse
import csv
import datetime as dt
import json
import statistics
import sys
import time
from pathlib import Path
from typing import Any

from whistle.contracts.plugin import Case, Facts
from whistle.plugins.host.parent import Outcome, PluginHost, Request
from whistle.plugins.loader import Pack, pack_in

TEXTS = (
    ("三号楼路灯不亮", "三号楼前的路灯三天不亮了,老人晚上出门不方便。"),
    ("楼下烧烤店油烟扰民", "楼下烧烤店每晚营业到凌晨,油烟直接进屋,居民无法休息。"),
    ("小区停水两天", "小区从昨天起停水,物业说是水管爆管,请尽快修复。"),
    ("想问一下", "请问怎么办?"),
)


def main(arguments: list[str]) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--pack", type=Path, default=Path("deploy/districts/mawei"))
    parser.add_argument("--csv", type=Path)
    parser.add_argument("--batch", type=int, default=50)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args(arguments)
    pack = pack_in(asked.pack)
    result = measure(pack, read_cases(asked.csv, pack.district), batch=asked.batch)
    if asked.json:
        print(json.dumps(result, ensure_ascii=False))
    else:
        for name, value in result.items():
            print(f"{name:28} {value}")
    return 0


def read_cases(file: Path | None, district: str) -> list[Case]:
    """The cases of the CSV, or a thousand made-up ones."""
    if file is None:
        rows = [
            {"id": str(number), "title": title, "text": text}
            for number in range(250)
            for title, text in TEXTS
        ]
    else:
        with file.open(encoding="utf-8", newline="") as lines:
            rows = list(csv.DictReader(lines))
    filed = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    return [
        Case(no=row["id"], district=district, title=row["title"], text=row["text"], filed_at=filed)
        for row in rows
    ]


def measure(pack: Pack, cases: list[Case], *, batch: int) -> dict[str, Any]:
    """All figures: seconds, milliseconds, cases per second, shares."""
    facts = Facts(
        now=dt.datetime(2026, 1, 1, tzinfo=dt.UTC),
        district=pack.district,
        parties=pack.tables.parties,
        grid=pack.tables.grid,
    )
    requests = [Request(case=case, facts=facts) for case in cases]
    host = PluginHost(pack)
    began = time.perf_counter()
    host.start()
    start = time.perf_counter() - began
    single = sorted(_timed(host, request) for request in requests[:1000])
    began = time.perf_counter()
    outcomes: list[Outcome] = []
    for at in range(0, len(requests), batch):
        outcomes += host.decide(requests[at : at + batch])
    took = time.perf_counter() - began
    isolation = host.describe()["isolation"]
    host.stop()
    return {
        "start_ms": round(start * 1000, 1),
        "call_p50_ms": round(statistics.median(single) * 1000, 3),
        "call_p99_ms": round(single[int(len(single) * 0.99)] * 1000, 3),
        "batched_per_s": round(len(requests) / took),
        "isolation": isolation,
        **shares(pack, outcomes),
    }


def shares(pack: Pack, outcomes: list[Outcome]) -> dict[str, Any]:
    """How many cases a rule decided, how many are joint, who got how many."""
    decided = [outcome.decision for outcome in outcomes if outcome.decision]
    ruled = [decision for decision in decided if decision.lead != pack.tables.duty_desk]
    count: dict[str, int] = {}
    classes: dict[str, int] = {}
    for decision in decided:
        count[decision.lead] = count.get(decision.lead, 0) + 1
        classes[decision.classification.handling_class] = (
            classes.get(decision.classification.handling_class, 0) + 1
        )
    return {
        "cases": len(outcomes),
        "failed": len(outcomes) - len(decided),
        "by_rule": round(len(ruled) / len(outcomes), 4),
        "joint": round(sum(bool(decision.co_handlers) for decision in decided) / len(outcomes), 4),
        "classes": classes,
        "leads": dict(sorted(count.items(), key=lambda pair: -pair[1])),
    }


def _timed(host: PluginHost, request: Request) -> float:
    began = time.perf_counter()
    host.decide([request])
    return time.perf_counter() - began


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
