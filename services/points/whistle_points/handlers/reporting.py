"""
Freezing a ranking or a public list: made once for a period that is over, put right only by a new edition.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from whistle.errors import Invalid, NotAllowedNow, NotFound
from whistle.ids import new_id
from whistle_points import domain
from whistle_points.domain import Report, ReportKind
from whistle_points.handlers.periods import days_of_past
from whistle_points.rules import Rules
from whistle_points.store import (
    PointsUnit,
    latest_edition,
    read_report,
    report_row,
    reports,
    standings,
    stored_head,
)


@dataclass(frozen=True, kw_only=True)
class Freezing:
    """What is to be frozen; ``corrects`` names the edition that was wrong and ``reason`` says in what."""

    scheme: str
    kind: ReportKind
    period: str
    by: str
    corrects: str | None = None
    reason: str = ""


def freeze(unit: PointsUnit, asked: Freezing, *, rules: Rules) -> Report:
    """
    Make a report and store it for ever.

    Raises:
        Invalid: no such period, it is not over, or a correction without a reason. NotAllowedNow: there is an edition already that
        ``corrects`` does not name. NotFound: there is nothing to correct.
    """
    first, last = days_of_past(asked.period, today=domain.day_of(unit.now))
    unit.book(asked.scheme)  # so that two who freeze the same period come one after the other
    edition = _edition(unit, asked)
    scheme, formula = rules.at(asked.scheme, last), domain.formula_at(last)
    head_seq, head_hash = stored_head(unit, asked.scheme)
    found = standings(unit, scheme=asked.scheme, first=first, last=last, until=head_seq)
    if asked.kind == "public":
        rows = domain.public_rows(found, scheme)
    else:
        rows = domain.ranking_rows(found, scheme, last=last, months=last.month - first.month + 1)
    made = domain.sealed(
        Report(
            id=new_id(),
            scheme=asked.scheme,
            kind=asked.kind,
            period=asked.period,
            edition=edition,
            corrects=asked.corrects,
            reason=asked.reason,
            formula=formula.id,
            rules=scheme.version,
            text=domain.rule_text(scheme, formula),
            text_hash=scheme.text_hash,
            head_seq=head_seq,
            head_hash=head_hash,
            made_at=unit.now,
            made_by=asked.by,
            rows=rows,
        )
    )
    unit.add(reports, report_row(made))
    return made


def _edition(unit: PointsUnit, asked: Freezing) -> int:
    before = latest_edition(unit, scheme=asked.scheme, kind=asked.kind, period=asked.period)
    if before is None:
        if asked.corrects is not None:
            raise NotFound("该期还没有可更正的报告", "there is no report to correct", corrects=asked.corrects)
        return 1
    newest, edition = before
    if asked.corrects != newest:
        raise NotAllowedNow(
            f"该期已有第 {edition} 版报告,不能改动;如需更正,请用 corrects 指明 {newest} 并写明理由",
            f"edition {edition} of this period exists and never changes; to correct it, name {newest} in corrects and say why",
            report=newest,
        )
    if not asked.reason.strip():
        raise Invalid("更正须写明理由", "say why it is corrected", fields={"reason": ["必填 / required"]})
    return edition + 1


def find_report(unit: PointsUnit, report_id: str, *, scheme: str) -> Report:
    """A report of this district. Raises NotFound."""
    found = read_report(unit, report_id)
    if found is None or found.scheme != scheme:
        raise NotFound("没有这份报告", "there is no such report", report=report_id)
    return found


def list_due(unit: PointsUnit, scheme: str) -> dict[str, object] | None:
    """The newest quarter that is over and has no public list, and for how many days: the list is a duty with a clock."""
    today = domain.day_of(unit.now)
    first, _ = domain.period_days(domain.period_of(today, "quarter"))
    last = first - dt.timedelta(days=1)
    period = domain.period_of(last, "quarter")
    if latest_edition(unit, scheme=scheme, kind="public", period=period) is not None:
        return None
    return {"period": period, "days": (today - last).days}
